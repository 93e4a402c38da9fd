import { ActionIcon, Button, Group, MultiSelect, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import type { FilterInput } from "../../api/schema";
import { useT } from "../../i18n";
import { Icon } from "../../parts/Icon";
import type { Shown, TableState } from "./definition";
import type { Labels } from "./labels";
import { NO_VALUE, operatorsOf, SEVERAL, toWire, fromWire } from "./operators";
import classes from "./Table.module.css";

type Groups = Shown["filterGroups"];
// what the API takes
const MAX_GROUPS = 5;
const MAX_FILTERS = 6;
const EMPTY: FilterInput = { propertyName: "", operator: "EQ" };

const isWhole = (filter: FilterInput) =>
  filter.propertyName !== "" &&
  (NO_VALUE.has(filter.operator) ||
    (SEVERAL.has(filter.operator) ? (filter.values?.length ?? 0) > 0 : filter.value !== undefined && filter.value !== "") );

/** Groups of filters as the Search API has them: all filters of a group hold, any group is enough. */
export default function Filters({ state, labels, close }: { state: TableState; labels: Labels; close: () => void }) {
  const t = useT("table");
  const given = state.shown.filterGroups;
  const [groups, setGroups] = useState<Groups>(given.length ? given : [{ filters: [EMPTY] }]);
  const setFilters = (index: number, filters: FilterInput[]) =>
    setGroups(
      groups.flatMap((group, one) => (one !== index ? [group] : filters.length > 0 || groups.length === 1 ? [{ filters }] : [])),
    );
  const apply = () => {
    const whole = groups.map((group) => ({ filters: group.filters.filter(isWhole) }));
    state.change({ filterGroups: whole.filter((group) => group.filters.length > 0) });
    close();
  };
  return (
    <form
      className={classes.filters}
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      {groups.map((group, index) => (
        <fieldset key={index} className={classes.group}>
          <legend>{index === 0 ? t("filterFirstGroup") : t("filterOrGroup")}</legend>
          {group.filters.map((filter, position) => (
            <FilterRow
              key={position}
              filter={filter}
              labels={labels}
              change={(next) => setFilters(index, group.filters.map((one, other) => (other === position ? next : one)))}
              remove={() => setFilters(index, group.filters.filter((_, other) => other !== position))}
            />
          ))}
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<Icon name="plus" size={14} />}
            disabled={group.filters.length >= MAX_FILTERS}
            onClick={() => setFilters(index, [...group.filters, EMPTY])}
          >
            {t("filterAdd")}
          </Button>
        </fieldset>
      ))}
      <Group justify="space-between">
        <Button
          variant="subtle"
          size="compact-sm"
          disabled={groups.length >= MAX_GROUPS}
          onClick={() => setGroups([...groups, { filters: [EMPTY] }])}
        >
          {t("filterAddGroup")}
        </Button>
        <Group gap="xs">
          <Button variant="default" onClick={() => (state.change({ filterGroups: [] }), close())}>
            {t("common:clearFilters")}
          </Button>
          <Button type="submit">{t("apply")}</Button>
        </Group>
      </Group>
    </form>
  );
}

interface RowProps {
  filter: FilterInput;
  labels: Labels;
  change: (next: FilterInput) => void;
  remove: () => void;
}

function FilterRow({ filter, labels, change, remove }: RowProps) {
  const t = useT("table");
  const property = labels.property(filter.propertyName);
  const operators = operatorsOf(property?.type).map((value) => ({ value, label: t(`operator-${value}`) }));
  const start = (propertyName: string) => change({ propertyName, operator: operatorsOf(labels.property(propertyName)?.type)[0] ?? "EQ" });
  return (
    <div className={classes.filter}>
      <Select
        aria-label={t("filterProperty")}
        placeholder={t("filterProperty")}
        searchable
        limit={80}
        data={labels.properties.map(({ name, label }) => ({ value: name, label }))}
        value={filter.propertyName || null}
        onChange={(name) => name !== null && start(name)}
        comboboxProps={{ withinPortal: false }}
      />
      <Select
        aria-label={t("filterOperator")}
        allowDeselect={false}
        data={operators}
        value={filter.operator}
        onChange={(operator) => operator !== null && change({ propertyName: filter.propertyName, operator })}
        comboboxProps={{ withinPortal: false }}
      />
      <Value filter={filter} labels={labels} change={change} />
      <ActionIcon variant="subtle" color="gray" aria-label={t("filterRemove")} onClick={remove}>
        <Icon name="close" size={15} />
      </ActionIcon>
    </div>
  );
}

function Value({ filter, labels, change }: Omit<RowProps, "remove">) {
  const t = useT("table");
  const type = labels.property(filter.propertyName)?.type;
  const options = labels.options(filter.propertyName);
  if (filter.propertyName === "" || NO_VALUE.has(filter.operator)) return <span />;
  const name = t("filterValue");
  if (SEVERAL.has(filter.operator)) {
    const values = (filter.values ?? []).map(String);
    if (options.length > 0) {
      return <MultiSelect aria-label={name} searchable data={options} value={values} onChange={(next) => change({ ...filter, values: next })} comboboxProps={{ withinPortal: false }} />;
    }
    const read = (text: string) => text.split(",").map((one) => one.trim()).filter(Boolean);
    return <TextInput aria-label={name} placeholder={t("filterValues")} defaultValue={values.join(", ")} onChange={(event) => change({ ...filter, values: read(event.currentTarget.value) })} />;
  }
  if (options.length > 0 && ["EQ", "NEQ"].includes(filter.operator)) {
    return <Select aria-label={name} searchable data={options} value={filter.value === undefined ? null : String(filter.value)} onChange={(value) => change({ ...filter, value: value ?? "" })} comboboxProps={{ withinPortal: false }} />;
  }
  const kind = type === "date" || type === "datetime" ? "date" : type === "number" ? "number" : "text";
  const field = (key: "value" | "highValue", label: string) => (
    <TextInput
      aria-label={label}
      type={kind}
      value={fromWire(type, filter[key])}
      onChange={(event) => change({ ...filter, [key]: toWire(type, event.currentTarget.value) })}
    />
  );
  if (filter.operator !== "BETWEEN") return field("value", name);
  return (
    <div className={classes.between}>
      {field("value", t("filterFrom"))}
      {field("highValue", t("filterTo"))}
    </div>
  );
}
