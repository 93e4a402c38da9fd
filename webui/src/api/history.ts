import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { PastValue, Record as Row } from "./schema";

/** The values that a property of a record has had, newest first. */
export const useHistory = (objectType: string, id: string, property: string | undefined) =>
  useQuery({
    queryKey: ["history", objectType, id, property],
    queryFn: async ({ signal }): Promise<PastValue[]> => {
      const query = { propertiesWithHistory: property };
      const row = await api<Row>(`/crm/v3/objects/${objectType}/${id}`, { query, signal });
      return row.propertiesWithHistory?.[property ?? ""] ?? [];
    },
    enabled: property !== undefined,
  });
