/** Rules that values of properties have to keep. */
import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { PropertyRulesList, ValidationRule } from "./schema";

const ROOT = "/crm/v3/property-validations";
const pathOf = (objectType: string, name: string, ruleType: string) =>
  [objectType, name, "rule-type", ruleType].map(encodeURIComponent).join("/");

export const rulesKey = (objectType: string) => ["properties", objectType, "rules"] as const;

/** The rules of every property that has any, by its name. */
export const useRules = (objectType: string) =>
  useQuery({
    queryKey: rulesKey(objectType),
    queryFn: async ({ signal }) => {
      const { results } = await api<PropertyRulesList>(`${ROOT}/${encodeURIComponent(objectType)}`, { signal });
      return Object.fromEntries(results.map((one) => [one.propertyName, one.propertyValidationRules]));
    },
    staleTime: 60_000,
  });

/** Set a rule, in place of the one of its type. */
export const setRule = (objectType: string, name: string, { ruleType, ...body }: ValidationRule) =>
  api<undefined>(`${ROOT}/${pathOf(objectType, name, ruleType)}`, { method: "PUT", body });

/** The vendor's API has no such call. */
export const removeRule = (objectType: string, name: string, ruleType: string) =>
  api<undefined>(`/spokedesk/v1/property-validations/${pathOf(objectType, name, ruleType)}`, { method: "DELETE" });
