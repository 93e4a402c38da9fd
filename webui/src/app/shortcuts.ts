/** Keys. A screen names its own with `useShortcuts`; the sheet behind `?` lists what is in force. */
import { useEffect, useRef, useSyncExternalStore } from "react";

export interface Shortcut {
  /** As `KeyboardEvent.key` names it, `g b` for two in a row, `Ctrl+k` for one with a modifier. */
  keys: string;
  /** Key of the text, with its screen: `board:keyMove`. */
  label: string;
  run: (event: KeyboardEvent) => void;
  /** Section of the sheet, as the key of a text. */
  section: string;
}

const SEQUENCE_MS = 900;
const listeners = new Set<() => void>();
let inForce: readonly Shortcut[] = [];
let first: { key: string; at: number } | undefined;

function change(next: readonly Shortcut[]) {
  inForce = next;
  for (const listener of listeners) listener();
}

export const useShortcutsInForce = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => inForce,
  );

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

const inDialog = (target: EventTarget | null) =>
  document.querySelector('[role="dialog"][aria-modal="true"]') !== null ||
  (target instanceof HTMLElement && target.closest('[role="menu"], [role="listbox"]') !== null);

function handle(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing) return;
  const pressed = (event.ctrlKey || event.metaKey ? "Ctrl+" : "") + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  if (event.altKey || (!pressed.startsWith("Ctrl+") && (isTyping(event.target) || inDialog(event.target)))) return;
  const both = first && performance.now() - first.at < SEQUENCE_MS ? `${first.key} ${pressed}` : undefined;
  const found = (both && inForce.findLast((one) => one.keys === both)) || inForce.findLast((one) => one.keys === pressed);
  if (found) {
    first = undefined;
    event.preventDefault();
    found.run(event);
  } else {
    first = { key: pressed, at: performance.now() };
  }
}

export function listenForShortcuts() {
  document.addEventListener("keydown", handle);
  return () => document.removeEventListener("keydown", handle);
}

/** These keys work as long as the component is there; later ones win over earlier ones. */
export function useShortcuts(shortcuts: Shortcut[]) {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  const names = shortcuts.map((one) => `${one.keys}|${one.label}|${one.section}`).join("\n");
  useEffect(() => {
    const mine = latest.current.map((one, index) => ({
      ...one,
      run: (event: KeyboardEvent) => latest.current[index]?.run(event),
    }));
    change([...inForce, ...mine]);
    return () => change(inForce.filter((one) => !mine.includes(one)));
  }, [names]);
}
