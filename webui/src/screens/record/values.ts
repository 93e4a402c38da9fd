/** What the value of a property means to a person. */
import { useCallback, useMemo } from "react";
import { ownerName, useOwners } from "../../api/owners";
import { usePipelines } from "../../api/pipelines";
import type { Property } from "../../api/schema";
import { useT } from "../../i18n";
import { formatDateTime, formatDay, formatNumber, formatSpan } from "../../parts/format";

export const isOwner = (property: Property) => property.referencedObjectType === "OWNER";
export const isMany = (property: Property) => property.type === "enumeration" && property.fieldType === "checkbox";
export const mayEdit = (property: Property) => property.modificationMetadata.readOnlyValue !== true;

export interface Choice {
  value: string;
  label: string;
}

/** What can be chosen for a property; undefined when anything can be written. */
export function useChoices(objectType: string): (property: Property, pipelineId?: string | null) => Choice[] | undefined {
  const t = useT("record");
  const { owners } = useOwners();
  const { data: pipelines = [] } = usePipelines(objectType);
  return useCallback(
    (property, pipelineId) => {
      if (isOwner(property)) return owners.map((owner) => ({ value: String(owner.id), label: ownerName(owner) }));
      if (property.name === "hs_pipeline" && pipelines.length > 0) return pipelines.map(({ id, label }) => ({ value: id, label }));
      if (property.name === "hs_pipeline_stage" && pipelines.length > 0) {
        const those = pipelines.filter((one) => pipelineId === undefined || one.id === pipelineId);
        return those.flatMap((one) => one.stages).map(({ id, label }) => ({ value: id, label }));
      }
      if (property.type === "bool") return ["true", "false"].map((value) => ({ value, label: t(value === "true" ? "yes" : "no") }));
      const options = property.options.filter((option) => !option.hidden);
      return options.length > 0 ? options.map(({ value, label }) => ({ value, label })) : undefined;
    },
    [owners, pipelines, t],
  );
}

/** Turns wire values into words in the user's language. */
export function useDescribe(objectType: string): (property: Property, value: string | null | undefined) => string {
  const choices = useChoices(objectType);
  return useCallback(
    (property, value) => {
      if (value === null || value === undefined || value === "") return "";
      if (property.type === "datetime") return formatDateTime(value);
      if (property.type === "date") return /^\d{4}-\d\d-\d\d$/.test(value) ? formatDay(value) : formatDateTime(value);
      const known = choices(property);
      if (known !== undefined) {
        const parts = isMany(property) ? value.split(";").filter(Boolean) : [value];
        return parts.map((part) => known.find((one) => one.value === part)?.label ?? part).join(", ");
      }
      if (property.type !== "number" || !Number.isFinite(Number(value))) return value;
      if (property.numberDisplayHint === "duration") return formatSpan(Number(value));
      // numbers that are names are not counted
      return /(^|_)ids?$/.test(property.name) ? value : formatNumber(Number(value));
    },
    [choices],
  );
}

/** The name of a user, who need not be an owner. */
export function useUserName(): (userId: number | string | undefined) => string | undefined {
  const { owners } = useOwners();
  const names = useMemo(
    () => new Map(owners.map((owner) => [String(owner.userId ?? owner.userIdIncludingInactive), ownerName(owner)])),
    [owners],
  );
  return useCallback((userId) => (userId === undefined ? undefined : names.get(String(userId))), [names]);
}
