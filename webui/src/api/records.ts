import { api } from "./client";
import { ApiError } from "./errors";
import type { FilterGroup, Record as Row, RecordBatch, SearchPage } from "./schema";

export interface Search {
  filterGroups?: FilterGroup[];
  sorts?: { propertyName: string; direction: "ASCENDING" | "DESCENDING" }[];
  query?: string;
  properties?: readonly string[];
  limit?: number;
  after?: string | undefined;
}

export const searchRecords = (objectType: string, search: Search, signal?: AbortSignal): Promise<SearchPage> =>
  api<SearchPage>(`/crm/v3/objects/${objectType}/search`, { method: "POST", body: search, signal });

const BATCH = 100;

/** Records by id; those that are gone are missing from the answer. */
export async function readRecords(objectType: string, ids: readonly string[], properties: readonly string[]): Promise<Row[]> {
  const found: Row[] = [];
  for (let start = 0; start < ids.length; start += BATCH) {
    const inputs = ids.slice(start, start + BATCH).map((id) => ({ id }));
    const page = await api<RecordBatch>(`/crm/v3/objects/${objectType}/batch/read`, {
      method: "POST",
      body: { inputs, properties },
    });
    found.push(...page.results);
  }
  return found;
}

const HISTORY_BATCH = 50;

/** Records by id with every value that some of their properties have had. */
export async function readHistories(objectType: string, ids: readonly string[], names: readonly string[]): Promise<Row[]> {
  const found: Row[] = [];
  for (let start = 0; start < ids.length; start += HISTORY_BATCH) {
    const inputs = ids.slice(start, start + HISTORY_BATCH).map((id) => ({ id }));
    const body = { inputs, properties: names, propertiesWithHistory: names };
    found.push(...(await api<RecordBatch>(`/crm/v3/objects/${objectType}/batch/read`, { method: "POST", body })).results);
  }
  return found;
}

export const updateRecord = (objectType: string, id: string, properties: Record<string, string>): Promise<Row> =>
  api<Row>(`/crm/v3/objects/${objectType}/${id}`, { method: "PATCH", body: { properties } });

export const createRecord = (objectType: string, properties: Record<string, string>): Promise<Row> =>
  api<Row>(`/crm/v3/objects/${objectType}`, { method: "POST", body: { properties } });

/** The vendor's type from a ticket to a contact that has no label. */
const TICKET_TO_CONTACT = 16;

/** A ticket of somebody, if it is known of whom. */
export const createTicket = (properties: Record<string, string>, contactId: string | null): Promise<Row> => {
  const types = [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: TICKET_TO_CONTACT }];
  const associations = contactId === null ? [] : [{ to: { id: contactId }, types }];
  return api<Row>("/crm/v3/objects/tickets", { method: "POST", body: { properties, associations } });
};

/** One record with these properties. A list of hundreds of names is too long for an address, hence the batch call. */
export async function readRecord(objectType: string, id: string, properties: string[], signal: AbortSignal): Promise<Row> {
  const path = `/crm/v3/objects/${objectType}`;
  const batch = await api<RecordBatch>(`${path}/batch/read`, { method: "POST", body: { inputs: [{ id }], properties }, signal });
  if (batch.results[0] !== undefined) return batch.results[0];
  try {
    // the id of a record that was merged into another leads to that one
    return await api<Row>(`${path}/${id}`, { signal });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
    return api<Row>(`${path}/${id}`, { query: { archived: true }, signal });
  }
}

export const archiveRecord = (objectType: string, id: string): Promise<void> =>
  api<void>(`/crm/v3/objects/${objectType}/${id}`, { method: "DELETE" });

export const restoreRecord = (objectType: string, id: string): Promise<Row> =>
  api<Row>(`/spokedesk/v1/objects/${objectType}/${id}/restore`, { method: "POST" });

/** What the second one has goes into the first one; the answer is the record that is left. */
export const mergeRecords = (objectType: string, primaryObjectId: string, objectIdToMerge: string): Promise<Row> =>
  api<Row>(`/crm/v3/objects/${objectType}/merge`, { method: "POST", body: { primaryObjectId, objectIdToMerge } });
