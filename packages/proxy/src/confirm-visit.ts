import { findHeader } from "@x402-paywall/core";
import type { Decision, HeaderList, RequestHead } from "./decision.ts";
import type { PricedRequest } from "./price-visit.ts";
import { escapeHtml, plainPage } from "./problem-page.ts";
import { answer } from "./response.ts";
import type { Visit } from "./visit.ts";

/** A link or a redirect of another site brought a browser here; scripts and agents send no such thing. */
export function isForeignNavigation({ headers }: RequestHead): boolean {
  return (
    findHeader(headers, "sec-fetch-mode") === "navigate" &&
    findHeader(headers, "sec-fetch-site") === "cross-site"
  );
}

/**
 * The browser's cookie would pay for this visit, and another site chose it: else anybody could spend a payer's uses by
 * sending them here. One click of the payer goes on.
 */
export function confirmVisit(visit: Visit, { match }: PricedRequest): Decision {
  const { endpoint } = match;
  const target = escapeHtml(visit.request.target);
  const title = endpoint.title === "" ? "This link is paid for" : endpoint.title;
  const text = `<p>Opening it draws on what you paid for.</p><p><a href="${target}">Open it</a></p>`;
  const { html, csp } = plainPage(title, text);
  const headers: HeaderList = [
    ["Cache-Control", "private, no-store"],
    ["Content-Type", "text/html; charset=utf-8"],
    ["Content-Security-Policy", csp],
    ["Referrer-Policy", "no-referrer"],
  ];
  return answer(visit.request, 200, headers, html);
}
