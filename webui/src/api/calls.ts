/** The API log: calls of every client, pages of them, one in full, and those that come in. */
import { useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { eventsOf } from "./changes";
import { api, request } from "./client";
import { ApiError, SignedOut } from "./errors";
import type { WholeLoggedCall, LoggedCall, LoggedCallPage } from "./schema";

export interface CallFilters {
  method: string;
  status: string;
  path: string;
  token: string;
  text: string;
}

export const CALLS = "/spokedesk/v1/calls";
const PAGE = 200;
const MOST = 2000;
const RETRY_MS = 2000;

const given = (filters: CallFilters) =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value)) as Record<string, string>;

export const useCalls = (filters: CallFilters) =>
  useInfiniteQuery({
    queryKey: ["calls", filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api<LoggedCallPage>(CALLS, { query: { ...given(filters), limit: PAGE, before: pageParam }, signal }),
    getNextPageParam: (last) => (last.results.length < PAGE ? undefined : last.results.at(-1)?.id),
    staleTime: Infinity,
  });

/** One call in full. It may have left the log by now. */
export const useCall = (id: string) =>
  useQuery({ queryKey: ["call", id], queryFn: ({ signal }) => api<WholeLoggedCall>(`${CALLS}/${id}`, { signal }), staleTime: Infinity });

export const clearCalls = () => api<undefined>(CALLS, { method: "DELETE" });

type Pages = InfiniteData<LoggedCallPage, unknown>;

/** The pages with calls on top that came in since; what is too much of it drops off the end. */
function withNew(pages: Pages | undefined, calls: LoggedCall[]): Pages | undefined {
  const first = pages?.pages[0];
  if (pages === undefined || first === undefined) return pages;
  const known = new Set(first.results.map((one) => one.id));
  const fresh = calls.filter((one) => !known.has(one.id)).reverse();
  const results = [...fresh, ...first.results].slice(0, MOST);
  return { ...pages, pages: [{ ...first, results }, ...pages.pages.slice(1)] };
}

const newestOf = (pages: Pages | undefined) => pages?.pages[0]?.results[0]?.id ?? pages?.pages[0]?.latest;

/** Follow the log as long as it is wanted and the page is seen. Whether it is connected. */
export function useLiveCalls(filters: CallFilters, wanted: boolean): boolean {
  const cache = useQueryClient();
  const [connected, setConnected] = useState(false);
  useEffect(() => {
    if (!wanted) return;
    const stop = new AbortController();
    const key = ["calls", filters];
    const run = async () => {
      while (!stop.signal.aborted) {
        try {
          const after = newestOf(cache.getQueryData<Pages>(key));
          const response = await request(CALLS, {
            query: { ...given(filters), after },
            accept: "text/event-stream",
            signal: stop.signal,
          });
          setConnected(true);
          for await (const { name, data } of eventsOf(response.body!)) {
            if (name === "call") cache.setQueryData<Pages>(key, (pages) => withNew(pages, [JSON.parse(data) as LoggedCall]));
          }
        } catch (error) {
          if (stop.signal.aborted || error instanceof SignedOut || (error instanceof ApiError && error.status === 403)) return;
        }
        setConnected(false);
        await new Promise((done) => window.setTimeout(done, RETRY_MS));
      }
    };
    void run();
    return () => {
      stop.abort();
      setConnected(false);
    };
  }, [cache, filters, wanted]);
  return connected;
}
