import { Select } from "@mantine/core";
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { ownerName, useOwners } from "../../api/owners";
import type { Pipeline } from "../../api/schema";
import { useT } from "../../i18n";
import { currentQuery } from "../../parts/address";
import { TextFilter } from "../../parts/TextFilter";
import type { Filters } from "./columns";

const PRIORITIES = ["LOW", "MEDIUM", "HIGH", "URGENT"];

const filtersOf = (query: URLSearchParams): Filters => ({
  text: query.get("text") ?? "",
  owner: query.get("owner") ?? "",
  priority: query.get("priority") ?? "",
});

/** The filters as the address says, so that a filtered board can be sent to somebody. */
export function useFilters(): [Filters, (change: Partial<Filters>) => void] {
  const [query, setQuery] = useSearchParams();
  const { text, owner, priority } = filtersOf(query);
  const filters = useMemo(() => ({ text, owner, priority }), [text, owner, priority]);
  const change = (next: Partial<Filters>) =>
    setQuery(
      Object.entries({ ...filtersOf(currentQuery()), ...next }).filter(([, value]) => value),
      { replace: true },
    );
  return [filters, change];
}

interface Props {
  pipeline: Pipeline;
  pipelines: Pipeline[];
  filters: Filters;
  change: (next: Partial<Filters>) => void;
  choosePipeline: (id: string) => void;
}

export function Tools({ pipeline, pipelines, filters, change, choosePipeline }: Props) {
  const t = useT("board");
  const { owners } = useOwners();
  const clear = { clearable: true, clearButtonProps: { "aria-label": t("clear") } };
  return (
    <>
      <Select
        aria-label={t("pipeline")}
        w={210}
        allowDeselect={false}
        value={pipeline.id}
        onChange={(id) => id !== null && choosePipeline(id)}
        data={pipelines.map(({ id, label }) => ({ value: id, label }))}
      />
      <TextFilter search width={220} label={t("filterText")} value={filters.text} change={(text) => change({ text })} />
      <Select
        aria-label={t("common:owner")}
        placeholder={t("allOwners")}
        w={190}
        {...clear}
        searchable
        value={filters.owner || null}
        onChange={(owner) => change({ owner: owner ?? "" })}
        data={[
          { value: "none", label: t("common:noOwner") },
          ...owners.map((owner) => ({ value: String(owner.id), label: ownerName(owner) })),
        ]}
      />
      <Select
        aria-label={t("common:priority")}
        placeholder={t("allPriorities")}
        w={160}
        {...clear}
        value={filters.priority || null}
        onChange={(priority) => change({ priority: priority ?? "" })}
        data={PRIORITIES.map((value) => ({ value, label: t(`common:priority${value}`) }))}
      />
    </>
  );
}
