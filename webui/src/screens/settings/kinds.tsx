import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import type { ObjectSchemaList } from "../../api/schema";
import { useT } from "../../i18n";

/** Standard object types in the order that people look for them. */
const STANDARD = ["tickets", "contacts", "companies", "deals", "leads", "products", "line_items", "quotes", "orders", "services"];
const ACTIVITIES = ["notes", "emails", "calls", "meetings", "tasks"];
const WITH_PIPELINES = ["tickets", "deals", "leads", "orders", "services", "contacts", "companies"];

export interface Kind {
  value: string;
  label: string;
}

/** The object types to choose from; those that the account has defined come last. */
export function useKinds(which: "pipelines" | "links" | "all"): Kind[] {
  const t = useT("settings");
  const { data } = useQuery({
    queryKey: ["schemas"],
    queryFn: ({ signal }) => api<ObjectSchemaList>("/crm-object-schemas/v3/schemas", { signal }),
    staleTime: 300_000,
  });
  const names = which === "pipelines" ? WITH_PIPELINES : which === "links" ? STANDARD : [...STANDARD, ...ACTIVITIES];
  return [
    ...names.map((value) => ({ value, label: t(`type-${value}`) })),
    ...(data?.results ?? []).map((one) => ({ value: one.objectTypeId, label: one.labels.plural ?? one.name })),
  ];
}

interface Props {
  label: string;
  kinds: Kind[];
  value: string;
  choose: (value: string) => void;
}

export function KindSelect({ label, kinds, value, choose }: Props) {
  return (
    <Select
      aria-label={label}
      w={200}
      allowDeselect={false}
      searchable={kinds.length > 8}
      value={value}
      data={kinds.some((one) => one.value === value) ? kinds : [...kinds, { value, label: value }]}
      onChange={(chosen) => chosen !== null && choose(chosen)}
    />
  );
}
