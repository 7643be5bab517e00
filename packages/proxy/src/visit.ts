import type { RequestHead } from "./decision.ts";
import type { Endpoint } from "./endpoint.ts";
import type { GrantOutcome } from "./grant.ts";
import type { Match } from "./match.ts";
import type { MaybePromise } from "./maybe-async.ts";
import type { Locate, Place } from "./place.ts";
import type { PricedRequest } from "./price-visit.ts";
import type { RequestEvent } from "./store.ts";
import type { Target } from "./target.ts";
import { classifyClient } from "./client-kind.ts";

/** One request on its way through the steps; each fills in what it found out, so that a refusal can say all of it. */
export interface Visit {
  readonly request: RequestHead;
  /** Milliseconds. */
  readonly startedAt: number;
  /** Asked once, where an application has routed the request itself. */
  locate?: Locate | undefined;
  place?: Place;
  target?: Target;
  endpoint?: Endpoint;
  match?: Match;
  /** A body can be read only once: the binding, the price and the meter share it. */
  body?: MaybePromise<Uint8Array>;
  priced?: MaybePromise<PricedRequest>;
  /** The payer's own, which came inside of the payment: x402's `payment-identifier`. */
  identifier?: string | undefined;
  /** A payment or an access token was presented. */
  hasCredential: boolean;
}

const MAX_PATH = 200;

/** The event of a visit; none where no endpoint was found. */
export function toEvent(visit: Visit, outcome: GrantOutcome, now: number): RequestEvent | undefined {
  const { request, endpoint, target } = visit;
  if (endpoint === undefined || target === undefined) return undefined;
  return {
    at: visit.startedAt,
    workspaceId: endpoint.workspaceId,
    endpointId: endpoint.id,
    method: request.method,
    path: target.path === "" ? "/" : target.path.slice(0, MAX_PATH),
    status: outcome.status,
    kind: outcome.kind,
    client: classifyClient(request.headers, visit.hasCredential),
    wire: outcome.wire,
    receiptId: outcome.receiptId,
    bytesOut: outcome.bytes,
    durationMs: Math.max(0, now - visit.startedAt),
  };
}
