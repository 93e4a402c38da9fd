import { api } from "./client";
import type { FilterGroup, Record as Row, SearchPage } from "./schema";

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

export const updateRecord = (objectType: string, id: string, properties: Record<string, string>): Promise<Row> =>
  api<Row>(`/crm/v3/objects/${objectType}/${id}`, { method: "PATCH", body: { properties } });

export const createRecord = (objectType: string, properties: Record<string, string>): Promise<Row> =>
  api<Row>(`/crm/v3/objects/${objectType}`, { method: "POST", body: { properties } });
