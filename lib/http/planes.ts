/** Which origin a path belongs to, and what pages of the app may load. */
import type { Env } from "../env.ts";

type Origins = Pick<Env, "appUrl" | "contentUrl">;

/** Paid content lives below `/p/`; everything else is the app's. */
export function isContentPath(pathname: string): boolean {
  return pathname === "/p" || pathname.startsWith("/p/");
}

/**
 * Where a browser that asks the app's origin for content is sent instead: no document or script of a creator may ever
 * come from the dashboard's origin. Agents (which send no fetch metadata and ask for no HTML) are served where they ask.
 */
export function toContentOrigin(
  headers: Headers,
  host: string,
  target: string,
  env: Origins,
): string | undefined {
  const content = new URL(env.contentUrl);
  if (host === content.host || host !== new URL(env.appUrl).host) return undefined;
  const browser = headers.has("sec-fetch-mode") || (headers.get("accept") ?? "").includes("text/html");
  return browser ? `${content.origin}${target}` : undefined;
}

/**
 * What an operator must hear where both planes share a host: cookies know no ports, so creators' pages would live beside
 * the dashboard's session, with only the sandbox policy of each document between them.
 */
export function describeSharedHost(env: Origins): string | undefined {
  const { hostname } = new URL(env.contentUrl);
  if (hostname !== new URL(env.appUrl).hostname) return undefined;
  return `WARNING: APP_URL and CONTENT_URL share the host ${hostname}. Proxied documents are sandboxed, but give CONTENT_URL a domain of its own before you let others sell pages here.`;
}

/**
 * Headers that only Next itself may set: a client that sends them wants past a check (CVE-2025-29927 and its kin). `next-url`
 * is the browser's own: it is part of the `_rsc` hash, and without it each prefetch is redirected and asked for again, for ever.
 */
const internal = /^(x-middleware-|x-nextjs-|x-invoke-|x-matched-path$|x-nonce$|content-security-policy$)/;

export function stripInternalHeaders(headers: Headers): Headers {
  const rest = new Headers();
  for (const [name, value] of headers) if (!internal.test(name)) rest.append(name, value);
  return rest;
}

/** A nonce for each answer; scripts that it trusts may load their own chunks (`strict-dynamic`). */
export function contentSecurityPolicy(nonce: string, env: Origins, development: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    // Charts and dialogs set style attributes; no style can run code or fetch from elsewhere here.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ${env.contentUrl}${development ? " ws:" : ""}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
