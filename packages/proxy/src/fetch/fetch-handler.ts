import { PaywallError, toProblem } from "@x402-paywall/core";
import type { Authorizer, Grant, ResponseHead } from "../decision.ts";
import type { ForwardedAnswer, Forwarder } from "./forwarder.ts";
import { readBody } from "./read-body.ts";
import { toRequestHead } from "./request-head.ts";
import type { FetchContext } from "./request-head.ts";

export interface FetchHandlerOptions {
  readonly forwarder: Forwarder;
  /** Where our problem types are documented. */
  readonly docsBase: string;
  /** Told of what should not happen; never of a request's contents. */
  readonly onError?: (error: unknown) => void;
}

export type FetchHandler = (request: Request, context?: FetchContext) => Promise<Response>;

const MAX_BOUND_BYTES = 8 * 1024 * 1024;
/** Not registered, but what servers log for it: the client has left, nobody will read this. */
const CLIENT_CLOSED_REQUEST = 499;

/**
 * The gateway as a function from `Request` to `Response`, for frameworks that speak those. Bodies stream both ways, the
 * upstream's only as fast as the response is read.
 * @example export const GET = createFetchHandler(paywall, { forwarder, docsBase });
 */
export function createFetchHandler(paywall: Authorizer, options: FetchHandlerOptions): FetchHandler {
  return async (request, context = {}) => {
    let held: Promise<Uint8Array> | undefined;
    const hold = (maxBytes: number): Promise<Uint8Array> => {
      held ??= readBody(request.body, Math.min(maxBytes, MAX_BOUND_BYTES));
      return held;
    };
    try {
      const decision = await paywall.authorize(toRequestHead(request, context, hold));
      if (decision.kind === "refused") return toResponse(request, decision);
      if (decision.kind === "passthrough") throw new PaywallError("not_found");
      const body = held === undefined ? request.body : await held;
      return toResponse(request, await carryOut(decision.grant, request, body, options.forwarder));
    } catch (error) {
      if (request.signal.aborted) return new Response(null, { status: CLIENT_CLOSED_REQUEST });
      if (!(error instanceof PaywallError)) options.onError?.(error);
      return problemResponse(error, options.docsBase);
    }
  };
}

async function carryOut(
  grant: Grant,
  request: Request,
  body: ReadableStream<Uint8Array> | Uint8Array | null,
  forwarder: Forwarder,
): Promise<ForwardedAnswer> {
  const { maxRequestBytes } = grant.endpoint.upstream;
  if (Number(request.headers.get("content-length") ?? 0) > maxRequestBytes) {
    return grant.fail(new PaywallError("payload_too_large", { detail: `At most ${maxRequestBytes} bytes.` }));
  }
  if (request.signal.aborted) {
    await grant.finish({ complete: false, bytes: 0 });
    throw request.signal.reason;
  }
  return forwarder.forward(grant, { method: request.method, body, signal: request.signal });
}

/** A decision or a forwarded answer as a `Response`; without a body where HTTP has none. */
export function toResponse(request: Request, { head, body }: ForwardedAnswer): Response {
  const headers = toHeaders(head);
  const bodyless =
    request.method === "HEAD" || head.status === 204 || head.status === 205 || head.status === 304;
  if (!bodyless) return new Response(toBodyInit(body), { status: head.status, headers });
  if (body instanceof ReadableStream) void body.cancel();
  return new Response(null, { status: head.status, headers });
}

function toBodyInit(
  body: ForwardedAnswer["body"],
): ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null {
  return body instanceof Uint8Array ? Uint8Array.from(body) : body;
}

function toHeaders(head: ResponseHead): Headers {
  const headers = new Headers();
  for (const [name, value] of head.headers) headers.append(name, value);
  return headers;
}

/** A problem document of the transport itself. */
export function problemResponse(error: unknown, docsBase: string): Response {
  const known = error instanceof PaywallError ? error : new PaywallError("internal", { cause: error });
  const headers = new Headers({ "Content-Type": "application/problem+json", "Cache-Control": "no-store" });
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Access-Control-Allow-Origin", "*");
  if (known.options.retryAfter !== undefined) headers.set("Retry-After", String(known.options.retryAfter));
  return new Response(JSON.stringify(toProblem(known, docsBase)), { status: known.status, headers });
}
