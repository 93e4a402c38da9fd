import { ActionIcon, Button, Popover } from "@mantine/core";
import { lazy, Suspense, useEffect, useState } from "react";
import { useLocation } from "react-router";
import { sentenceOf } from "../../api/errors";
import { usePipelines } from "../../api/pipelines";
import { useViews } from "../../api/views";
import { complain, tell } from "../../app/notices";
import { useMayWrite } from "../../app/useSession";
import { useT } from "../../i18n";
import { Count } from "../../parts/Count";
import { Empty } from "../../parts/Empty";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { NewRecord } from "../../parts/NewRecord";
import { Screen } from "../../parts/Screen";
import { curlOf, curlOfNew } from "../../parts/terminal";
import { TextFilter } from "../../parts/TextFilter";
import { searchOf, useTableState, WINDOW, type TableState } from "./definition";
import { exportRows } from "./export";
import { Grid } from "./Grid";
import { useLabels, type Labels } from "./labels";
import { MOST, useLiveTable, type News } from "./live";
import { readAll, useRows, type Rows } from "./rows";
import classes from "./Table.module.css";
import { Views } from "./Views";

const Filters = lazy(() => import("./Filters"));
const Columns = lazy(() => import("./Columns"));
const BulkEdit = lazy(() => import("./BulkEdit"));
const FIRST_ROWS = 40;

export default function Table() {
  const objectType = useLocation().pathname.split("/")[1] ?? "tickets";
  return <RecordTable key={objectType} objectType={objectType} />;
}

function RecordTable({ objectType }: { objectType: string }) {
  const t = useT("table");
  const views = useViews(objectType);
  const state = useTableState(objectType, views.data);
  const labels = useLabels(objectType);
  const [seen, setSeen] = useState<[number, number]>([0, FIRST_ROWS]);
  const rows = useRows(objectType, state.shown, ...seen);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [bulk, setBulk] = useState(false);
  const mayWrite = useMayWrite(objectType);
  const [news, showNews] = useLiveTable(objectType, state.shown, rows);
  const search = JSON.stringify(searchOf(state.shown));
  useEffect(() => setSelected(new Set()), [search]);
  return (
    <Screen
      title={t(objectType)}
      fixed
      beside={
        <span className={classes.total} aria-live="polite">
          {!rows.isPending && <Count value={rows.total} />}
          {rows.total > WINDOW && <span className={classes.limited}>{t("limited", { count: WINDOW })}</span>}
          <Fresh news={news} show={showNews} />
        </span>
      }
      actions={
        <>
          {objectType !== "tickets" && rows.total > 0 && <NewRecord objectType={objectType} variant="light" />}
          <Exports objectType={objectType} state={state} labels={labels} total={rows.reachable} />
        </>
      }
      tools={
        <>
          <Views objectType={objectType} views={views.data ?? []} state={state} />
          {views.error !== null && (
            <span className={classes.limited} data-value>
              {sentenceOf(views.error)}
            </span>
          )}
          <div className={classes.row}>
            <TextFilter key={state.view?.id ?? ""} search width={260} label={t("search")} value={state.shown.query} change={(query) => state.change({ query })} />
            <Tool icon="filter" label={t("filters")} count={state.shown.filterGroups.flatMap((one) => one.filters).length}>
              {(close) => <Filters state={state} labels={labels} close={close} />}
            </Tool>
            <Tool icon="columns" label={t("columns")}>
              {() => <Columns objectType={objectType} state={state} labels={labels} />}
            </Tool>
          </div>
        </>
      }
    >
      {selected.size > 0 && (
        <Selection
          {...{ objectType, state, rows, selected, setSelected }}
          edit={mayWrite ? () => setBulk(true) : undefined}
        />
      )}
      {rows.error !== null && <Failed error={rows.error} retry={rows.retry} />}
      {rows.error === null && !rows.isPending && rows.total === 0 ? (
        <Nothing objectType={objectType} state={state} />
      ) : (
        <Grid {...{ objectType, state, labels, rows, selected, setSelected, setSeen }} gone={news.gone} />
      )}
      <Suspense fallback={null}>
        {bulk && (
          <BulkEdit objectType={objectType} ids={[...selected]} labels={labels} close={() => setBulk(false)} />
        )}
      </Suspense>
    </Screen>
  );
}

