import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { Skeleton } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from "react";
import type { Pipeline, Stage } from "../../api/schema";
import { usePreferences } from "../../app/preferences";
import { useT } from "../../i18n";
import { Count } from "../../parts/Count";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import classes from "./Board.module.css";
import { Card } from "./Card";
import { ticketsOf, useColumn, type Filters, type Ticket } from "./columns";
import type { Move } from "./move";

/** What the board asks of its columns when keys are pressed. */
export interface ColumnHandle {
  count: () => number;
  ticket: (index: number) => Ticket | undefined;
  /** The nearest card to a position. */
  focus: (index: number) => void;
  /** A card that is on its way here. */
  focusWhenShown: (id: string) => void;
}

interface Props {
  pipeline: Pipeline;
  stage: Stage;
  isFirst: boolean;
  closed: boolean;
  filters: Filters;
  /** Cards that came here since the column was read. */
  arrivals: ReadonlySet<string> | undefined;
  showArrivals: (stage: Stage) => void;
  /** Told how many cards there are, as soon as that is known. */
  report: (stageId: string, total: number) => void;
  columns: Map<string, ColumnHandle>;
  active: string | undefined;
  setActive: (id: string) => void;
  move: Move | undefined;
}

const HEIGHTS = { comfortable: 96, compact: 66 };
const GAP = 8;
const OVERSCAN = 6;

export function Column(props: Props) {
  const { pipeline, stage, isFirst, closed, filters, arrivals, showArrivals, report, columns, active, setActive, move } = props;
  const t = useT("board");
  const height = HEIGHTS[usePreferences().density];
  const search = useColumn(pipeline.id, stage.id, filters);
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = search;
  const tickets = useMemo(() => ticketsOf(data), [data]);
  const total = data?.pages[0]?.total ?? 0;
  useEffect(() => {
    if (!isPending) report(stage.id, total);
  }, [isPending, report, stage.id, total]);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: tickets.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height + GAP,
    overscan: OVERSCAN,
    getItemKey: (index) => tickets[index]?.id ?? index,
  });
  useEffect(() => rows.measure(), [rows, height]);
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= tickets.length - OVERSCAN * 2 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [last, tickets.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  useHandle(stage, tickets, (index) => rows.scrollToIndex(index), scroller, columns);
  const isOver = useDropTarget(scroller, stage, move);
  const fresh = useMemo(() => {
    if (!arrivals?.size) return 0;
    const here = new Set(tickets.map((ticket) => ticket.id));
    return [...arrivals].filter((id) => !here.has(id)).length;
  }, [arrivals, tickets]);
  const showFresh = () => {
    showArrivals(stage);
    scroller.current?.scrollTo({ top: 0 });
  };
  return (
    <section className={classes.column} data-over={isOver || undefined} aria-labelledby={`stage-${stage.id}`}>
      <header className={classes.columnHead}>
        <h2 id={`stage-${stage.id}`} className="clip" data-value>
          {stage.label}
        </h2>
        {!isPending && (
          <span className={classes.count} role="img" aria-label={t("count", { count: total })}>
            <Count value={total} />
          </span>
        )}
        {closed && (
          <span title={t("closedStage")}>
            <Icon name="check" size={15} />
          </span>
        )}
      </header>
      {fresh > 0 && (
        <button type="button" className={classes.fresh} onClick={showFresh}>
          <Icon name="up" size={14} />
          {t("fresh", { count: fresh })}
        </button>
      )}
      <div className={classes.cards} ref={scroller} data-testid="cards">
        {error !== null && <Failed error={error} retry={() => void search.refetch()} />}
        {isPending &&
          error === null &&
          [1, 2, 3].map((one) => <Skeleton key={one} height={height} mb={GAP} radius="md" />)}
        {!isPending && tickets.length === 0 && <p className={classes.nothing}>{t("nothingHere")}</p>}
        <ul style={{ height: rows.getTotalSize() }}>
          {shown.map((row) => {
            const ticket = tickets[row.index];
            if (ticket === undefined) return null;
            const isActive = active === undefined ? isFirst && row.index === 0 : active === ticket.id;
            const place = { index: row.index, total, top: row.start, height };
            return (
              <Card
                key={row.key}
                ticket={ticket}
                stage={stage}
                stages={pipeline.stages}
                {...place}
                isActive={isActive}
                setActive={setActive}
                move={move}
              />
            );
          })}
        </ul>
      </div>
    </section>
  );
}

/** Lets the board reach the cards of this column, also those that are not drawn yet. */
function useHandle(
  stage: Stage,
  tickets: Ticket[],
  scrollTo: (index: number) => void,
  scroller: RefObject<HTMLDivElement | null>,
  columns: Map<string, ColumnHandle>,
) {
  const expected = useRef<string>(undefined);
  useLayoutEffect(() => {
    const focusCard = (index: number) => {
      const position = Math.max(0, Math.min(index, tickets.length - 1));
      const id = tickets[position]?.id ?? "";
      scrollTo(position);
      // a card that has just come into view is drawn with the next frame
      const focus = () => scroller.current?.querySelector<HTMLElement>(`[data-card="${id}"] a`)?.focus();
      requestAnimationFrame(() => requestAnimationFrame(focus));
    };
    columns.set(stage.id, {
      count: () => tickets.length,
      ticket: (index) => tickets[index],
      focus: focusCard,
      focusWhenShown: (id) => (expected.current = id),
    });
    if (expected.current === undefined) return;
    const index = tickets.findIndex((one) => one.id === expected.current);
    if (index >= 0) {
      expected.current = undefined;
      focusCard(index);
    }
  });
  useEffect(() => () => void columns.delete(stage.id), [columns, stage.id]);
}

/** Whether a card is held over this column; when it is let go it is moved here. */
function useDropTarget(scroller: RefObject<HTMLDivElement | null>, stage: Stage, move: Move | undefined): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const element = scroller.current?.parentElement;
    if (!element || !move) return;
    return dropTargetForElements({
      element,
      canDrop: ({ source }) => (source.data["stage"] as Stage | undefined)?.id !== stage.id,
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: ({ source }) => {
        setOver(false);
        move(source.data["ticket"] as Ticket, source.data["stage"] as Stage, stage, false);
      },
    });
  }, [scroller, stage, move]);
  return isOver;
}
