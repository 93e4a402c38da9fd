import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { complain } from "../app/notices";
import { useCollectedChanges, type Change } from "./changes";
import { api } from "./client";
import { readRecords } from "./records";
import type { Record as Row } from "./schema";

const KEY = "requesters";
const SHOWN = ["email", "firstname", "lastname"];
const EVERY_MS = 2000;
/** Who belongs to a ticket is told by no change, so it is asked for from time to time. */
const LINKS_MS = 60_000;

export interface Requester {
  id: string;
  email: string;
}

const nameOf = ({ properties: { email, firstname, lastname } }: Row) => email || [firstname, lastname].filter(Boolean).join(" ");

interface Fan {
  from: { id: string };
  to: { toObjectId: string | number }[];
}

/** The first contact of each ticket, with the e-mail address. */
async function readRequesters(ticketIds: string[], signal: AbortSignal): Promise<Map<string, Requester>> {
  const links = await api<{ results: Fan[] }>("/crm/v4/associations/tickets/contacts/batch/read", {
    method: "POST",
    body: { inputs: ticketIds.map((id) => ({ id })) },
    signal,
  });
  const contactOf = new Map(
    links.results.flatMap((fan) => (fan.to[0] ? [[fan.from.id, String(fan.to[0].toObjectId)] as const] : [])),
  );
  const wanted = [...new Set(contactOf.values())];
  if (wanted.length === 0) return new Map();
  const emails = new Map((await readRecords("contacts", wanted, SHOWN)).map((row) => [row.id, nameOf(row)]));
  return new Map([...contactOf].map(([ticket, id]) => [ticket, { id, email: emails.get(id) ?? "" }]));
}

/** Who asked, for the tickets of one page. */
export const requestersQuery = (ticketIds: string[]) => ({
  queryKey: [KEY, ...ticketIds],
  queryFn: ({ signal }: { signal: AbortSignal }) => readRequesters(ticketIds, signal),
  staleTime: LINKS_MS,
  refetchInterval: LINKS_MS,
  enabled: ticketIds.length > 0,
});

/** Put what contacts are called now into what was read of tickets. */
async function rename(cache: QueryClient, changes: Change[]) {
  const pages = cache.getQueryCache().findAll({ queryKey: [KEY], type: "active" });
  const shown = new Set(pages.flatMap((page) => [...((page.state.data as Map<string, Requester> | undefined)?.values() ?? [])].map((one) => one.id)));
  const mine = changes.filter((one) => shown.has(one.id));
  if (mine.some((one) => one.kind !== "update")) return cache.invalidateQueries({ queryKey: [KEY] });
  const renamed = mine.filter((one) => one.properties.some((name) => SHOWN.includes(name))).map((one) => one.id);
  const names = new Map((await readRecords("contacts", [...new Set(renamed)], SHOWN)).map((row) => [row.id, nameOf(row)]));
  if (names.size === 0) return;
  for (const page of pages) {
    cache.setQueryData<Map<string, Requester>>(
      page.queryKey,
      (before) => before && new Map([...before].map(([ticket, one]) => [ticket, { ...one, email: names.get(one.id) ?? one.email }])),
      { updatedAt: page.state.dataUpdatedAt },
    );
  }
}

/** Requesters that are shown follow their contacts. */
export function useLiveRequesters() {
  const cache = useQueryClient();
  useCollectedChanges("contacts", EVERY_MS, (changes) => rename(cache, changes).catch(complain));
}
