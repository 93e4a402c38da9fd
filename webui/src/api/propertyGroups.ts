/** Groups of properties, in their order. */
import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { PropertyGroup, PropertyGroupList } from "./schema";

const rootOf = (objectType: string) => `/crm/v3/properties/${encodeURIComponent(objectType)}/groups`;
const pathOf = (objectType: string, name: string) => `${rootOf(objectType)}/${encodeURIComponent(name)}`;

/** A negative position is behind every other. */
const placeOf = ({ displayOrder }: PropertyGroup) => (displayOrder < 0 ? Infinity : displayOrder);
const byPlace = (one: PropertyGroup, other: PropertyGroup) =>
  placeOf(one) === placeOf(other) ? one.label.localeCompare(other.label) : placeOf(one) - placeOf(other);

async function listGroups(objectType: string, signal?: AbortSignal): Promise<PropertyGroup[]> {
  const { results } = await api<PropertyGroupList>(rootOf(objectType), { signal });
  return results.sort(byPlace);
}

export const groupsKey = (objectType: string) => ["properties", objectType, "groups"] as const;

export const usePropertyGroups = (objectType: string) =>
  useQuery({ queryKey: groupsKey(objectType), queryFn: ({ signal }) => listGroups(objectType, signal), staleTime: 60_000 });

export const createGroup = (objectType: string, name: string, label: string, displayOrder: number) =>
  api<PropertyGroup>(rootOf(objectType), { method: "POST", body: { name, label, displayOrder } });

export const renameGroup = (objectType: string, name: string, label: string) =>
  api<PropertyGroup>(pathOf(objectType, name), { method: "PATCH", body: { label } });

export const deleteGroup = (objectType: string, name: string) => api<undefined>(pathOf(objectType, name), { method: "DELETE" });

/** Give groups an order, by as few changes as it needs. */
export async function orderGroups(objectType: string, names: string[]): Promise<void> {
  const orders = new Map((await listGroups(objectType)).map((one) => [one.name, one.displayOrder]));
  for (const [displayOrder, name] of names.entries()) {
    if (orders.get(name) !== displayOrder) await api(pathOf(objectType, name), { method: "PATCH", body: { displayOrder } });
  }
}
