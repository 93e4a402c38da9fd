/** What a table shows: a saved view, and what was changed since, both in the address. */
import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import type { Search } from "../../api/records";
import type { FilterInput } from "../../api/schema";
import type { Definition, View } from "../../api/views";
import { currentQuery } from "../../parts/address";

export const REQUESTER = "requester"; // a column that is no property
export const WINDOW = 10_000; // how far the API pages through a search

export interface Shown {
  filterGroups: { filters: FilterInput[] }[];
  sorts: NonNullable<Definition["sorts"]>;
  query: string;
  columns: string[];
}

const COLUMNS: { [objectType: string]: string[] } = {
  tickets: [
    "subject",
    "hs_pipeline_stage",
    "hs_ticket_priority",
    "hubspot_owner_id",
    REQUESTER,
    "createdate",
    "hs_lastmodifieddate",
  ],
  contacts: ["email", "firstname", "lastname", "phone", "jobtitle", "createdate", "lastmodifieddate"],
  companies: ["name", "domain", "city", "country", "industry", "createdate", "hs_lastmodifieddate"],
};

const NEWEST: Shown["sorts"] = [{ propertyName: "createdate", direction: "DESCENDING" }];

/** The column that leads to the record. */
export const titleOf = (objectType: string) => COLUMNS[objectType]?.[0] ?? "hs_object_id";

export const complete = (objectType: string, given: Definition = {}): Shown => ({
  filterGroups: (given.filterGroups ?? []).map((group) => ({ filters: group.filters ?? [] })),
  sorts: given.sorts?.length ? given.sorts.slice(0, 1) : NEWEST,
  query: given.query ?? "",
  columns: given.columns?.length ? given.columns : (COLUMNS[objectType] ?? ["hs_object_id"]),
});

/** The body of a search that returns these rows. */
export const searchOf = (shown: Shown): Search => ({
  ...(shown.filterGroups.length ? { filterGroups: shown.filterGroups.filter((group) => group.filters.length > 0) } : {}),
  sorts: shown.sorts,
  ...(shown.query ? { query: shown.query } : {}),
  properties: shown.columns.filter((name) => name !== REQUESTER),
});

function read(text: string | null): Definition | undefined {
  if (text === null) return undefined;
  try {
    const found = JSON.parse(text) as unknown;
    return typeof found === "object" && found !== null ? (found as Definition) : undefined;
  } catch {
    return undefined;
  }
}

export interface TableState {
  view: View | undefined;
  shown: Shown;
  isChanged: boolean;
  change: (next: Partial<Shown>) => void;
  open: (viewId: string) => void;
}

export function useTableState(objectType: string, views: View[] | undefined): TableState {
  const [address, setAddress] = useSearchParams();
  const asked = address.get("view") ?? "all";
  const own = address.get("show");
  const view = views?.find((one) => one.id === asked) ?? views?.find((one) => one.id === "all");
  const shown = useMemo(() => complete(objectType, read(own) ?? view?.definition), [objectType, own, view]);
  const change = useCallback(
    (next: Partial<Shown>) => {
      const chosen = read(currentQuery().get("show"));
      const before = chosen ? complete(objectType, chosen) : shown;
      setAddress({ view: asked, show: JSON.stringify({ ...before, ...next }) }, { replace: "query" in next });
    },
    [asked, objectType, setAddress, shown],
  );
  const open = useCallback((viewId: string) => setAddress(viewId === "all" ? {} : { view: viewId }), [setAddress]);
  const isChanged = own !== null && JSON.stringify(shown) !== JSON.stringify(complete(objectType, view?.definition));
  return { view, shown, isChanged, change, open };
}
