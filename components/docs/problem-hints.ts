import type { ProblemCode } from "@x402-paywall/core";

/** What to do about each problem. The type holds this table against core's: a new code without advice does not compile. */
export const problemHints: Readonly<Record<ProblemCode, string>> = {
  bad_request: "Read `detail`, correct the request and send it again.",
  bad_target:
    "Send the path in canonical form: no dot segments, no backslashes, no doubled or encoded slashes, no control characters. Such targets are refused because an upstream may read them as another path than the one that was paid.",
  not_found: "Check the address. Nothing exists under it, or it belongs to somebody else.",
  method_not_allowed: "Use one of the methods in the `Allow` header.",
  paused: "Its creator has paused it. Nothing is charged; ask again after the `Retry-After` time.",
  gone: "Its creator has archived it for good. There is no other address.",
  request_timeout: "The request did not arrive in time. Send the headers and the body without long pauses.",
  payload_too_large: "Send a smaller body. The limit is the endpoint's and applies before any payment.",
  unsupported_media_type: "Send `Content-Type: application/json` to the API.",
  validation_failed: "Each entry of `errors` names a field and says what to change.",
  rate_limited: "Wait for the time in `Retry-After`, then go on more slowly.",
  headers_too_large: "Send fewer or shorter headers. Cookies are usually the cause.",
  not_implemented: "This is not a thing that the paywall does, such as WebSocket upgrades. Use plain HTTP.",
  payment_required:
    "Pay one of the offers in `PAYMENT-REQUIRED` or `WWW-Authenticate` and repeat the same request with the credential.",
  malformed_credential:
    "The header could not be decoded. Pay the fresh offer in this answer with an unmodified client.",
  invalid_challenge:
    "The credential answers a challenge that this instance did not issue, or issued for another endpoint. Pay the fresh offer.",
  payment_expired: "The quote ran out before the payment arrived. Nothing was charged; pay the fresh offer.",
  payment_insufficient: "The payment is worth less than the quote. Pay the fresh offer in full.",
  verification_failed: "The signature or preimage does not prove a payment. `detail` says what did not fit.",
  settlement_failed:
    "The money did not move: too little balance, a used nonce or an expired authorisation. Pay the fresh offer.",
  wrong_resource:
    "The payment was made for another endpoint, method, path or query. It is still good for that one.",
  body_mismatch: "This endpoint sells one exact body. Send the same bytes that you asked the price for.",
  in_progress:
    "Another request is using this payment right now. Wait for `Retry-After` and ask again with the same credential.",
  idempotency_mismatch:
    "The `Idempotency-Key` was sent before with another method, path or query, or the payment's `payment-identifier` with another payment. Repeat that payment, or use a new key for each new request.",
  credential_redeemed:
    "This payment was used and delivered; `receipt` names what it bought. Pay anew for another request.",
  settlement_unknown:
    "The rail has not said whether the money moved. Do not pay again: repeat the request with the same credential after `Retry-After`.",
  rail_unavailable:
    "No way to pay is reachable at the moment. Nothing was charged; ask again after `Retry-After`.",
  store_unavailable:
    "The paywall cannot reach its database, so it serves nothing. Ask again after `Retry-After`.",
  upstream_url_rejected:
    "Use a public https URL with a host name, without credentials or a fragment. Private addresses are refused unless the operator allows them in EGRESS_ALLOW.",
  upstream_is_self:
    "An endpoint cannot sell another link of this paywall. Use the address of your own server.",
  upstream_address_denied:
    "The upstream's name points at an address that is not public. Its creator has to correct its DNS.",
  upstream_redirect:
    "The upstream answered with a redirect to another place. Its creator has to register the final URL.",
  upstream_unreachable:
    "The upstream does not answer. Nothing was charged; the same credential works once it is back.",
  upstream_invalid:
    "The upstream's answer is not valid HTTP. Nothing was charged; the same credential works later.",
  upstream_error: "The upstream failed. Nothing was charged; repeat the request with the same credential.",
  upstream_401:
    "The upstream refused the creator's key. Nothing was charged; its creator has to renew the upstream headers.",
  upstream_402: "The upstream wants to be paid by the creator. Nothing was charged.",
  upstream_timeout:
    "The upstream took too long for its first byte. Nothing was charged; repeat with the same credential.",
  loop_detected:
    "The request passed this paywall before. Two endpoints point at each other; their creator has to change one.",
  unauthorized: "Sign in, or send `Authorization: Bearer` with an API key.",
  forbidden: "The session or key is not allowed to do this. Requests from other sites are refused too.",
  conflict: "Somebody changed it meanwhile, or the name is taken. Load it again and repeat the change.",
  internal:
    "It is our fault and is logged. Nothing was charged for an answer that was not delivered; try again.",
};
