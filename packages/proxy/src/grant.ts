import type { Crypto, HeaderList, WireId } from "@x402-paywall/core";
import { newId, PaywallError } from "@x402-paywall/core";
import type { ChargeDecision } from "./charge-policy.ts";
import type { Grant, ResponseHead } from "./decision.ts";
import type { Endpoint } from "./endpoint.ts";
import type { PaywallLog } from "./log.ts";
import type { MaybePromise } from "./maybe-async.ts";
import type { Refused } from "./response.ts";
import type { RequestEvent } from "./store.ts";

/** How one granted request ended, for its event. */
export interface GrantOutcome {
  readonly kind: RequestEvent["kind"];
  readonly status: number;
  readonly wire: WireId | null;
  readonly receiptId: string | null;
  readonly bytes: number;
}

/** What every grant needs of its request. */
export interface GrantRequest {
  readonly endpoint: Endpoint;
  readonly upstreamTarget: string;
  readonly upstreamHeaders: HeaderList;
  readonly upstreamBody?: Uint8Array;
  readonly crypto: Crypto;
  readonly log: PaywallLog;
  /** The upstream's headers without hop-by-hop, cookies and what only we may say. @throws PaywallError for a bad answer. */
  filterResponse(head: ResponseHead): HeaderList;
  /** What the answer's status means for the money. @throws PaywallError where an upstream failed. */
  decide(status: number): ChargeDecision;
  /** Renders a refusal; a 402 carries a fresh challenge. */
  respond(error: PaywallError): MaybePromise<Refused>;
  /** Counts the request, once. */
  record(outcome: GrantOutcome): void;
}

/** What an unforeseen error is to the payer; errors of the upstream get an id that the log repeats. */
export function toGrantError(error: unknown, request: GrantRequest): PaywallError {
  const known =
    error instanceof PaywallError ? error : new PaywallError("upstream_unreachable", { cause: error });
  if (!known.code.startsWith("upstream_")) return known;
  const requestId = newId("req_", request.crypto);
  request.log({
    event: "upstream_failed",
    endpointId: request.endpoint.id,
    requestId,
    error: known.options.cause ?? known,
  });
  const { detail, retryAfter = 5, extensions } = known.options;
  return new PaywallError(known.code, {
    ...(detail === undefined ? {} : { detail }),
    retryAfter,
    extensions: { ...extensions, requestId },
  });
}

/** The part of a grant that says what to ask of the upstream. */
export function upstreamSide(
  request: GrantRequest,
): Pick<Grant, "endpoint" | "upstreamTarget" | "upstreamHeaders" | "upstreamBody"> {
  const { endpoint, upstreamTarget, upstreamHeaders, upstreamBody } = request;
  return {
    endpoint,
    upstreamTarget,
    upstreamHeaders,
    ...(upstreamBody === undefined ? {} : { upstreamBody }),
  };
}
