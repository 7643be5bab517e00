import { setHeaders } from "./response.ts";
import type { HeaderList } from "@x402-paywall/core";
import { toBase64Url, utf8 } from "@x402-paywall/core";
import type { EngineContext } from "./engine-context.ts";
import type { GrantRequest } from "./grant.ts";
import { filterRequestHeaders, filterResponseHeaders, keepOwnHeaders } from "./headers/index.ts";
import { decideCharge } from "./charge-policy.ts";
import { type Match, upstreamHost, upstreamTarget } from "./match.ts";
import type { Visit } from "./visit.ts";

export interface UpstreamWishes {
  /** What makes two attempts the same work: an upstream that knows the derived `Idempotency-Key` does it once. */
  readonly attemptKey?: string;
  /** Replaces the body that was read. */
  readonly body?: Uint8Array;
  /** The answer will be read here: a compressed tail would be counted by nobody. */
  readonly plain?: boolean;
}

/** What to ask of the upstream for a visit, and how its answer is filtered, refused and counted. */
export function toGrantRequest(
  visit: Visit,
  match: Match,
  context: EngineContext,
  wishes: UpstreamWishes = {},
): GrantRequest {
  const { endpoint, target } = match;
  const { upstream } = endpoint;
  const { crypto } = context.options;
  const { attemptKey, body, plain = false } = wishes;
  const asked = upstreamTarget(endpoint, target);
  const ownHeaders: [string, string][] = [];
  if (attemptKey !== undefined) {
    const digest = crypto.sha256(utf8(`idempotency/${attemptKey}`));
    ownHeaders.push(["Idempotency-Key", toBase64Url(digest)]);
  }
  if (plain) ownHeaders.push(["Accept-Encoding", "identity"]);
  const headers = filterRequestHeaders(visit.request.headers, {
    host: upstreamHost(endpoint),
    creatorHeaders: upstream.headers,
    passAuthorization: endpoint.passAuthorization,
    viaToken: context.loopToken,
    ownHeaders,
  });
  return {
    endpoint,
    upstreamTarget: asked,
    upstreamHeaders: body === undefined ? headers : withLength(headers, body),
    ...(body === undefined ? {} : { upstreamBody: body }),
    crypto,
    log: context.settle.log,
    filterResponse: (head) =>
      upstream.firstParty === true
        ? keepOwnHeaders(head)
        : filterResponseHeaders(head, {
            ...upstream,
            upstreamTarget: asked,
            publicBase: `${context.site.home(endpoint.slug)}${upstream.mount ?? ""}`,
          }),
    decide: (status) => decideCharge(status, upstream.firstParty),
    respond: (error) => context.challenger.refuse(visit, error),
    record: (outcome) => context.record(visit, outcome),
  };
}

function withLength(headers: HeaderList, body: Uint8Array): HeaderList {
  return setHeaders(headers, [["Content-Length", String(body.length)]]);
}
