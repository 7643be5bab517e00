import { fieldTable } from "./field-table.ts";
import { HOP_BY_HOP } from "./hop-by-hop.ts";

/** What of a payer's request never reaches an upstream. `Authorization` is decided apart, by scheme. */
export const DROPPED_REQUEST_FIELDS = fieldTable([
  ...HOP_BY_HOP,
  // Ours to say on each hop.
  "host",
  "expect",
  "via",
  "cdn-loop",
  // Payments and sessions: proofs are money, and an upstream is a stranger.
  "payment-*",
  "x-payment*",
  "accept-payment",
  "paywall-*",
  "x-paywall-*",
  "cookie",
  "cookie2",
  "set-cookie",
  "set-cookie2",
  // Who is asking: only we can know, and upstreams trust these for their allow lists.
  "forwarded",
  "x-forwarded",
  "x-forwarded-*",
  "x-real-ip",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-originating-ip",
  "x-remote-ip",
  "x-remote-addr",
  "x-azure-clientip",
  "x-envoy-*",
  "x-original-forwarded-for",
  "true-client-ip",
  "fastly-client-ip",
  "cf-*",
  // Cloud metadata services answer only who sends these.
  "metadata",
  "metadata-flavor",
  "x-metadata-*",
  "x-google-metadata-request",
  "x-aws-ec2-metadata-*",
  // Another method or path than the one that was priced.
  "x-http-method",
  "x-http-method-override",
  "x-method-override",
  "x-original-url",
  "x-original-uri",
  "x-rewrite-url",
  "x-original-host",
  "x-host",
  "x-accel-*",
  // Markers that frameworks take for their own; `Proxy` becomes HTTP_PROXY under CGI.
  "x-middleware-*",
  "x-nextjs-*",
  "proxy",
]);

/** What even a creator's own headers may not set: it frames or routes the message. */
export const FRAMING_FIELDS: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  "host",
  "content-length",
  "expect",
]);
