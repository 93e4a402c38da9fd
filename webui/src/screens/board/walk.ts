import type { KeyboardEvent } from "react";
import type { Stage } from "../../api/schema";
import type { ColumnHandle } from "./Column";
import type { Move } from "./move";

/** Arrows go from card to card; with Shift they move the card itself; m opens its menu. */
export function walk(event: KeyboardEvent, stages: Stage[], columns: Map<string, ColumnHandle>, move: Move | undefined) {
  const target = event.target as HTMLElement;
  const card = target.closest<HTMLElement>("[data-card]");
  if (card === null || target.closest('[role="menu"]') !== null || event.ctrlKey || event.metaKey || event.altKey) return;
  const position = stages.findIndex((stage) => stage.id === card.dataset["stage"]);
  const stage = stages[position];
  if (stage === undefined) return;
  const index = Number(card.dataset["index"]);
  const here = columns.get(stage.id);
  const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const along = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: Infinity }[event.key];
  if (along !== undefined) {
    here?.focus(along);
  } else if (sideways !== undefined && event.shiftKey) {
    const goal = stages[position + sideways];
    const ticket = here?.ticket(index);
    if (goal && ticket) move?.(ticket, stage, goal, true);
  } else if (sideways !== undefined) {
    const rest = sideways < 0 ? stages.slice(0, position).reverse() : stages.slice(position + 1);
    rest
      .map((one) => columns.get(one.id))
      .find((one) => one !== undefined && one.count() > 0)
      ?.focus(index);
  } else if (event.key === "m" && move) {
    card.querySelector<HTMLElement>("button")?.click();
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}