/** How many rows wait to be shown; it stands where nothing has to move for it. */
function Fresh({ news, show }: { news: News; show: () => void }) {
  const t = useT("table");
  const { fresh, gone } = news;
  if (fresh.size + gone.size === 0) return null;
  const texts = [
    fresh.size >= MOST ? t("freshMany", { count: MOST }) : fresh.size > 0 && t("fresh", { count: fresh.size }),
    gone.size > 0 && t("goneRows", { count: gone.size }),
  ];
  return (
    <button type="button" className={classes.fresh} onClick={show}>
      <Icon name="restore" size={14} />
      {texts.filter(Boolean).join(" · ")}
    </button>
  );
}

interface ToolProps {
  icon: "filter" | "columns";
  label: string;
  count?: number;
  children: (close: () => void) => React.ReactNode;
}

/** A button that opens a panel below it. */
function Tool({ icon, label, count = 0, children }: ToolProps) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" shadow="md" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <Button
          variant={count > 0 ? "light" : "default"}
          leftSection={<Icon name={icon} size={15} />}
          rightSection={count > 0 ? <Count value={count} /> : undefined}
          onClick={() => setOpened(!opened)}
        >
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        <Suspense fallback={null}>{opened && children(() => setOpened(false))}</Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}

function Exports({ objectType, state, labels, total }: { objectType: string; state: TableState; labels: Labels; total: number }) {
  const t = useT("table");
  const [progress, setProgress] = useState<number>();
  const copy = async () => {
    await navigator.clipboard.writeText(JSON.stringify({ ...searchOf(state.shown), limit: 200 }, null, 2));
    tell(t("searchCopied", { path: `/crm/v3/objects/${objectType}/search` }));
  };
  const download = async () => {
    setProgress(0);
    try {
      await exportRows(objectType, state.shown, labels, setProgress);
    } catch (error) {
      complain(error);
    } finally {
      setProgress(undefined);
    }
  };
  return (
    <>
      <Button variant="default" leftSection={<Icon name="copy" size={15} />} onClick={() => void copy().catch(complain)}>
        {t("copySearch")}
      </Button>
      <Button
        variant="default"
        leftSection={<Icon name="download" size={15} />}
        disabled={total === 0 || progress !== undefined}
        onClick={() => void download()}
      >
        {progress === undefined ? t("export") : t("exporting", { done: progress, total })}
      </Button>
    </>
  );
}

interface SelectionProps {
  objectType: string;
  state: TableState;
  rows: Rows;
  selected: ReadonlySet<string>;
  setSelected: (ids: ReadonlySet<string>) => void;
  edit: (() => void) | undefined;
}

function Selection({ objectType, state, rows, selected, setSelected, edit }: SelectionProps) {
  const t = useT("table");
  const [isReading, setReading] = useState(false);
  const selectAll = async () => {
    setReading(true);
    try {
      const all = await readAll(objectType, { ...state.shown, columns: [] }, () => undefined);
      setSelected(new Set(all.map((row) => row.id)));
    } catch (error) {
      complain(error);
    } finally {
      setReading(false);
    }
  };
  return (
    <div className={classes.selection} role="region" aria-label={t("selection")}>
      <strong>{t("selected", { count: selected.size })}</strong>
      {selected.size < rows.reachable && (
        <Button size="compact-sm" variant="subtle" loading={isReading} onClick={() => void selectAll()}>
          {t("selectAll", { count: rows.reachable })}
        </Button>
      )}
      {edit && (
        <Button size="compact-sm" leftSection={<Icon name="edit" size={14} />} onClick={edit}>
          {t("bulkEdit")}
        </Button>
      )}
      <ActionIcon variant="subtle" color="gray" ml="auto" aria-label={t("unselect")} onClick={() => setSelected(new Set())}>
        <Icon name="close" size={16} />
      </ActionIcon>
    </div>
  );
}

function Nothing({ objectType, state }: { objectType: string; state: TableState }) {
  const t = useT("table");
  const narrowed = state.shown.query !== "" || state.shown.filterGroups.length > 0;
  const { data: pipelines = [] } = usePipelines("tickets");
  const curl = narrowed
    ? curlOf(`/crm/v3/objects/${objectType}/search`, { body: searchOf(state.shown) })
    : curlOfNew(objectType, objectType === "tickets" ? pipelines[0] : undefined);
  return (
    <Empty icon="table" title={t("nothing")} text={narrowed ? t("nothingMatches") : t(`nothingYet-${objectType}`)} curl={curl}>
      {!narrowed && <NewRecord objectType={objectType} />}
      {narrowed && (
        <Button variant="light" onClick={() => state.change({ query: "", filterGroups: [] })}>
          {t("common:clearFilters")}
        </Button>
      )}
    </Empty>
  );
}
