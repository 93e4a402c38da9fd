/** The tickets of a board: one search per stage, in pages, and what a move does to them before the server has answered. */
import { useInfiniteQuery, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import { searchRecords, type Search } from "../../api/records";
import type { FilterInput, Record as Ticket, SearchPage } from "../../api/schema";

export type { Ticket };
export interface Filters {
  text: string;
  /** An owner's id, `none` for nobody's, empty for all. */
  owner: string;
  priority: string;
}

const PAGE = 50;
export const SHOWN = [
  "subject",
  "hs_ticket_priority",
  "hubspot_owner_id",
  "hs_pipeline",
  "hs_pipeline_stage",
  "createdate",
  "hs_lastmodifieddate",
];
export type Column = InfiniteData<SearchPage, unknown>;

export const columnKey = (pipelineId: string, stageId: string, filters: Filters) =>
  ["records", "tickets", "board", pipelineId, stageId, filters] as const;

/** What narrows one column, or without a stage the whole board. */
export function filtersOf(pipelineId: string, stageId: string | undefined, { owner, priority }: Filters): FilterInput[] {
  const found: FilterInput[] = [
    { propertyName: "hs_pipeline", operator: "EQ", value: pipelineId },
  ];
  if (stageId !== undefined) found.push({ propertyName: "hs_pipeline_stage", operator: "EQ", value: stageId });
  if (owner === "none") found.push({ propertyName: "hubspot_owner_id", operator: "NOT_HAS_PROPERTY" });
  else if (owner) found.push({ propertyName: "hubspot_owner_id", operator: "EQ", value: owner });
  if (priority) found.push({ propertyName: "hs_ticket_priority", operator: "EQ", value: priority });
  return found;
}

export const searchOf = (filters: FilterInput[], { text }: Filters): Search => ({
  filterGroups: [{ filters }],
  sorts: [{ propertyName: "hs_lastmodifieddate", direction: "DESCENDING" }],
  properties: SHOWN,
  ...(text ? { query: text } : {}),
});

export const useColumn = (pipelineId: string, stageId: string, filters: Filters) =>
  useInfiniteQuery({
    queryKey: columnKey(pipelineId, stageId, filters),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      searchRecords(
        "tickets",
        { ...searchOf(filtersOf(pipelineId, stageId, filters), filters), limit: PAGE, after: pageParam },
        signal,
      ),
    // the position is that of the cards that are here, which may have become more or fewer by moves
    getNextPageParam: (last, pages) =>
      last.paging?.next && String(pages.reduce((count, page) => count + page.results.length, 0)),
    placeholderData: (before) => before,
  });

/** Every ticket once: one that was changed between two pages may be in both. */
export function ticketsOf(column: Column | undefined): Ticket[] {
  const found = new Map<string, Ticket>();
  for (const page of column?.pages ?? []) {
    for (const ticket of page.results) if (!found.has(ticket.id)) found.set(ticket.id, ticket);
  }
  return [...found.values()];
}

export function without(column: Column, id: string): Column {
  const had = column.pages.some((page) => page.results.some((one) => one.id === id));
  return {
    ...column,
    pages: column.pages.map((page) => ({
      ...page,
      total: page.total - Number(had),
      results: page.results.filter((one) => one.id !== id),
    })),
  };
}

function withFirst(column: Column, ticket: Ticket): Column {
  const rest = without(column, ticket.id);
  const pages = rest.pages.map((page, index) => ({
    ...page,
    total: page.total + 1,
    results: index === 0 ? [ticket, ...page.results] : page.results,
  }));
  return { ...rest, pages };
}

/** Show a ticket in another column at once. The same with the columns swapped takes it back. */
export function showMoved(cache: QueryClient, ticket: Ticket, from: readonly unknown[], to: readonly unknown[]) {
  cache.setQueryData<Column>(from, (column) => column && without(column, ticket.id));
  cache.setQueryData<Column>(to, (column) => column && withFirst(column, ticket));
}
