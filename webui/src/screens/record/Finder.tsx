import { Loader, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useId, useState, type KeyboardEvent } from "react";
import { searchRecords } from "../../api/records";
import type { Record as Row } from "../../api/schema";
import { useT } from "../../i18n";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import classes from "./Finder.module.css";
import { KINDS, shownOf, titleOf } from "./kinds";

const LIMIT = 8;
const DEBOUNCE_MS = 180;

async function find(objectType: string, text: string, signal: AbortSignal): Promise<Row[]> {
  const properties = shownOf(objectType);
  const search = (more: object) => searchRecords(objectType, { properties, limit: LIMIT, ...more }, signal);
  const byId = { filterGroups: [{ filters: [{ propertyName: "hs_object_id", operator: "EQ", value: text }] }] };
  const pages = await Promise.all([...(/^\d{1,18}$/.test(text) ? [search(byId)] : []), search(text ? { query: text } : {})]);
  return [...new Map(pages.flatMap((page) => page.results).map((row) => [row.id, row])).values()];
}

interface Props {
  objectType: string;
  label: string;
  /** Ids that make no sense here. */
  without: string[];
  choose: (row: Row) => void;
}

/** A field that finds a record of one type by text or number; arrows and Enter choose. */
export function Finder({ objectType, label, without, choose }: Props) {
  const t = useT("record");
  const id = useId();
  const [text, setText] = useState("");
  const [position, setPosition] = useState(0);
  const [wanted] = useDebouncedValue(text.trim(), DEBOUNCE_MS);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["find", objectType, wanted],
    queryFn: ({ signal }) => find(objectType, wanted, signal),
    placeholderData: (before) => before,
  });
  const rows = (data ?? []).filter((row) => !without.includes(row.id));
  const chosen = Math.min(position, rows.length - 1);
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setPosition(Math.max(0, Math.min(chosen + step, rows.length - 1)));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (rows[chosen] && wanted === text.trim()) choose(rows[chosen]);
    }
  };
  const { detail } = KINDS[objectType]!;
  return (
    <>
      <TextInput
        label={label}
        placeholder={t("findRecord")}
        data-autofocus
        role="combobox"
        aria-expanded={rows.length > 0}
        aria-controls={id}
        aria-activedescendant={rows[chosen] && `${id}-${rows[chosen].id}`}
        leftSection={<Icon name="search" size={15} />}
        rightSection={isFetching ? <Loader size={14} /> : undefined}
        value={text}
        onChange={(event) => (setText(event.currentTarget.value), setPosition(0))}
        onKeyDown={press}
      />
      {error !== null && <Failed error={error} retry={() => void refetch()} />}
      <div id={id} role="listbox" aria-label={label} className={classes.found}>
        {rows.map((row, index) => (
          <div
            key={row.id}
            id={`${id}-${row.id}`}
            role="option"
            aria-selected={index === chosen}
            className={classes.option}
            onMouseMove={() => setPosition(index)}
            onClick={() => choose(row)}
          >
            <span className="clip" data-value>
              {titleOf(objectType, row) || t("common:untitled")}
            </span>
            <span className={`clip ${classes.detail}`} data-value>
              {(detail && row.properties[detail]) || `#${row.id}`}
            </span>
          </div>
        ))}
      </div>
      {data !== undefined && rows.length === 0 && (
        <Text c="dimmed" size="sm" role="status">
          {t("common:nothingFound")}
        </Text>
      )}
    </>
  );
}
