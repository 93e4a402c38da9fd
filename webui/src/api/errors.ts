import type { ErrorDetail } from "./schema";

/** What the API says when it refuses a call. `message` is the server's own sentence. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly category: string,
    readonly correlationId: string | undefined,
    readonly errors: ErrorDetail[],
    readonly retryAfter: number | undefined,
  ) {
    super(message);
    this.name = "ApiError";
  }

  /** What it comes down to: of a refusal with several reasons those, without the data around them. */
  get sentence(): string {
    const reasons = [...new Set(this.errors.map((one) => one.message))];
    return reasons.length > 0 ? reasons.join(" · ") : this.message;
  }

  /** The server's sentence about one property, to stand beside its field. */
  about(property: string): string | undefined {
    const found = this.errors.find((one) => Object.values(one.context ?? {}).flat().includes(property));
    return found?.message;
  }
}

export const sentenceOf = (error: unknown): string =>
  error instanceof ApiError ? error.sentence : error instanceof Error ? error.message : String(error);

/** The server could not be reached at all. */
export class ServerGone extends Error {
  constructor() {
    super("The server cannot be reached");
    this.name = "ServerGone";
  }
}

/** Nobody is signed in any more; the sign-in page takes over. */
export class SignedOut extends Error {
  constructor() {
    super("signed out");
    this.name = "SignedOut";
  }
}

export async function errorOf(response: Response): Promise<ApiError> {
  let body: Record<string, unknown> = {};
  try {
    body = (await response.json()) as Record<string, unknown>;
  } catch {
    // not JSON: something between the page and the server answered
  }
  const text = (name: string) => (typeof body[name] === "string" ? body[name] : undefined);
  const retry = Number(response.headers.get("retry-after"));
  return new ApiError(
    response.status,
    text("message") ?? `${response.status} ${response.statusText}`,
    text("category") ?? "",
    text("correlationId") ?? response.headers.get("x-hubspot-correlation-id") ?? undefined,
    Array.isArray(body["errors"]) ? (body["errors"] as ErrorDetail[]) : [],
    Number.isFinite(retry) && retry > 0 ? retry : undefined,
  );
}
