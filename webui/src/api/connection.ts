/** Whether the server answers. Once a call could not be sent it is asked for until it is back. */
const ASK_EVERY_MS = 2000;
const listeners = new Set<() => void>();
const returns = new Set<() => void>();
let gone = false;

export const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const serverIsGone = () => gone;

/** Called when the server answers again after it did not. */
export const onReturn = (listener: () => void) => returns.add(listener);

function change(next: boolean) {
  gone = next;
  for (const listener of listeners) listener();
}

export function isGone() {
  if (gone) return;
  change(true);
  window.setTimeout(() => void ask(), ASK_EVERY_MS);
}

export function reachable() {
  if (!gone) return;
  change(false);
  for (const listener of returns) listener();
}

async function ask() {
  if (!gone) return;
  try {
    if ((await fetch("/healthz")).ok) return reachable();
  } catch {
    // still gone
  }
  window.setTimeout(() => void ask(), ASK_EVERY_MS);
}
