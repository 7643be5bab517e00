import { PaywallError } from "@x402-paywall/core";
import type { RequestHead } from "../decision.ts";

/** What a framework knows of a request beside the `Request`. */
export interface FetchContext {
  readonly remoteAddress?: string;
  /** The target as it came over the wire, where the platform still has it; `Request.url` is already normalised. */
  readonly rawTarget?: string;
}

const MAX_LINES = 100;
const TARGET = /^\/(?!\/)[!\x24-\x5b\x5d-\x7e]*$/;

/** @throws PaywallError `bad_target`, `headers_too_large`, `not_implemented` */
export function toRequestHead(
  request: Request,
  context: FetchContext,
  readBody: NonNullable<RequestHead["readBody"]>,
): RequestHead {
  const headers = [...request.headers];
  if (headers.length > MAX_LINES)
    throw new PaywallError("headers_too_large", { detail: `At most ${MAX_LINES} lines.` });
  const url = new URL(request.url);
  const target = context.rawTarget ?? `${url.pathname}${url.search}`;
  if (!TARGET.test(target))
    throw new PaywallError("bad_target", { detail: "Only canonical origin-form targets are served." });
  return {
    method: request.method,
    target,
    headers,
    host: (request.headers.get("host") ?? url.host).toLowerCase(),
    remoteAddress: context.remoteAddress ?? "",
    readBody,
  };
}
