import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { searchRecords } from "../api/records";
import type { Record as Row } from "../api/schema";
import { useT } from "../i18n";

const LIMIT = 8;
const DEBOUNCE_MS = 180;

function labelOf({ id, properties: { firstname, lastname, email } }: Row): string {
  const name = [firstname, lastname].filter(Boolean).join(" ");
  return [name, email].filter(Boolean).join(" · ") || `#${id}`;
}

/** Finds a contact by any of its texts; what is chosen is its id. */
export function RequesterField({ value, change }: { value: string | null; change: (id: string | null) => void }) {
  const t = useT("common");
  const [text, setText] = useState("");
  const [wanted] = useDebouncedValue(text.trim(), DEBOUNCE_MS);
  const [chosen, setChosen] = useState<{ value: string; label: string }>();
  // what stands in the field after a choice is no question
  const query = wanted === chosen?.label ? "" : wanted;
  const { data } = useQuery({
    queryKey: ["find", "contacts", query, LIMIT],
    queryFn: ({ signal }) =>
      searchRecords("contacts", { properties: ["firstname", "lastname", "email"], limit: LIMIT, ...(query ? { query } : {}) }, signal),
    placeholderData: keepPreviousData,
  });
  const found = (data?.results ?? []).map((row) => ({ value: row.id, label: labelOf(row) }));
  const options = value !== null && chosen && !found.some((one) => one.value === value) ? [chosen, ...found] : found;
  return (
    <Select
      label={t("table:requester")}
      placeholder={t("findPlaceholderContact")}
      searchable
      clearable
      clearButtonProps={{ "aria-label": t("clear") }}
      nothingFoundMessage={t("nothingFound")}
      filter={({ options: all }) => all}
      data={options}
      value={value}
      searchValue={text}
      onSearchChange={setText}
      onChange={(id) => {
        setChosen(options.find((one) => one.value === id));
        change(id);
      }}
    />
  );
}
