import { errorOf, ServerGone } from "./errors";
import { isGone, reachable } from "./connection";
import { token, tokenAfter } from "./session";

export interface Options {
  method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  query?: Record<string, string | number | boolean | readonly string[] | undefined>;
  body?: unknown;
  signal?: AbortSignal | undefined;
  accept?: string;
}

export function addressOf(path: string, query: Options["query"] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(name, String(one));
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

async function send(path: string, options: Options, bearer: string): Promise<Response> {
  const { method = "GET", body, signal, accept = "application/json" } = options;
  const headers: Record<string, string> = { Authorization: `Bearer ${bearer}`, Accept: accept };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const response = await fetch(addressOf(path, options.query), {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
      credentials: "omit",
    });
    reachable();
    return response;
  } catch (error) {
    if (signal?.aborted) throw error;
    isGone();
    throw new ServerGone();
  }
}

/** A call with the token of who is signed in; an ended token is renewed once. Raises ApiError, ServerGone or SignedOut. */
export async function request(path: string, options: Options = {}): Promise<Response> {
  const bearer = await token();
  let response = await send(path, options, bearer);
  if (response.status === 401) response = await send(path, options, await tokenAfter(bearer));
  if (!response.ok) throw await errorOf(response);
  return response;
}

/** The JSON of an answer; undefined for one without a body. */
export async function api<T>(path: string, options: Options = {}): Promise<T> {
  const response = await request(path, options);
  return (response.status === 204 ? undefined : await response.json()) as T;
}
