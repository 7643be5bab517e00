import type { HeaderList } from "@x402-paywall/core";
import { PaywallError } from "@x402-paywall/core";
import type { ResponseHead } from "../decision.ts";
import { sanitizeDisposition } from "./content-disposition.ts";
import { isListed } from "./field-table.ts";
import { nominatedFields } from "./hop-by-hop.ts";
import { DROPPED_RESPONSE_FIELDS, INERT_TYPES } from "./response-fields.ts";
import { rewriteLocation } from "./rewrite-location.ts";
import type { LocationContext } from "./rewrite-location.ts";

/** No `allow-same-origin`: a creator's page runs in an origin of its own and reaches nothing of ours. */
export const SANDBOX_POLICY = "sandbox allow-scripts allow-forms";

// eslint-disable-next-line no-control-regex -- what a field value may hold (RFC 9110, 5.5)
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const NAME = /^[!#$%&'*+\-.^`|~0-9A-Za-z]+$/;

/**
 * The upstream's header fields as a payer may see them: framing, validators, ranges and encoding as they are; nothing
 * that sets state in a browser, opens or caches the answer, or pretends to be ours. Adds `Cache-Control: private,
 * no-store`, `nosniff` and, where a browser could run the content, a sandbox. CORS is added by the engine to every answer.
 * @throws PaywallError `upstream_redirect` where a 3xx leaves the registered base.
 */
export function filterResponseHeaders(head: ResponseHead, context: LocationContext): HeaderList {
  const nominated = nominatedFields(head.headers);
  const kept: [string, string][] = [];
  let type: string | undefined;
  for (const [name, value] of head.headers) {
    const lower = name.toLowerCase();
    if (nominated.has(lower) || isListed(DROPPED_RESPONSE_FIELDS, lower)) continue;
    // Underscores are left out of NAME on purpose: servers in front of us may fold them into dashes.
    if (!NAME.test(name) || !VALUE.test(value)) continue;
    switch (lower) {
      case "content-type":
        type = type === undefined || type === value ? value : AMBIGUOUS;
        break;
      case "content-disposition":
        kept.push([name, sanitizeDisposition(value)]);
        break;
      case "location": {
        const ours = rewriteLocation(value, context);
        if (ours !== undefined) kept.push([name, ours]);
        else if (head.status >= 300 && head.status < 400) throw new PaywallError("upstream_redirect");
        break;
      }
      default:
        kept.push([name, value]);
    }
  }
  const bodyless = head.status === 204 || head.status === 304;
  if (!bodyless || type !== undefined) kept.push(["Content-Type", type ?? UNKNOWN_TYPE]);
  kept.push(["Cache-Control", "private, no-store"], ["X-Content-Type-Options", "nosniff"]);
  // Several policies add up in browsers, so the upstream's own one stays and can only narrow ours.
  if (!isInert(type ?? UNKNOWN_TYPE)) kept.push(["Content-Security-Policy", SANDBOX_POLICY]);
  return kept;
}

const UNKNOWN_TYPE = "application/octet-stream";
/** Two types on one answer: readers differ on which counts. */
const AMBIGUOUS = UNKNOWN_TYPE;

function isInert(type: string): boolean {
  const end = type.indexOf(";");
  const essence = (end < 0 ? type : type.slice(0, end)).trim().toLowerCase();
  // `text/plain, text/html` is one field of two values to some browsers.
  return isListed(INERT_TYPES, essence) && !type.includes(",");
}
