import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { FilterGroup } from "./schema";

/** What a view shows; the parts of a search, and the columns. */
export interface Definition {
  filterGroups?: FilterGroup[];
  sorts?: { propertyName: string; direction: "ASCENDING" | "DESCENDING" }[];
  query?: string;
  columns?: string[];
}

export interface View {
  id: string;
  name: string;
  objectType: string;
  shared: boolean;
  builtIn: boolean;
  ownedByMe: boolean;
  definition: Definition;
}

export const viewsKey = (objectType: string) => ["views", objectType] as const;
const path = (objectType: string) => `/spokedesk/v1/views/${objectType}`;

/** The views that come with the program, then shared and own ones. */
export const useViews = (objectType: string) =>
  useQuery({
    queryKey: viewsKey(objectType),
    queryFn: async ({ signal }) => (await api<{ results: View[] }>(path(objectType), { signal })).results,
    staleTime: 60_000,
  });

type Changes = Partial<Pick<View, "name" | "shared" | "definition">>;

export const createView = (objectType: string, view: Changes) =>
  api<View>(path(objectType), { method: "POST", body: view });
export const updateView = (objectType: string, id: string, changes: Changes) =>
  api<View>(`${path(objectType)}/${id}`, { method: "PATCH", body: changes });
export const deleteView = (objectType: string, id: string) =>
  api<void>(`${path(objectType)}/${id}`, { method: "DELETE" });
