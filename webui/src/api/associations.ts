/** Which records belong together, and as what. */
import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import { readRecords } from "./records";
import type { LinkTarget, LinkTargetPage, LinkType, Record as Row } from "./schema";

const PAGE = 500;
const MOST = 5000;

export interface Linked {
  id: string;
  types: LinkType[];
  /** Absent for one that may not be read. */
  record: Row | undefined;
}

const specOf = ({ category, typeId }: LinkType) => ({ associationCategory: category, associationTypeId: typeId });

/** Every record of a type that belongs to this one; the first thousands of them. */
export async function listLinks(objectType: string, id: string, toType: string, signal: AbortSignal): Promise<LinkTarget[]> {
  const found: LinkTarget[] = [];
  let after: string | undefined;
  do {
    const path = `/crm/v4/objects/${objectType}/${id}/associations/${toType}`;
    const page = await api<LinkTargetPage>(path, { query: { limit: PAGE, after }, signal });
    found.push(...page.results);
    after = page.paging?.next?.after;
  } while (after !== undefined && found.length < MOST);
  return found;
}

async function readLinked(objectType: string, id: string, toType: string, shown: number, properties: string[], signal: AbortSignal) {
  const links = (await listLinks(objectType, id, toType, signal)).reverse();
  const ids = links.slice(0, shown).map((link) => String(link.toObjectId));
  const rows = new Map((await readRecords(toType, ids, properties)).map((row) => [row.id, row]));
  const byId = new Map(links.map((link) => [String(link.toObjectId), link]));
  const linked = ids.map((one): Linked => ({ id: one, types: byId.get(one)?.associationTypes ?? [], record: rows.get(one) }));
  return { linked, total: links.length };
}

/** Records of a type that belong to this one, the latest first, as many as are shown. */
export const useLinked = (objectType: string, id: string, toType: string, shown: number, properties: string[]) =>
  useQuery({
    queryKey: ["associations", objectType, id, toType, shown],
    queryFn: ({ signal }) => readLinked(objectType, id, toType, shown, properties, signal),
    placeholderData: (before) => before,
  });

export interface Pair {
  objectType: string;
  id: string;
  toType: string;
  toId: string;
}

const pathOf = ({ objectType, id, toType, toId }: Pair) => `/crm/v4/objects/${objectType}/${id}/associations/${toType}/${toId}`;

/** Add types to a pair; without any the plain one. */
export const addLink = (pair: Pair, types: LinkType[]): Promise<unknown> => {
  const { objectType, id, toType, toId } = pair;
  if (types.length > 0) return api(pathOf(pair), { method: "PUT", body: types.map(specOf) });
  return api(`/crm/v4/objects/${objectType}/${id}/associations/default/${toType}/${toId}`, { method: "PUT" });
};

export const removeLink = (pair: Pair): Promise<void> => api(pathOf(pair), { method: "DELETE" });

/** Take a label off a pair, which goes on to belong together. */
export const removeLabel = ({ objectType, id, toType, toId }: Pair, type: LinkType): Promise<void> =>
  api(`/crm/v4/associations/${objectType}/${toType}/batch/labels/archive`, {
    method: "POST",
    body: { inputs: [{ from: { id }, to: { id: toId }, types: [specOf(type)] }] },
  });
