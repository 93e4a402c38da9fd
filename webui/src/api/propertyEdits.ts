/** Definitions of properties as admins change them. */
import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { Property, PropertyCreateBody, PropertyGroupList, PropertyUpdateBody } from "./schema";

const rootOf = (objectType: string) => `/crm/v3/properties/${encodeURIComponent(objectType)}`;
const pathOf = (objectType: string, name: string) => `${rootOf(objectType)}/${encodeURIComponent(name)}`;

export const usePropertyGroups = (objectType: string) =>
  useQuery({
    queryKey: ["properties", objectType, "groups"],
    queryFn: ({ signal }) => api<PropertyGroupList>(`${rootOf(objectType)}/groups`, { signal }),
    staleTime: 60_000,
  });

export const createProperty = (objectType: string, body: PropertyCreateBody) =>
  api<Property>(rootOf(objectType), { method: "POST", body });

export const updateProperty = (objectType: string, name: string, body: PropertyUpdateBody) =>
  api<Property>(pathOf(objectType, name), { method: "PATCH", body });

export const archiveProperty = (objectType: string, name: string) =>
  api<undefined>(pathOf(objectType, name), { method: "DELETE" });
