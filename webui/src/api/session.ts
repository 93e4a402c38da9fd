/**
 * Who is signed in. The cookie cannot be read by scripts and is good for one thing: an access token of 15 minutes. That
 * token lives in this module only, is renewed before its end, and is gone with the page or at sign-out.
 */
import { errorOf, ServerGone, SignedOut, type ApiError } from "./errors";

export interface User {
  id: string;
  ownerId?: string;
  email: string;
  firstName?: string | null;
  lastName?: string | null;
  role: "admin" | "agent" | "read-only";
  state: "active" | "invited" | "disabled";
  createdAt?: string;
  lastSignInAt?: string;
}

export interface Signed {
  state: "in";
  user: User;
  accountId: number;
  scopes: ReadonlySet<string>;
}

export type Session = { state: "unknown" } | { state: "out"; expired: boolean } | Signed;

interface TokenAnswer {
  accessToken: string;
  expiresIn: number;
  scopes: string[];
  user: User;
  accountId: number;
}

export interface SignInOffer {
  demoSignIn: boolean;
  hasUsers: boolean;
  minimumPasswordLength: number;
}

export interface LinkFacts {
  email: string | null;
  firstName: string;
  lastName: string;
  first: boolean;
  expiresAt: string;
}

export interface LinkForm {
  link: string;
  password: string;
  email?: string;
  firstName?: string;
  lastName?: string;
}

const RENEW_BEFORE_MS = 60_000;
const listeners = new Set<() => void>();
let session: Session = { state: "unknown" };
let accessToken: string | undefined;
let renewal: Promise<string> | undefined;
let timer: number | undefined;

export const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const currentSession = () => session;

function become(next: Session) {
  session = next;
  for (const listener of listeners) listener();
}

/** A call that the cookie, not a token, speaks for. */
async function call(method: string, path: string, body?: unknown): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/spokedesk/v1/session${path}`, {
      method,
      credentials: "same-origin",
      headers: { "X-Spokedesk-CSRF": "1", ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ServerGone();
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

async function fetchToken(): Promise<string> {
  let answer: TokenAnswer;
  try {
    answer = (await (await call("POST", "/token")).json()) as TokenAnswer;
  } catch (error) {
    if ((error as ApiError).status === 401) {
      leave(session.state === "in");
      throw new SignedOut();
    }
    throw error;
  }
  accessToken = answer.accessToken;
  window.clearTimeout(timer);
  timer = window.setTimeout(() => void renew().catch(() => undefined), answer.expiresIn * 1000 - RENEW_BEFORE_MS);
  become({ state: "in", user: answer.user, accountId: answer.accountId, scopes: new Set(answer.scopes) });
  return accessToken;
}

/** Several calls that find the token ended ask for one new one together. */
export function renew(): Promise<string> {
  renewal ??= fetchToken().finally(() => {
    renewal = undefined;
  });
  return renewal;
}

export const token = (): Promise<string> => (accessToken === undefined ? renew() : Promise.resolve(accessToken));

/** Ask for a new token unless somebody has since the given one was used. */
export const tokenAfter = (used: string): Promise<string> =>
  accessToken === undefined || accessToken === used ? renew() : Promise.resolve(accessToken);

function leave(expired: boolean) {
  accessToken = undefined;
  window.clearTimeout(timer);
  become({ state: "out", expired });
}

/** At the start of the page: the session of the cookie, if there is one. */
export async function resume(): Promise<void> {
  try {
    await renew();
  } catch (error) {
    if (!(error instanceof SignedOut)) throw error;
  }
}

export const readOffer = async (): Promise<SignInOffer> => (await call("GET", "")).json() as Promise<SignInOffer>;
export const readLink = async (link: string): Promise<LinkFacts> =>
  (await call("POST", "/link/read", { link })).json() as Promise<LinkFacts>;

export async function signIn(email: string, password: string): Promise<void> {
  await call("POST", "", { email, password });
  await renew();
}

export async function signInToDemo(): Promise<void> {
  await call("POST", "/demo");
  await renew();
}

export async function signInByLink(form: LinkForm): Promise<void> {
  await call("POST", "/link", form);
  await renew();
}

export async function signOut(): Promise<void> {
  await call("DELETE", "");
  leave(false);
}
