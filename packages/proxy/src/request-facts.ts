import type { RequestFacts } from "@x402-paywall/core";
import { readBodyFact } from "@x402-paywall/core";
import { andThen, type MaybePromise } from "./maybe-async.ts";
import { bodyLength, readVisitBody } from "./read-visit-body.ts";
import type { Target } from "./target.ts";
import type { Visit } from "./visit.ts";

/** More is not read for a price: such a request costs the most. */
export const MAX_PRICED_BODY = 1_048_576;

/** What a computed price may look at. @param withBody Whether it looks at the body at all. */
export function readFacts(visit: Visit, target: Target, withBody: boolean): MaybePromise<RequestFacts> {
  const facts = {
    method: visit.request.method,
    path: target.path === "" ? "/" : target.path,
    query: target.query,
  };
  if (!withBody) return facts;
  const length = visit.body === undefined ? bodyLength(visit.request.headers) : undefined;
  if (length !== undefined && length > MAX_PRICED_BODY) return { ...facts, body: { state: "too-large" } };
  return andThen(readVisitBody(visit, MAX_PRICED_BODY), (body) => ({
    ...facts,
    body: readBodyFact(body, MAX_PRICED_BODY),
  }));
}
