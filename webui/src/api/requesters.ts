import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { RecordBatch } from "./schema";

export interface Requester {
  id: string;
  email: string;
}

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
  const contacts = await api<RecordBatch>("/crm/v3/objects/contacts/batch/read", {
    method: "POST",
    body: { inputs: wanted.map((id) => ({ id })), properties: ["email", "firstname", "lastname"] },
    signal,
  });
  const emails = new Map(
    contacts.results.map(({ id, properties: { email, firstname, lastname } }) => [
      id,
      email || [firstname, lastname].filter(Boolean).join(" "),
    ]),
  );
  return new Map([...contactOf].map(([ticket, id]) => [ticket, { id, email: emails.get(id) ?? "" }]));
}

/** Who asked, for the tickets of one page. */
export const requestersQuery = (ticketIds: string[]) => ({
  queryKey: ["requesters", ...ticketIds],
  queryFn: ({ signal }: { signal: AbortSignal }) => readRequesters(ticketIds, signal),
  staleTime: 60_000,
  enabled: ticketIds.length > 0,
});

export const useRequesters = (ticketIds: string[]) => useQuery(requestersQuery(ticketIds));
