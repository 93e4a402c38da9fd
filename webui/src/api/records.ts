import { api } from "./client";
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

export const updateRecord = (objectType: string, id: string, properties: Record<string, string>): Promise<Row> =>
  api<Row>(`/crm/v3/objects/${objectType}/${id}`, { method: "PATCH", body: { properties } });

export const createRecord = (objectType: string, properties: Record<string, string>): Promise<Row> =>
  api<Row>(`/crm/v3/objects/${objectType}`, { method: "POST", body: { properties } });
