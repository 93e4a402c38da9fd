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

type Body = Record<string, unknown>;

/** In one case the message is the text of the real error. */
function unfolded(body: Body): Body {
  const { message } = body;
  if (typeof message !== "string" || !message.startsWith("{")) return body;
  try {
    return { ...body, ...(JSON.parse(message) as Body) };
  } catch {
    return body;
  }
}

/** Why a call was refused, and what each reason is about; an error without reasons of its own is its only one. */
function detailsOf({ errors, message, context }: Body): ErrorDetail[] {
  if (Array.isArray(errors)) return errors as ErrorDetail[];
  return context && typeof message === "string" ? [{ message, context } as ErrorDetail] : [];
}

export async function errorOf(response: Response): Promise<ApiError> {
  let body: Body = {};
  try {
    body = unfolded((await response.json()) as Body);
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
    detailsOf(body),
    Number.isFinite(retry) && retry > 0 ? retry : undefined,
  );
}
