import { NativeSelect, Switch } from "@mantine/core";
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import type { CallFilters } from "../../api/calls";
import { useT } from "../../i18n";
import { currentQuery } from "../../parts/address";
import { TextFilter } from "../../parts/TextFilter";

const METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"];
const STATUSES = ["2xx", "3xx", "4xx", "5xx", "400", "401", "403", "404", "409", "429"];
const NAMES = ["text", "path", "token", "method", "status"] as const;

/** What is shown, as the address says. Calls of this interface are left out, and it follows, unless it says otherwise. */
export function useFilters() {
  const [query, setQuery] = useSearchParams();
  const [text, path, token, method, status] = NAMES.map((name) => query.get(name) ?? "") as [string, string, string, string, string];
  const filters = useMemo<CallFilters>(() => ({ text, path, token, method, status }), [text, path, token, method, status]);
  const own = query.get("own") === "1";
  const live = query.get("live") !== "0";
  const change = (next: Record<string, string>) => {
    const after = currentQuery();
    for (const [name, value] of Object.entries(next)) {
      if (value) after.set(name, value);
      else after.delete(name);
    }
    setQuery(after, { replace: true });
  };
  return { filters, own, live, change };
}

interface Props {
  filters: CallFilters;
  own: boolean;
  live: boolean;
  change: (next: Record<string, string>) => void;
}

export function Tools({ filters, own, live, change }: Props) {
  const t = useT("calls");
  return (
    <>
      <TextFilter label={t("filterText")} value={filters.text} change={(text) => change({ text })} width={220} search />
      <TextFilter label={t("filterPath")} value={filters.path} change={(path) => change({ path })} width={190} />
      <TextFilter label={t("filterToken")} value={filters.token} change={(token) => change({ token })} width={160} />
      <NativeSelect
        aria-label={t("method")}
        w={140}
        value={filters.method}
        data={[{ value: "", label: t("everyMethod") }, ...METHODS]}
        onChange={(event) => change({ method: event.currentTarget.value })}
        data-value
      />
      <NativeSelect
        aria-label={t("status")}
        w={140}
        value={filters.status}
        data={[{ value: "", label: t("everyStatus") }, ...STATUSES]}
        onChange={(event) => change({ status: event.currentTarget.value })}
        data-value
      />
      <Switch label={t("live")} checked={live} onChange={(event) => change({ live: event.currentTarget.checked ? "" : "0" })} />
      <Switch label={t("own")} checked={own} onChange={(event) => change({ own: event.currentTarget.checked ? "1" : "" })} />
    </>
  );
}
