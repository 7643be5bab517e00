import { cut, html } from "./html.ts";
import type { SafeHtml } from "./html.ts";
import { english } from "./messages.ts";
import type { PageMessages } from "./messages.ts";
import { usdText } from "./page-amounts.ts";
import type { PaymentPageInput, RenderedPage } from "@x402-paywall/core";
import { agentPart, foot, scanPart, secondsLeft, stateLine, summary, waysToPay } from "./page-parts.ts";
import { pageScript } from "./page-script.ts";
import { renderShell } from "./page-shell.ts";

/**
 * The 402 for people: one document without any request of its own, below 40 kB gzipped. Works without JavaScript (QR and
 * a form); with it the payment is noticed and the content opens by itself.
 * @throws TypeError for a nonce that could break out of the policy, and for a `sandboxPayUrl` that is no URL.
 */
export function renderPaymentPage(input: PaymentPageInput, messages: PageMessages = english): RenderedPage {
  const opens = input.method === "GET" || input.method === "HEAD";
  const page = renderShell({
    language: messages.language,
    title: `${cut(input.title, 120)} · ${usdText(input)}`,
    nonce: input.nonce,
    ...(opens ? { head: noScriptRefresh(input), script: pageScript } : {}),
    body: opens ? forPeople(input, messages) : forPrograms(input, messages),
  });
  return { html: page, csp: contentPolicy(input) };
}

function forPeople(input: PaymentPageInput, messages: PageMessages): SafeHtml {
  const { lightning } = input;
  return html`<main
    id="pay"
    data-state="awaiting"
    data-status="${input.statusUrl}"
    data-unlock="${input.unlockUrl}"
    data-resource="${input.resourcePath}"
    data-sandbox="${input.sandboxPayUrl ?? ""}"
    data-seconds="${secondsLeft(input)}"
    data-token="${lightning?.token ?? ""}"
    data-hash="${lightning?.paymentHash ?? ""}"
    data-bolt11="${lightning?.bolt11 ?? ""}"
  >
    <div class="slip ${input.mode}">
      ${summary(input, messages)} ${waysToPay(input, messages)} ${stateLine(input, messages)}
      ${lightning === null ? null : scanPart(input, lightning, messages)}
    </div>
    ${agentPart(input, messages, lightning === null)} ${foot(input, messages)}
    <div hidden>${words(messages)}</div>
  </main>`;
}

/** A method that a browser does not open: no wallet, no script, the lines for a program instead. */
function forPrograms(input: PaymentPageInput, messages: PageMessages): SafeHtml {
  return html`<main>
    <div class="slip ${input.mode}">
      ${summary(input, messages)}
      <p class="note lone">
        ${messages.calledWith} <code>${cut(input.method, 20)}</code>. ${messages.promise}
      </p>
    </div>
    ${agentPart(input, messages, true)} ${foot(input, messages)}
  </main>`;
}

function words(messages: PageMessages): readonly SafeHtml[] {
  return Object.entries(messages.states).map(
    ([state, text]) => html`<span data-word="${state}">${text}</span>`,
  );
}

/** A minute after the end, so that nobody loses the form of an invoice that was paid at the last second. */
function noScriptRefresh(input: PaymentPageInput): SafeHtml {
  return html`<noscript><meta http-equiv="refresh" content="${secondsLeft(input) + 60}" /></noscript>`;
}

function contentPolicy({ nonce, sandboxPayUrl }: PaymentPageInput): string {
  const sandbox = sandboxPayUrl === null ? "" : ` ${new URL(sandboxPayUrl).origin}`;
  return [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    `connect-src 'self'${sandbox}`,
    "img-src data:",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ");
}
