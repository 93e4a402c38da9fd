/** Values of properties as people read them. */
import { useMemo } from "react";
import { ownerName, useOwners } from "../../api/owners";
import { usePipelines } from "../../api/pipelines";
import { useProperties } from "../../api/properties";
import type { Property } from "../../api/schema";
import { useT } from "../../i18n";
import { formatDate, formatDateTime, formatNumber } from "../../parts/format";
import { REQUESTER } from "./definition";

export interface Labels {
  property: (name: string) => Property | undefined;
  properties: Property[];
  /** The heading of a column. */
  column: (name: string) => string;
  text: (name: string, value: string | null | undefined) => string;
  options: (name: string) => { value: string; label: string }[];
}

const withoutNumbers = new Set(["hs_object_id", "hs_ticket_id"]);

export function useLabels(objectType: string): Labels {
  const t = useT("table");
  const { data: properties } = useProperties(objectType);
  const { data: pipelines } = usePipelines("tickets");
  const { owners, byId } = useOwners();
  return useMemo(() => {
    const byName = new Map((properties ?? []).map((property) => [property.name, property]));
    const stages = (pipelines ?? []).flatMap((pipeline) =>
      pipeline.stages.map((stage) => ({ value: stage.id, label: stage.label, pipeline: pipeline.label })),
    );
    const several = (pipelines ?? []).length > 1;
    const options = (name: string) => {
      if (name === "hubspot_owner_id") return owners.map((one) => ({ value: String(one.id), label: ownerName(one) }));
      if (name === "hs_pipeline") return (pipelines ?? []).map(({ id, label }) => ({ value: id, label }));
      if (name === "hs_pipeline_stage")
        return stages.map(({ value, label, pipeline }) => ({ value, label: several ? `${label} (${pipeline})` : label }));
      return (byName.get(name)?.options ?? []).map(({ value, label }) => ({ value, label }));
    };
    const text = (name: string, value: string | null | undefined): string => {
      if (value === null || value === undefined || value === "") return "";
      const property = byName.get(name);
      if (name === "hubspot_owner_id") return byId.has(value) ? ownerName(byId.get(value)!) : value;
      if (name === "hs_pipeline_stage") return stages.find((stage) => stage.value === value)?.label ?? value;
      if (property?.type === "datetime") return formatDateTime(value);
      if (property?.type === "date") return formatDate(value);
      if (property?.type === "number" && !withoutNumbers.has(name) && Number.isFinite(Number(value)))
        return formatNumber(Number(value));
      const known = options(name);
      if (known.length === 0) return value;
      return value
        .split(";")
        .map((one) => known.find((option) => option.value === one)?.label ?? one)
        .join(", ");
    };
    return {
      property: (name) => byName.get(name),
      properties: properties ?? [],
      column: (name) => (name === REQUESTER ? t("requester") : (byName.get(name)?.label ?? name)),
      text,
      options,
    };
  }, [properties, pipelines, owners, byId, t]);
}
