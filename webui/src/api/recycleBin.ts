/** What was archived and can still come back. */
import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { api } from "./client";
import type { NextPage, Record as Row, RecordBatch } from "./schema";

export interface Binned extends Row {
  daysLeft: number;
  erasedAt: string;
  archivedBy?: { sourceType: string; sourceId?: string; userId?: number };
}

export interface BinPage {
  results: Binned[];
  total: number;
  recycleBinDays: number;
  paging?: { next?: NextPage };
}

const PAGE = 50;
const pathOf = (objectType: string) => `/spokedesk/v1/recycle-bin/${objectType}`;

/** The recycle bin of a type in pages, the last archived first. */
export const useRecycleBin = (objectType: string, properties: string[]) =>
  useInfiniteQuery({
    queryKey: ["bin", objectType, "list"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api<BinPage>(pathOf(objectType), { query: { limit: PAGE, after: pageParam, properties: properties.join(",") }, signal }),
    getNextPageParam: (last) => last.paging?.next?.after,
  });

/** How many records of each type lie in it; types that may not be read are left out. */
export const useBinTotals = (objectTypes: string[]) =>
  useQueries({
    queries: objectTypes.map((objectType) => ({
      queryKey: ["bin", objectType, "total"],
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (await api<BinPage>(pathOf(objectType), { query: { limit: 1 }, signal })).total,
    })),
    combine: (answers) => new Map(objectTypes.flatMap((one, index) => (answers[index]?.data === undefined ? [] : [[one, answers[index].data]]))),
  });

const inputs = (ids: string[]) => ({ inputs: ids.map((id) => ({ id })) });

/** Take records out of it; those that had left it already are errors in the answer. */
export const restoreRecords = (objectType: string, ids: string[]): Promise<RecordBatch> =>
  api<RecordBatch>(`/spokedesk/v1/objects/${objectType}/batch/restore`, { method: "POST", body: inputs(ids) });

/** For good. */
export const eraseRecords = (objectType: string, ids: string[]): Promise<{ erased: string[]; missing: string[] }> =>
  api(`${pathOf(objectType)}/erase`, { method: "POST", body: inputs(ids) });
