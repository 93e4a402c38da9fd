import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { Property, PropertyList } from "./schema";

/** The definitions of an object type's properties, by label. */
export const useProperties = (objectType: string) =>
  useQuery({
    queryKey: ["properties", objectType],
    queryFn: async ({ signal }) => {
      const { results } = await api<PropertyList>(`/crm/v3/properties/${objectType}`, { signal });
      return (results as Property[]).sort((one, other) => one.label.localeCompare(other.label));
    },
    staleTime: 60_000,
  });
