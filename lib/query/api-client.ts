import type { FieldProblem, ProblemCode } from "@x402-paywall/core";
import { problems } from "@x402-paywall/core";

/** A refusal of `/api/v1`, read from its problem document; `code` is `"offline"` where no answer came at all. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ProblemCode | "offline";
  readonly status: number;
  readonly retryable: boolean;
  readonly fields: readonly FieldProblem[];

  constructor(input: {
    code: ProblemCode | "offline";
    status: number;
    message: string;
    retryable: boolean;
    fields?: readonly FieldProblem[];
  }) {
    super(input.message);
    this.code = input.code;
    this.status = input.status;
    this.retryable = input.retryable;
    this.fields = input.fields ?? [];
  }
}

type Query = Readonly<Record<string, string | number | null | undefined>>;

/** Appends the parameters that have a value: `("/payments", { cursor: null, limit: 20 })` is `/payments?limit=20`. */
export function withQuery(path: string, query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return text === "" ? path : `${path}?${text}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isProblemCode(value: unknown): value is ProblemCode {
  return typeof value === "string" && Object.hasOwn(problems, value);
}

function readFields(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) =>
    isRecord(entry) && typeof entry["field"] === "string" && typeof entry["message"] === "string"
      ? [{ field: entry["field"], message: entry["message"] }]
      : [],
  );
}

/** Reads a problem document; anything else becomes `internal` with the status. */
export function toApiError(status: number, body: unknown): ApiError {
  const problem = isRecord(body) ? body : {};
  const code = isProblemCode(problem["code"]) ? problem["code"] : "internal";
  const detail = problem["detail"];
  return new ApiError({
    code,
    status,
    message: typeof detail === "string" ? detail : problems[code].title,
    retryable: typeof problem["retryable"] === "boolean" ? problem["retryable"] : status >= 500,
    fields: readFields(problem["errors"]),
  });
}

interface Send {
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send<T>(method: string, path: string, { body, signal, headers }: Send = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      credentials: "same-origin",
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError({
      code: "offline",
      status: 0,
      message: "The server cannot be reached.",
      retryable: true,
    });
  }
  const text = await response.text();
  const parsed = parseJson(text);
  if (!response.ok) throw toApiError(response.status, parsed);
  // The routes hold themselves against the same types; a second check here would only repeat them.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return parsed as T;
}

function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The one way from the pages to `/api/v1`: JSON in, JSON out, problems thrown as {@link ApiError}. */
export const api = {
  get: <T>(path: string, signal?: AbortSignal): Promise<T> => send<T>("GET", path, { signal }),
  post: <T>(path: string, body: unknown = {}, headers: Send["headers"] = {}): Promise<T> =>
    send<T>("POST", path, { body, headers }),
  put: <T>(path: string, body: unknown): Promise<T> => send<T>("PUT", path, { body }),
  patch: <T>(path: string, body: unknown): Promise<T> => send<T>("PATCH", path, { body }),
  delete: <T>(path: string): Promise<T> => send<T>("DELETE", path),
};
