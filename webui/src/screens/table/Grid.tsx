import { Checkbox } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useRef } from "react";
import { Link } from "react-router";
import type { Record as Row } from "../../api/schema";
import { usePreferences } from "../../app/preferences";
import { useT } from "../../i18n";
import { Icon } from "../../parts/Icon";
import { OwnerMark } from "../../parts/OwnerMark";
import { PriorityMark } from "../../parts/PriorityMark";
import { When } from "../../parts/When";
import { REQUESTER, titleOf, type TableState } from "./definition";
import type { Labels } from "./labels";
import type { Rows } from "./rows";
import classes from "./Table.module.css";

interface Props {
  objectType: string;
  state: TableState;
  labels: Labels;
  rows: Rows;
  selected: ReadonlySet<string>;
  setSelected: (ids: ReadonlySet<string>) => void;
  setSeen: (seen: [number, number]) => void;
  /** Rows whose records are there no more. */
  gone: ReadonlySet<string>;
}

const HEIGHTS = { comfortable: 44, compact: 34 };
const OVERSCAN = 12;

const WIDTHS: { [name: string]: string } = {
  subject: "minmax(280px, 3fr)",
  name: "minmax(220px, 2fr)",
  email: "minmax(220px, 2fr)",
  [REQUESTER]: "minmax(200px, 2fr)",
  hs_ticket_priority: "120px",
  hs_pipeline_stage: "minmax(170px, 1fr)",
  hubspot_owner_id: "minmax(180px, 1fr)",
  content: "minmax(280px, 3fr)",
};
const NOT_SORTABLE = new Set([REQUESTER]);

