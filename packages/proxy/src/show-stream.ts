import { findHeader, toBase64Url } from "@x402-paywall/core";
import { prefersHtml } from "./accept-header.ts";
import type { Decision, HeaderList } from "./decision.ts";
import type { EngineContext } from "./engine-context.ts";
import type { Match } from "./match.ts";
import { answer } from "./response.ts";
import type { Visit } from "./visit.ts";

/**
 * A person who holds access and opens a stream gets a page that shows it; the page then asks for the stream itself, which
 * is what draws. `undefined` for everybody else.
 */
export function showStream(visit: Visit, match: Match, context: EngineContext): Decision | undefined {
  const { request } = visit;
  const { endpoint, target, price } = match;
  const { streamPage, crypto } = context.options;
  if (streamPage === undefined || endpoint.kind !== "stream" || request.method !== "GET") return undefined;
  if (!prefersHtml(findHeader(request.headers, "accept"))) return undefined;
  const { site } = context;
  const resourcePath = site.resource(target);
  const { html, csp } = streamPage({
    title: endpoint.title,
    creatorName: endpoint.creatorName,
    mode: endpoint.mode,
    price,
    resourcePath,
    rawUrl: `${site.own(target.slug, "raw")}?resource=${encodeURIComponent(resourcePath)}`,
    infoUrl: site.own(target.slug, "info"),
    nonce: toBase64Url(crypto.randomBytes(16)),
  });
  const headers: HeaderList = [
    ["Cache-Control", "private, no-store"],
    ["Content-Type", "text/html; charset=utf-8"],
    ["Content-Security-Policy", csp],
    ["Referrer-Policy", "no-referrer"],
    ["Vary", "Accept, Cookie"],
  ];
  return answer(request, 200, headers, html);
}
