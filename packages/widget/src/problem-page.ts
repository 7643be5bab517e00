import type { ProblemDocument } from "@x402-paywall/core";
import { cut, html } from "./html.ts";
import type { RenderedPage } from "@x402-paywall/core";
import { renderShell } from "./page-shell.ts";

/**
 * A refusal for people: what happened, and whether another try makes sense. No script, nothing from elsewhere.
 * @param nonce base64 or base64url, as for the payment page
 */
export function renderProblemPage(problem: ProblemDocument, nonce: string): RenderedPage {
  const detail = problem.detail === undefined ? null : html`<p dir="auto">${cut(problem.detail, 500)}</p>`;
  const retry = html`<a class="go quiet" href="">Try again</a>`;
  const body = html`<main>
    <div class="slip problem">
      <h1>${problem.title}</h1>
      ${detail}
      <p><code>${problem.status} ${problem.code}</code></p>
      ${problem.retryable ? retry : null}
    </div>
  </main>`;
  const page = renderShell({ language: "en", title: problem.title, nonce, body });
  const csp = `default-src 'none'; style-src 'nonce-${nonce}'; img-src data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'`;
  return { html: page, csp };
}