/** The rows that can be seen, drawn as a table; the rest is space. */
export function Grid({ objectType, state, labels, rows, selected, setSelected, setSeen, gone }: Props) {
  const t = useT("table");
  const { columns } = state.shown;
  const scroller = useRef<HTMLDivElement>(null);
  const anchor = useRef<number>(undefined);
  const height = HEIGHTS[usePreferences().density];
  const virtual = useVirtualizer({
    count: rows.reachable,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
  });
  useEffect(() => {
    virtual.measure();
  }, [virtual, height]);
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => setSeen([first, last]), [first, last, setSeen]);
  const template = `44px ${columns.map((name) => WIDTHS[name] ?? "minmax(150px, 1fr)").join(" ")}`;
  const allLoaded = rows.loaded.length > 0 && rows.loaded.every((row) => selected.has(row.id));
  const toggle = (index: number, range: boolean) => {
    const row = rows.row(index);
    if (!row) return;
    const next = new Set(selected);
    const on = !selected.has(row.id);
    const from = range && anchor.current !== undefined ? anchor.current : index;
    for (let one = Math.min(from, index); one <= Math.max(from, index); one++) {
      const id = rows.row(one)?.id;
      if (id !== undefined) on ? next.add(id) : next.delete(id);
    }
    anchor.current = index;
    setSelected(next);
  };
  return (
    <div className={classes.scroller} ref={scroller} data-testid="rows" tabIndex={0} role="region" aria-label={t("rows")}>
      <div role="table" aria-label={t(objectType)} aria-rowcount={rows.reachable + 1} className={classes.table}>
        <div role="rowgroup" className={classes.head}>
          <div role="row" aria-rowindex={1} className={classes.cells} style={{ gridTemplateColumns: template }}>
            <div role="columnheader">
              <Checkbox
                size="xs"
                aria-label={t("selectLoaded")}
                checked={allLoaded}
                indeterminate={!allLoaded && selected.size > 0}
                onChange={() => setSelected(allLoaded ? new Set() : new Set(rows.loaded.map((row) => row.id)))}
              />
            </div>
            {columns.map((name) => (
              <Heading key={name} name={name} state={state} labels={labels} />
            ))}
          </div>
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {items.map((item) => (
            <Line
              key={item.index}
              index={item.index}
              row={rows.row(item.index)}
              email={rows.requester(rows.row(item.index)?.id ?? "")?.email}
              {...{ objectType, columns, labels, template, height, toggle }}
              top={item.start}
              isSelected={selected.has(rows.row(item.index)?.id ?? "")}
              isGone={gone.has(rows.row(item.index)?.id ?? "")}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function Heading({ name, state, labels }: { name: string; state: TableState; labels: Labels }) {
  const [sort] = state.shown.sorts;
  const direction = sort?.propertyName === name ? sort.direction : undefined;
  const label = labels.column(name);
  if (NOT_SORTABLE.has(name)) {
    return (
      <div role="columnheader" className="clip">
        {label}
      </div>
    );
  }
  const next = direction === "ASCENDING" ? "DESCENDING" : "ASCENDING";
  return (
    <div role="columnheader" aria-sort={direction === undefined ? "none" : direction === "ASCENDING" ? "ascending" : "descending"}>
      <button
        type="button"
        className={classes.sort}
        onClick={() => state.change({ sorts: [{ propertyName: name, direction: next }] })}
        data-value
      >
        <span className="clip">{label}</span>
        {direction && <Icon name={direction === "ASCENDING" ? "up" : "down"} size={14} />}
      </button>
    </div>
  );
}

interface LineProps {
  objectType: string;
  index: number;
  row: Row | undefined;
  email: string | undefined;
  columns: string[];
  labels: Labels;
  template: string;
  top: number;
  height: number;
  isSelected: boolean;
  isGone: boolean;
  toggle: (index: number, range: boolean) => void;
}

const Line = memo(
  function Line({ objectType, index, row, email, columns, labels, template, top, height, isSelected, isGone, toggle }: LineProps) {
    const t = useT("table");
    const style = { gridTemplateColumns: template, transform: `translateY(${top}px)`, height };
    if (row === undefined) {
      return <div role="row" aria-rowindex={index + 2} aria-busy="true" className={classes.line} style={style} />;
    }
    const title = row.properties[titleOf(objectType)];
    return (
      <div
        role="row"
        aria-rowindex={index + 2}
        aria-selected={isSelected}
        className={`${classes.line} ${classes.cells}`}
        style={style}
        data-row={row.id}
        data-gone={isGone || undefined}
      >
        <div role="cell">
          <Checkbox
            size="xs"
            aria-label={t("select", { name: title || row.id })}
            checked={isSelected}
            onClick={(event) => toggle(index, event.shiftKey)}
            onChange={() => undefined}
          />
        </div>
        {columns.map((name) => (
          <div role="cell" key={name} className="clip">
            {isGone && name === columns[0] && <span className={classes.limited}>{t("gone")}</span>}
            <Cell objectType={objectType} row={row} name={name} email={email} labels={labels} />
          </div>
        ))}
      </div>
    );
  },
  // `toggle` closes over the newest selection, which a row that did not change does not need to know
  (before, after) =>
    before.toggle === after.toggle &&
    before.row === after.row &&
    before.email === after.email &&
    before.columns === after.columns &&
    before.labels === after.labels &&
    before.top === after.top &&
    before.height === after.height &&
    before.isSelected === after.isSelected &&
    before.isGone === after.isGone,
);

function Cell({ objectType, row, name, email, labels }: { objectType: string; row: Row; name: string; email: string | undefined; labels: Labels }) {
  const t = useT("table");
  const value = row.properties[name];
  if (name === titleOf(objectType)) {
    return (
      <Link to={`/${objectType}/${row.id}`} className={classes.title} title={value ?? ""} data-value={value ? true : undefined}>
        {value || t("common:untitled")}
      </Link>
    );
  }
  if (name === REQUESTER) return <span data-value>{email}</span>;
  if (name === "hubspot_owner_id") return <OwnerMark id={value} named />;
  if (name === "hs_ticket_priority") return <PriorityMark value={value} named />;
  if (name === "hs_pipeline_stage")
    return value ? (
      <span className={classes.stage} data-value>
        {labels.text(name, value)}
      </span>
    ) : null;
  if (labels.property(name)?.type === "datetime") return <When at={value} />;
  return (
    <span title={value ?? ""} data-value>
      {labels.text(name, value)}
    </span>
  );
}
