import type { HeaderList } from "@x402-paywall/core";
import { findHeader, listHeaders, utf8 } from "@x402-paywall/core";
import type { Decision, RequestHead } from "./decision.ts";

export type Refused = Extract<Decision, { readonly kind: "refused" }>;

/** What scripts of other origins may read (beside the safelisted ones). */
const EXPOSED = [
  "WWW-Authenticate",
  "PAYMENT-REQUIRED",
  "PAYMENT-RESPONSE",
  "X-PAYMENT-RESPONSE",
  "Payment-Receipt",
  "Payment-Receipt-Url",
  "Paywall-Receipt",
  "Paywall-Access-Token",
  "Paywall-Entitlement",
  "Paywall-Balance",
  "Paywall-Uses-Left",
  "Paywall-Expires",
  "Link",
  "Retry-After",
  "Content-Range",
  "Accept-Ranges",
].join(", ");

const ALLOWED = [
  "Authorization",
  "PAYMENT-SIGNATURE",
  "X-PAYMENT",
  "Payment-Authorization",
  "Accept-Payment",
  "Paywall-Amount",
  "Accept",
  "Content-Type",
  "Idempotency-Key",
  "Range",
].join(", ");

/** On every answer: any origin may call, none with the browser's cookies. */
const OPEN_HEADERS: HeaderList = [
  ["Access-Control-Allow-Origin", "*"],
  ["Access-Control-Expose-Headers", EXPOSED],
  ["X-Content-Type-Options", "nosniff"],
];

/** What every answer of ours says in its own way. */
const ANSWER_FIELDS = new Set(["content-length", ...OPEN_HEADERS.map(([name]) => name.toLowerCase())]);

/** Puts the given fields in, in place of those of the same name; of the list itself repeated names stay. */
export function setHeaders(headers: HeaderList, replacing: HeaderList): HeaderList {
  const names = new Set(replacing.map(([name]) => name.toLowerCase()));
  return [...headers.filter(([name]) => !names.has(name.toLowerCase())), ...replacing];
}

const PAID_FIELDS = new Set(["cache-control", "vary", ...OPEN_HEADERS.map(([name]) => name.toLowerCase())]);
const VARY = ["Accept", "Authorization", "PAYMENT-SIGNATURE", "X-PAYMENT"];
const VARY_ALONE = VARY.join(", ");

function varyWith(upstream: readonly string[]): string {
  if (upstream.length === 0) return VARY_ALONE;
  const vary = new Map<string, string>();
  for (const name of [...VARY, ...upstream.flatMap((value) => value.split(","))]) {
    const trimmed = name.trim();
    if (trimmed !== "") vary.set(trimmed.toLowerCase(), trimmed);
  }
  return [...vary.values()].join(", ");
}

/** The head of a paid answer: never in a shared cache, whatever the upstream says (its `Vary` stays). */
export function paidHeaders(upstream: HeaderList, own: HeaderList): HeaderList {
  // Left by filters only where the answer is the application's own: it says itself which origins may read it.
  const origin = upstream.find(([name]) => name.toLowerCase() === "access-control-allow-origin");
  const paid: HeaderList = [
    ...upstream.filter(([name]) => !PAID_FIELDS.has(name.toLowerCase())),
    ["Cache-Control", "private, no-store"],
    ["Vary", varyWith(listHeaders(upstream, "vary"))],
    ...(origin === undefined ? OPEN_HEADERS : [origin, ...OPEN_HEADERS.slice(1)]),
  ];
  if (own.length === 0) return paid;
  // The upstream may link to other things: our `Link` goes beside its lines.
  const links = own.filter(([name]) => name.toLowerCase() === "link");
  const others = own.filter(([name]) => name.toLowerCase() !== "link");
  return [...setHeaders(paid, others), ...links];
}

/** Ends a request with an answer of ours; a HEAD gets the head of what GET would get. */
export function answer(request: RequestHead, status: number, headers: HeaderList, body: string): Refused {
  const bytes = utf8(body);
  const kept = headers.filter(([name]) => !ANSWER_FIELDS.has(name.toLowerCase()));
  const length: HeaderList = status === 204 ? [] : [["Content-Length", String(bytes.length)]];
  const sent = request.method === "HEAD" || status === 204 ? new Uint8Array(0) : bytes;
  return { kind: "refused", head: { status, headers: [...kept, ...length, ...OPEN_HEADERS] }, body: sent };
}

/** A CORS preflight is answered without asking the upstream: it carries no credential, so it cannot have paid. */
export function isPreflight(request: RequestHead): boolean {
  return (
    request.method === "OPTIONS" && findHeader(request.headers, "access-control-request-method") !== undefined
  );
}

export function answerPreflight(request: RequestHead): Refused {
  const headers: HeaderList = [
    ["Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"],
    ["Access-Control-Allow-Headers", ALLOWED],
    ["Access-Control-Max-Age", "7200"],
    ["Cache-Control", "no-store"],
  ];
  return answer(request, 204, headers, "");
}
