import { request, type Options } from "../../api/client";
import { ApiError } from "../../api/errors";
import type { WholeLoggedCall } from "../../api/schema";
import { quoted } from "../../parts/terminal";

const METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"];
const MASK = "•••";
const KEPT = ["content-type", "accept"];

// with the origin in front, so that a path like //elsewhere/ never becomes another host
const addressOf = (call: WholeLoggedCall) => `${location.origin}${call.path}${call.query ? `?${call.query}` : ""}`;

/** The call as a line for a terminal. The token is left to the variable TOKEN. */
export function curlOf(call: WholeLoggedCall): string {
  const headers = Object.entries(call.requestHeaders).filter(([name]) => KEPT.includes(name) && name !== "accept");
  return [
    call.method === "GET" ? "curl" : `curl -X ${/^[A-Z]+$/.test(call.method) ? call.method : quoted(call.method)}`,
    quoted(addressOf(call)),
    '-H "Authorization: Bearer $TOKEN"',
    ...headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(call.requestBody ? [`--data-raw ${quoted(call.requestBody)}`] : []),
  ].join(" ");
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether all of the call is known, so that it could be made again. */
export function canReplay(call: WholeLoggedCall): boolean {
  const whole = !call.requestCut && call.requestBytes === 0 ? true : !call.requestCut && parsed(call.requestBody) !== undefined;
  const hidden = `${call.path}${call.query}${call.requestBody ?? ""}`.includes(MASK);
  return whole && !hidden && call.path.startsWith("/") && METHODS.includes(call.method);
}

/** Make it again, with the token of who is signed in. What it is answered with, be it a refusal. */
export async function replay(call: WholeLoggedCall): Promise<number> {
  const options: Options = { method: call.method as NonNullable<Options["method"]>, body: parsed(call.requestBody) };
  try {
    return (await request(addressOf(call), options)).status;
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
}

/** JSON in lines; anything else as it is. */
export function pretty(text: string): string {
  const value = parsed(text);
  return value === undefined ? text : JSON.stringify(value, null, 2);
}
