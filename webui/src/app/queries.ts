import { MutationCache, QueryClient } from "@tanstack/react-query";
import { onReturn } from "../api/connection";
import { ApiError, ServerGone } from "../api/errors";
import { complain } from "./notices";

const BUSY = [429, 503];
const TRIES = 3;

/** A refusal stays one; a busy or absent server is asked again. */
const again = (failures: number, error: Error) =>
  failures < TRIES && (error instanceof ServerGone || (error instanceof ApiError && BUSY.includes(error.status)));

const pause = (failures: number, error: Error) =>
  error instanceof ApiError && error.retryAfter !== undefined ? error.retryAfter * 1000 : 400 * 2 ** failures;

export const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 15_000, gcTime: 300_000, retry: again, retryDelay: pause, networkMode: "always" },
    mutations: { networkMode: "always" },
  },
  // a mutation that handles its own errors says so: meta: { quiet: true }
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      if (mutation.meta?.["quiet"] !== true) complain(error);
    },
  }),
});

onReturn(() => void queries.invalidateQueries());
