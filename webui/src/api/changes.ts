/**
 * What others change, as it happens. One stream for the whole page, open only while the page is visible (a browser has
 * few connections per server); it goes on after the last change that was seen, so nothing is missed in between.
 */
import { useEffect, useRef } from "react";
import { queries } from "../app/queries";
import { api, request } from "./client";
import { ApiError, SignedOut } from "./errors";

export interface Change {
  sequence: number;
  objectType: string;
  id: string;
  /** create, update, archive, restore, merge, …: an unknown one means that something is different. */
  kind: string;
  properties: string[];
  at: string;
  sourceType: string;
  sourceId?: string;
  userId?: number;
}

interface Page {
  results: Change[];
  after: number;
  more: boolean;
}

type Listener = (changes: Change[]) => void;

const PATH = "/spokedesk/v1/changes";
const COLLECT_MS = 250;
const RETRY_MS = 2000;
const POLL_MS = 5000;
const listeners = new Set<Listener>();
let last: number | undefined;
let collected: Change[] = [];
let timer: number | undefined;
let running: AbortController | undefined;

function tell() {
  timer = undefined;
  const changes = collected;
  collected = [];
  for (const listener of listeners) listener(changes);
}

function take(changes: Change[]) {
  collected.push(...changes);
  if (collected.length > 0) timer ??= window.setTimeout(tell, COLLECT_MS);
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((done) => {
    const waiting = window.setTimeout(done, ms);
    signal.addEventListener("abort", () => (window.clearTimeout(waiting), done()), { once: true });
  });

/** Events of a stream: name and data of each block of lines that an empty one ends. */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<{ name: string; data: string }> {
  let text = "";
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, "m").exec(block)?.[1] ?? "";
      if (field("event")) yield { name: field("event"), data: field("data") };
    }
  }
}

function handle(name: string, data: string) {
  if (name === "ready") {
    last ??= (JSON.parse(data) as { latest: number }).latest;
  } else if (name === "change") {
    const change = JSON.parse(data) as Change;
    last = change.sequence;
    take([change]);
  } else if (name === "definitions") {
    for (const key of ["pipelines", "properties", "labels"]) void queries.invalidateQueries({ queryKey: [key] });
  }
}

async function poll(signal: AbortSignal) {
  const page = await api<Page>(PATH, { query: { after: last }, signal });
  last = page.after;
  take(page.results);
  if (!page.more) await pause(POLL_MS, signal);
}

async function follow(signal: AbortSignal) {
  while (!signal.aborted) {
    try {
      const response = await request(PATH, { query: { after: last }, accept: "text/event-stream", signal });
      for await (const { name, data } of eventsOf(response.body!)) handle(name, data);
    } catch (error) {
      if (signal.aborted || error instanceof SignedOut) return;
      // too many streams: ask from time to time instead
      if (error instanceof ApiError && error.status === 503) await poll(signal).catch(() => undefined);
    }
    await pause(RETRY_MS, signal);
  }
}

function adjust() {
  const wanted = listeners.size > 0 && document.visibilityState === "visible";
  if (wanted && running === undefined) {
    running = new AbortController();
    void follow(running.signal);
  } else if (!wanted && running !== undefined) {
    running.abort();
    running = undefined;
  }
}

document.addEventListener("visibilitychange", adjust);

/**
 * The same at most once in `everyMs`, for what costs the server something: the first changes at once, what comes meanwhile
 * together. The next call waits for the end of the one before.
 */
export function useCollectedChanges(objectType: string, everyMs: number, handler: (changes: Change[]) => Promise<unknown>) {
  const waiting = useRef<Change[]>([]);
  const isBusy = useRef(false);
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  const work = async () => {
    if (isBusy.current) return;
    isBusy.current = true;
    try {
      while (waiting.current.length > 0) {
        const pause = new Promise((done) => window.setTimeout(done, everyMs));
        await latest.current(waiting.current.splice(0));
        await pause;
      }
    } finally {
      isBusy.current = false;
    }
  };
  useEffect(() => () => void waiting.current.splice(0), [objectType]);
  useChanges(objectType, (changes) => {
    waiting.current.push(...changes);
    void work();
  });
}

/** Called with the changes of records of a type, several at once; the same for as long as the component is there. */
export function useChanges(objectType: string, handler: Listener) {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => {
    const listener: Listener = (changes) => {
      const mine = changes.filter((change) => change.objectType === objectType);
      if (mine.length > 0) latest.current(mine);
    };
    listeners.add(listener);
    adjust();
    return () => {
      listeners.delete(listener);
      // the next page asks in the same moment; a stream that nobody took over is closed
      window.setTimeout(adjust, RETRY_MS);
    };
  }, [objectType]);
}
