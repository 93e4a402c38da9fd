/** What others do to the cards: changed and moved cards are shown at once, new ones wait until somebody wants them. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useChanges, type Change } from "../../api/changes";
import { readRecords } from "../../api/records";
import type { Pipeline, Stage } from "../../api/schema";
import { complain } from "../../app/notices";
import { columnKey, SHOWN, without, type Column, type Filters, type Ticket } from "./columns";

/** Ids of cards that belong to a stage and are not shown in it. */
export type Arrivals = { [stageId: string]: ReadonlySet<string> };

function matches(ticket: Ticket, { text, owner, priority }: Filters): boolean {
  const { subject, hubspot_owner_id: ownerId, hs_ticket_priority: own } = ticket.properties;
  if (owner && (owner === "none" ? Boolean(ownerId) : ownerId !== owner)) return false;
  if (priority && own !== priority) return false;
  return !text || (subject ?? "").toLowerCase().includes(text.toLowerCase());
}

const has = (column: Column | undefined, id: string) =>
  column?.pages.some((page) => page.results.some((one) => one.id === id)) ?? false;

const replaced = (column: Column, ticket: Ticket): Column => ({
  ...column,
  pages: column.pages.map((page) => ({
    ...page,
    results: page.results.map((one) => (one.id === ticket.id ? ticket : one)),
  })),
});

export function useLiveBoard(pipeline: Pipeline, filters: Filters): [Arrivals, (stage: Stage) => void] {
  const cache = useQueryClient();
  const [arrivals, setArrivals] = useState<Arrivals>({});
  const apply = (id: string, ticket: Ticket | undefined) => {
    const goal = ticket?.properties["hs_pipeline"] === pipeline.id ? ticket.properties["hs_pipeline_stage"] : undefined;
    for (const stage of pipeline.stages) {
      const key = columnKey(pipeline.id, stage.id, filters);
      const column = cache.getQueryData<Column>(key);
      if (column === undefined) continue;
      if (has(column, id)) {
        cache.setQueryData<Column>(key, stage.id === goal && ticket ? replaced(column, ticket) : without(column, id));
      } else if (ticket && stage.id === goal && matches(ticket, filters)) {
        // nothing is there that could jump
        if (!column.pages[0]?.total) void cache.invalidateQueries({ queryKey: key });
        else setArrivals((before) => ({ ...before, [stage.id]: new Set([...(before[stage.id] ?? []), id]) }));
      }
    }
  };
  const take = async (changes: Change[]) => {
    const ids = [...new Set(changes.map((change) => change.id))];
    const found = new Map((await readRecords("tickets", ids, SHOWN)).map((ticket) => [ticket.id, ticket]));
    for (const id of ids) apply(id, found.get(id));
  };
  useChanges("tickets", (changes) => void take(changes).catch(complain));
  const show = useCallback(
    (stage: Stage) => {
      const queryKey = columnKey(pipeline.id, stage.id, filters);
      setArrivals((before) => ({ ...before, [stage.id]: new Set() }));
      // only the first page is read again; the others follow as they are scrolled to
      cache.setQueryData<Column>(
        queryKey,
        (column) => column && { pages: column.pages.slice(0, 1), pageParams: column.pageParams.slice(0, 1) },
      );
      void cache.invalidateQueries({ queryKey });
    },
    [cache, filters, pipeline.id],
  );
  return [arrivals, show];
}
