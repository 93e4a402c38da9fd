/** What others do to the rows: values change where they stand; rows that come or go wait until somebody wants to see them. */
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { useCollectedChanges, type Change } from "../../api/changes";
import { readHistories, readRecords, searchRecords, type Search } from "../../api/records";
import type { Record as Row, SearchPage } from "../../api/schema";
import { complain } from "../../app/notices";
import { searchOf, type Shown } from "./definition";
import { decidingNames, isNewlyFound } from "./matching";
import { pagesKey, type Rows } from "./rows";

const EVERY_MS = 2000;
/** How many new rows are counted; also the largest page of ids that is asked for. */
export const MOST = 100;
// what the API takes: filters of one group, and of all together
const GROUP_FILTERS = 6;
const ALL_FILTERS = 18;
/** What makes a record appear that could not have been found before. */
const COMES = new Set(["create", "restore"]);

export interface News {
  /** Rows that the search finds now and that are not shown. */
  fresh: ReadonlySet<string>;
  /** Rows that are shown and are there no more. */
  gone: ReadonlySet<string>;
}

const NOTHING: News = { fresh: new Set(), gone: new Set() };

/** The ids of all rows that were read, and how many there would be. */
function readSoFar(cache: QueryClient, objectType: string, search: Search) {
  const pages = cache.getQueriesData<SearchPage>({ queryKey: pagesKey(objectType, search) });
  const ids = new Set(pages.flatMap(([, page]) => page?.results.map((row) => row.id) ?? []));
  const total = Math.max(0, ...pages.map(([, page]) => page?.total ?? 0));
  return { ids, isWhole: ids.size >= total };
}

/** Put new values into the rows that are there, without making their pages look newly read. */
function replace(cache: QueryClient, objectType: string, search: Search, rows: Map<string, Row>) {
  for (const query of cache.getQueryCache().findAll({ queryKey: pagesKey(objectType, search) })) {
    const page = query.state.data as SearchPage | undefined;
    if (!page?.results.some((row) => rows.has(row.id))) continue;
    const results = page.results.map((row) => rows.get(row.id) ?? row);
    cache.setQueryData<SearchPage>(query.queryKey, { ...page, results }, { updatedAt: query.state.dataUpdatedAt });
  }
}

const MODIFIED: { [objectType: string]: string } = { contacts: "lastmodifieddate" };

/** Which of some records a search finds. For too many of them it is asked for the rows that were changed last. */
async function foundAmong(objectType: string, search: Search, ids: string[]): Promise<Set<string>> {
  const groups = search.filterGroups?.length ? search.filterGroups : [{ filters: [] }];
  const filters = groups.map((group) => group.filters ?? []);
  const hasPlace =
    ids.length <= MOST &&
    filters.every((group) => group.length < GROUP_FILTERS) &&
    filters.flat().length + groups.length <= ALL_FILTERS;
  const among = { propertyName: "hs_object_id", operator: "IN", values: ids };
  const narrowed: Search = hasPlace
    ? { ...search, filterGroups: filters.map((group) => ({ filters: [...group, among] })) }
    : { ...search, sorts: [{ propertyName: MODIFIED[objectType] ?? "hs_lastmodifieddate", direction: "DESCENDING" }] };
  const page = await searchRecords(objectType, { ...narrowed, properties: [], limit: MOST });
  const wanted = new Set(ids);
  return new Set(page.results.map((row) => row.id).filter((id) => wanted.has(id)));
}

/** Those of some records, all of which a search finds now, that it did not find before these changes. */
async function newlyFound(objectType: string, search: Search, ids: string[], changes: Change[]): Promise<string[]> {
  const names = decidingNames(objectType, search);
  if (ids.length === 0 || names.length === 0) return [];
  const rows = await readHistories(objectType, ids, names);
  const isNew = ({ id, properties, propertiesWithHistory }: Row) => {
    const mine = changes.filter((one) => one.id === id);
    const since = Math.min(...mine.map((one) => Date.parse(one.at)));
    const changed = new Set(mine.flatMap((one) => one.properties));
    const before = (name: string) =>
      changed.has(name)
        ? propertiesWithHistory?.[name]?.find((past) => Date.parse(past.timestamp) < since)?.value
        : properties[name];
    return isNewlyFound(objectType, search, (name) => properties[name], before);
  };
  return rows.filter(isNew).map((row) => row.id);
}

export function useLiveTable(objectType: string, shown: Shown, rows: Rows): [News, () => void] {
  const cache = useQueryClient();
  const [news, setNews] = useState(NOTHING);
  const search = searchOf(shown);
  const key = JSON.stringify(search);
  // rows that were read anew contain all of it
  useEffect(() => setNews(NOTHING), [key, rows.readAt]);
  const take = async (changes: Change[]) => {
    const { ids, isWhole } = readSoFar(cache, objectType, search);
    const here = [...new Set(changes.map((one) => one.id))].filter((id) => ids.has(id));
    const deciding = new Set(decidingNames(objectType, search));
    /** Would not have been found before; of the others that has to be found out, unless all that was found is here. */
    const isCome = (one: Change) => isWhole || COMES.has(one.kind) || news.fresh.has(one.id);
    const mayCome = (one: Change) => one.kind !== "update" || one.properties.some((name) => deciding.has(name));
    const coming = changes.filter((one) => !ids.has(one.id) && (isCome(one) || mayCome(one)));
    // more than are counted need not be looked at one by one
    const asked = news.fresh.size < MOST ? [...new Set(coming.map((one) => one.id))] : [];
    const [read, matching] = await Promise.all([
      readRecords(objectType, here, search.properties ?? []),
      asked.length > 0 ? foundAmong(objectType, search, asked) : new Set<string>(),
    ]);
    const come = new Set(coming.filter(isCome).map((one) => one.id));
    const unsure = [...matching].filter((id) => !come.has(id));
    const found = new Set([...matching].filter((id) => come.has(id)).concat(await newlyFound(objectType, search, unsure, coming)));
    const byId = new Map(read.map((row) => [row.id, row]));
    replace(cache, objectType, search, byId);
    if (ids.size === 0 && found.size > 0) {
      await cache.invalidateQueries({ queryKey: pagesKey(objectType, search) }); // nothing is there that could jump
      return;
    }
    const different = new Set([...here, ...asked]);
    const rest = (before: ReadonlySet<string>) => [...before].filter((id) => !different.has(id));
    setNews((before) => ({
      fresh: new Set([...rest(before.fresh), ...found]),
      gone: new Set([...rest(before.gone), ...here.filter((id) => !byId.has(id))]),
    }));
  };
  useCollectedChanges(objectType, EVERY_MS, (changes) => take(changes).catch(complain));
  const show = useCallback(() => {
    setNews(NOTHING);
    void cache.invalidateQueries({ queryKey: pagesKey(objectType, JSON.parse(key) as Search) });
  }, [cache, objectType, key]);
  return [news, show];
}
