import { api } from "./client";

export interface Found {
  objectType: string;
  id: string;
  title: string;
  detail: string;
  updatedAt: string;
}

/** Records of every type with a text in them, or with a number that is their id. */
export const find = async (text: string, signal: AbortSignal): Promise<Found[]> =>
  (await api<{ results: Found[] }>("/spokedesk/v1/find", { query: { q: text, limit: 5 }, signal })).results;
