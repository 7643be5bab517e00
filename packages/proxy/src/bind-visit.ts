import type { Crypto } from "@x402-paywall/core";
import { PaywallError, toBase64Url } from "@x402-paywall/core";
import type { RequestHead } from "./decision.ts";
import type { Match } from "./match.ts";
import { andThen, type MaybePromise } from "./maybe-async.ts";
import { bindRequest, type RequestBinding } from "./request-binding.ts";
import type { Visit } from "./visit.ts";

/** The binding of a visit, computed once: a body can be read only once. */
export function bindVisit(visit: Visit, match: Match, crypto: Crypto): MaybePromise<RequestBinding> {
  const { endpoint, target } = match;
  const { request } = visit;
  visit.binding ??= endpoint.binding.body
    ? andThen(hashBody(request, endpoint.upstream.maxRequestBytes, crypto), (hash) =>
        bindRequest(endpoint, request.method, target, hash, crypto),
      )
    : bindRequest(endpoint, request.method, target, undefined, crypto);
  return visit.binding;
}

function hashBody(request: RequestHead, maxBytes: number, crypto: Crypto): MaybePromise<string> {
  if (request.bodySha256 !== undefined) return request.bodySha256;
  if (request.readBody === undefined) {
    throw new PaywallError("internal", { detail: "This transport cannot bind request bodies." });
  }
  return request.readBody(maxBytes).then((body) => toBase64Url(crypto.sha256(body)));
}
