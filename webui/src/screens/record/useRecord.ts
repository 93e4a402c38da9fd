import { useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { archiveRecord, readRecord, restoreRecord, updateRecord } from "../../api/records";
import type { Property, Record as Row } from "../../api/schema";
import { tell } from "../../app/notices";
import { useT } from "../../i18n";

export const recordKey = (objectType: string, id: string) => ["records", objectType, "one", id] as const;

/** A record with every property that its type has. */
export const useRecord = (objectType: string, id: string, properties: Property[] | undefined) =>
  useQuery({
    queryKey: recordKey(objectType, id),
    queryFn: ({ signal }) => readRecord(objectType, id, properties!.map((one) => one.name), signal),
    enabled: properties !== undefined,
  });

/** Read again what a page shows of a record. */
export function refresh(cache: QueryClient, objectType: string, id: string) {
  void cache.invalidateQueries({ queryKey: ["records", objectType] });
  for (const about of ["associations", "activities", "history"]) {
    void cache.invalidateQueries({ queryKey: [about, objectType, id] });
  }
}

/** Write properties of a record; who asks shows what the server refuses. */
export function useWrite(objectType: string, id: string) {
  const cache = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: (properties: { [name: string]: string }) => updateRecord(objectType, id, properties),
    onSuccess: (row, properties) => {
      const key = recordKey(objectType, id);
      cache.setQueryData<Row>(key, (before) => before && { ...before, properties: { ...before.properties, ...properties, ...row.properties } });
      refresh(cache, objectType, id);
    },
  });
}

/** Into the recycle bin and back. */
export function useArchive(objectType: string, id: string, name: string) {
  const t = useT("record");
  const cache = useQueryClient();
  const restore = useMutation({
    mutationFn: () => restoreRecord(objectType, id),
    onSuccess: () => {
      refresh(cache, objectType, id);
      tell(t("restored", { name }));
    },
  });
  const archive = useMutation({
    mutationFn: () => archiveRecord(objectType, id),
    onSuccess: () => {
      refresh(cache, objectType, id);
      tell(t("archived", { name }), { label: t("undo"), run: () => restore.mutate() });
    },
  });
  return { archive, restore };
}
