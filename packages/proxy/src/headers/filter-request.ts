import type { HeaderList } from "@x402-paywall/core";
import { isListed } from "./field-table.ts";
import { nominatedFields } from "./hop-by-hop.ts";
import { DROPPED_REQUEST_FIELDS, FRAMING_FIELDS } from "./request-fields.ts";

export interface RequestFilterContext {
  /** Authority of the upstream: `api.example.com`, with the port where it is not the scheme's own. */
  readonly host: string;
  /** The creator's own fields; they win over everything but framing. */
  readonly creatorHeaders: HeaderList;
  /** Forward an `Authorization` whose scheme is not one of ours. */
  readonly passAuthorization: boolean;
  /** What this instance leaves in `Via` and `CDN-Loop`, to know its own requests again. */
  readonly viaToken: string;
  /** Sent as `X-Forwarded-For` where given; the payer's own value never is. */
  readonly clientIp?: string;
  /** Fields of the engine, such as a stable `Idempotency-Key`: over the payer's, below the creator's. */
  readonly ownHeaders?: HeaderList;
}

const OUR_SCHEME = /^(?:l402|lsat|payment)(?:[ \t,]|$)|^bearer[ \t]+pw_/i;
/** Some transports join repeated lines: one of ours behind a comma must not slip through. */
const OUR_SCHEME_INSIDE = /,[ \t]*(?:(?:l402|lsat|payment)[ \t]|bearer[ \t]+pw_)/i;

/**
 * The payer's header fields as the upstream may see them: no hop-by-hop fields, credentials, cookies, addresses or
 * routing tricks; then ours; then the creator's. Each name that we or the creator set stands there once.
 */
export function filterRequestHeaders(headers: HeaderList, context: RequestFilterContext): HeaderList {
  const { creatorHeaders, ownHeaders = [], viaToken, clientIp } = context;
  const nominated = nominatedFields(headers);
  const taken = new Set<string>();
  const creator: [string, string][] = [];
  const own: [string, string][] = [];
  for (const [name, value] of creatorHeaders) {
    if (FRAMING_FIELDS.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    creator.push([name, value]);
  }
  for (const [name, value] of ownHeaders) {
    if (taken.has(name.toLowerCase())) continue;
    own.push([name, value]);
  }
  for (const [name] of own) taken.add(name.toLowerCase());

  const kept: [string, string][] = [["Host", context.host]];
  let via = "";
  let cdnLoop = "";
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (lower === "via") via += `${value}, `;
    else if (lower === "cdn-loop") cdnLoop += `${value}, `;
    if (taken.has(lower) || nominated.has(lower) || isListed(DROPPED_REQUEST_FIELDS, lower)) continue;
    // `X_Forwarded_For` is `X-Forwarded-For` to CGI and to some frameworks.
    if (lower.includes("_")) continue;
    if (lower === "authorization" && !(context.passAuthorization && isForeign(value))) continue;
    kept.push([name, value]);
  }
  if (!taken.has("via")) kept.push(["Via", `${via}1.1 ${viaToken}`]);
  if (!taken.has("cdn-loop")) kept.push(["CDN-Loop", `${cdnLoop}${viaToken}`]);
  if (clientIp !== undefined && !taken.has("x-forwarded-for")) kept.push(["X-Forwarded-For", clientIp]);
  return [...kept, ...own, ...creator];
}

/** Whether an `Authorization` was made for the upstream and carries nothing of ours. */
function isForeign(value: string): boolean {
  return !OUR_SCHEME.test(value.trimStart()) && !OUR_SCHEME_INSIDE.test(value);
}
