import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useT } from "../../i18n";
import { Icon } from "../../parts/Icon";
import classes from "./Settings.module.css";

interface Props<T> {
  items: readonly T[];
  nameOf: (item: T) => string;
  /** All of them as they are to stand; one has been moved to that position. */
  order: (items: T[], moved: T, to: number) => void;
  className?: string | undefined;
  label: string;
  children: (item: T, grip: ReactNode) => ReactNode;
}

/** A list whose order is changed with the mouse, or with the arrow keys on the grip. */
export function Sortable<T extends { id: string }>({ items: given, nameOf, order: save, className, label, children }: Props<T>) {
  const t = useT("settings");
  // shown at once, so that the next key press counts from there; what the caller has then takes over
  const [order, setOrder] = useState<{ over: readonly T[]; ids: string[] }>();
  const items = order?.over === given ? order.ids.map((id) => given.find((one) => one.id === id)!) : given;
  const [list] = useState(() => ({}));
  const [said, setSaid] = useState("");
  const moveTo = (item: T, to: number) => {
    const goal = Math.max(0, Math.min(to, items.length - 1));
    if (items[goal]?.id === item.id) return;
    const rest = items.filter((one) => one.id !== item.id);
    const next = [...rest.slice(0, goal), item, ...rest.slice(goal)];
    setOrder({ over: given, ids: next.map((one) => one.id) });
    save(next, item, goal);
    setSaid(t("movedTo", { name: nameOf(item), position: goal + 1, count: items.length }));
  };
  const drop = (id: string, to: number) => {
    const item = items.find((one) => one.id === id);
    if (item) moveTo(item, to);
  };
  return (
    <>
      <ul className={className} aria-label={label}>
        {items.map((item, index) => (
          <Item key={item.id} id={item.id} index={index} list={list} name={nameOf(item)} drop={drop} step={(to) => moveTo(item, to)}>
            {(grip) => children(item, grip)}
          </Item>
        ))}
      </ul>
      <div className="visually-hidden" aria-live="assertive">
        {said}
      </div>
    </>
  );
}

interface ItemProps {
  id: string;
  index: number;
  list: object;
  name: string;
  /** Put an item of this list where this one is. */
  drop: (id: string, to: number) => void;
  step: (to: number) => void;
  children: (grip: ReactNode) => ReactNode;
}

function Item({ id, index, list, name, drop, step, children }: ItemProps) {
  const t = useT("settings");
  const element = useRef<HTMLLIElement>(null);
  const handle = useRef<HTMLButtonElement>(null);
  const [edge, setEdge] = useState<"top" | "bottom">();
  const latest = useRef({ index, drop });
  useEffect(() => {
    latest.current = { index, drop };
  });
  useEffect(() => {
    if (!element.current || !handle.current) return;
    const item = element.current;
    return combine(
      draggable({ element: item, dragHandle: handle.current, getInitialData: () => ({ list, id, index: latest.current.index }) }),
      dropTargetForElements({
        element: item,
        canDrop: ({ source }) => source.data["list"] === list,
        onDragEnter: ({ source }) => {
          const from = Number(source.data["index"]);
          setEdge(source.data["id"] === id ? undefined : from < latest.current.index ? "bottom" : "top");
        },
        onDragLeave: () => setEdge(undefined),
        onDrop: ({ source }) => {
          setEdge(undefined);
          latest.current.drop(String(source.data["id"]), latest.current.index);
        },
      }),
    );
  }, [id, list]);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: Infinity }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    step(to);
  };
  const grip = (
    <button ref={handle} type="button" className={classes.grip} aria-label={t("grip", { name })} title={t("grip", { name })} onKeyDown={onKeyDown}>
      <Icon name="grip" size={16} />
    </button>
  );
  return (
    <li ref={element} className={classes.sortable} data-edge={edge}>
      {children(grip)}
    </li>
  );
}
