/** The rows of a table: pages of a search, read where somebody looks. */
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { searchRecords, type Search } from "../../api/records";
import { requestersQuery, useLiveRequesters, type Requester } from "../../api/requesters";
import type { Record as Row } from "../../api/schema";
import { REQUESTER, searchOf, WINDOW, type Shown } from "./definition";

const PAGE = 100;

/** Every page of a search that was read. */
export const pagesKey = (objectType: string, search: Search) => ["records", objectType, "table", search] as const;

const pageQuery = (objectType: string, shown: Shown, page: number) => {
  const search = searchOf(shown);
  return {
    queryKey: [...pagesKey(objectType, search), page] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      searchRecords(objectType, { ...search, limit: PAGE, after: page ? String(page * PAGE) : undefined }, signal),
  };
};

export interface Rows {
  total: number;
  /** How many of them can be reached. */
  reachable: number;
  row: (index: number) => Row | undefined;
  requester: (id: string) => Requester | undefined;
  loaded: Row[];
  isPending: boolean;
  /** When the first page was read, in milliseconds. */
  readAt: number;
  error: Error | null;
  retry: () => void;
}

/** `first` and `last` are the positions that can be seen. */
export function useRows(objectType: string, shown: Shown, first: number, last: number): Rows {
  const start = useQuery({ ...pageQuery(objectType, shown, 0), placeholderData: keepPreviousData });
  const seen = useMemo(() => {
    const from = Math.max(1, Math.floor(first / PAGE));
    const to = Math.min(Math.floor(last / PAGE), WINDOW / PAGE - 1);
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  }, [first, last]);
  const further = useQueries({ queries: seen.map((page) => pageQuery(objectType, shown, page)) });
  const pages = new Map([[0, start.data?.results], ...seen.map((page, index) => [page, further[index]?.data?.results] as const)]);
  const visible = [...pages.values()].flatMap((page) => (page ? [page] : []));
  const wantsRequesters = objectType === "tickets" && shown.columns.includes(REQUESTER);
  const requesters = useQueries({
    queries: (wantsRequesters ? visible : []).map((page) => requestersQuery(page.map((row) => row.id))),
  });
  useLiveRequesters();
  const total = start.data?.total ?? 0;
  return {
    total,
    reachable: Math.min(total, WINDOW),
    row: (index) => pages.get(Math.floor(index / PAGE))?.[index % PAGE],
    requester: (id) => requesters.find((page) => page.data?.has(id))?.data?.get(id),
    loaded: visible.flat(),
    isPending: start.isPending,
    readAt: start.dataUpdatedAt,
    error: start.error ?? further.find((page) => page.error)?.error ?? null,
    retry: () => void start.refetch(),
  };
}

const EXPORT_PAGE = 200;

/** Every row that can be reached, page after page. */
export async function readAll(objectType: string, shown: Shown, told: (count: number) => void): Promise<Row[]> {
  const found: Row[] = [];
  let after: string | undefined;
  do {
    const page = await searchRecords(objectType, { ...searchOf(shown), limit: EXPORT_PAGE, after });
    found.push(...page.results);
    told(found.length);
    after = page.paging?.next?.after;
  } while (after !== undefined && Number(after) < WINDOW);
  return found;
}
