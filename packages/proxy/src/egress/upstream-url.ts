import type { FieldProblem } from "@x402-paywall/core";
import { PaywallError } from "@x402-paywall/core";
import { isIP } from "node:net";
import { isCanonicalPath } from "../canonical-path.ts";
import { isDeniedName } from "./denied-names.ts";
import { authorityOf, bareHost, isSelf, portOf } from "./policy.ts";
import type { EgressPolicy } from "./policy.ts";
import { isUpstreamPort } from "./ports.ts";

/** An upstream URL in the parts that the data plane uses; the parts are the URL's own bytes. */
export interface UpstreamUrl {
  readonly ok: true;
  readonly origin: string;
  /** Starts with `/`. */
  readonly basePath: string;
  /** Without `?`; empty where there is none. */
  readonly baseQuery: string;
}

export interface RefusedUrl {
  readonly ok: false;
  readonly code: "upstream_url_rejected" | "upstream_is_self";
  readonly problem: FieldProblem;
}

const MAX_BYTES = 2048;
/** What URL parsers rewrite inside of a query. */
const BAD_QUERY = /[^!$%&'()*+,\-./0-9:;=?@A-Z[\]^_`a-z{|}~]/;

/**
 * Decides whether a URL can be registered as an upstream. Looks at the text only, never at DNS: addresses are vetted at
 * each connect. What is checked is the host after WHATWG parsing, so octal, decimal or full-width spellings do not help.
 */
export function parseUpstreamUrl(
  value: unknown,
  policy: EgressPolicy,
  field = "url",
): UpstreamUrl | RefusedUrl {
  const refuse = (message: string): RefusedUrl => ({
    ok: false,
    code: "upstream_url_rejected",
    problem: { field, message },
  });
  if (typeof value !== "string" || value === "")
    return refuse("Give a URL such as https://api.example.com/v1.");
  if (value.length > MAX_BYTES) return refuse(`The URL is longer than ${MAX_BYTES} bytes.`);
  if (/[^\x21-\x7e]/.test(value))
    return refuse("The URL holds spaces, controls or letters outside of ASCII.");
  const match = /^(https?):\/\/([^/?#\\]+)([^?#]*)(?:\?([^#]*))?(#)?/i.exec(value);
  if (match === null || !URL.canParse(value)) return refuse("Give a full URL that starts with https://.");
  const [, , authority = "", path = "", query = "", hash] = match;
  if (hash !== undefined) return refuse("Leave the part after # out: it is never sent.");
  if (authority.includes("@")) return refuse("Put credentials into a header, not into the URL.");
  if (authority.includes("%")) return refuse("The host name must not be percent-encoded.");
  const url = new URL(value);
  const port = portOf(url);
  if (isSelf(policy, url.hostname, port)) {
    return {
      ok: false,
      code: "upstream_is_self",
      problem: { field, message: "The URL points at this paywall." },
    };
  }
  if (!policy.allow.has(authorityOf(url))) {
    const fault = findHostFault(url, port);
    if (fault !== undefined) return refuse(fault);
  }
  if (!isCanonicalPath(path) || (path !== "" && url.pathname !== path)) {
    return refuse("The path must not hold dot segments or characters that need encoding.");
  }
  if (BAD_QUERY.test(query)) return refuse("The query holds characters that must be percent-encoded.");
  return { ok: true, origin: url.origin, basePath: path === "" ? "/" : path, baseQuery: query };
}

/** As {@link parseUpstreamUrl}. @throws PaywallError `upstream_url_rejected`, `upstream_is_self` with the field. */
export function requireUpstreamUrl(value: unknown, policy: EgressPolicy, field = "url"): UpstreamUrl {
  const parsed = parseUpstreamUrl(value, policy, field);
  if (parsed.ok) return parsed;
  throw new PaywallError(parsed.code, { detail: parsed.problem.message, errors: [parsed.problem] });
}

function findHostFault(url: URL, port: number): string | undefined {
  if (url.protocol !== "https:") return "Only https:// is accepted.";
  if (isIP(bareHost(url.hostname)) !== 0) return "Give a host name, not an IP address.";
  if (isDeniedName(url.hostname)) return "The host name is not one of the public Internet.";
  if (!isUpstreamPort(port)) return `Port ${port} is not accepted; use 443 or 8443.`;
  return undefined;
}
