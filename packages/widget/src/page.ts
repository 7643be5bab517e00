import type { PaymentPageInput, RenderedPage } from "@x402-paywall/core";
import { topUpOf } from "./bought-text.ts";
import { pageTarget } from "./choose-part.ts";
import { cut, html } from "./html.ts";
import type { SafeHtml } from "./html.ts";
import { english } from "./messages.ts";
import type { PageMessages } from "./messages.ts";
import { usdText } from "./page-amounts.ts";
import {
  agentPart,
  foot,
  promise,
  scanPart,
  secondsLeft,
  stateLine,
  summary,
  waysToPay,
} from "./page-parts.ts";
import { pageScript } from "./page-script.ts";
import { renderShell } from "./page-shell.ts";

/**
 * The 402 for people: one document without any request of its own, below 20 kB gzipped. Works without JavaScript (QR and
 * a form); with it the payment is noticed and the content opens by itself.
 * @throws TypeError for a nonce that could break out of the policy, and for a `sandboxPayUrl` that is no URL.
 */
export function renderPaymentPage(input: PaymentPageInput, messages: PageMessages = english): RenderedPage {
  const opens = input.method === "GET" || input.method === "HEAD";
  const page = renderShell({
    language: messages.language,
    direction: messages.direction,
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
    data-page="${pageTarget(input, messages)}"
    data-topup="${topUpOf(input)?.into ?? ""}"
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
        ${messages.calledWith} <code>${cut(input.method, 20)}</code>. ${promise(input, messages)}
      </p>
    </div>
    ${agentPart(input, messages, true)} ${foot(input, messages)}
  </main>`;
}

function words(messages: PageMessages): readonly SafeHtml[] {
  const { leftBalance, leftUses, leftPass } = messages.topUp;
  return Object.entries({ ...messages.states, leftBalance, leftUses, leftPass }).map(
    ([name, text]) => html`<span data-word="${name}">${text}</span>`,
  );
}

/** A minute after the end, so that nobody loses the form of an invoice that was paid at the last second. */
function noScriptRefresh(input: PaymentPageInput): SafeHtml {
  return html`<noscript><meta http-equiv="refresh" content="${secondsLeft(input) + 60}" /></noscript>`;
}

function contentPolicy(input: PaymentPageInput): string {
  const { nonce, sandboxPayUrl } = input;
  const sandbox = sandboxPayUrl === null ? "" : ` ${new URL(sandboxPayUrl).origin}`;
  return [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    `connect-src 'self'${sandbox}`,
    "img-src data:",
    "form-action 'self'",
    // The page of a stream asks for a top-up in a frame of its own.
    `frame-ancestors '${topUpOf(input) === undefined ? "none" : "self"}'`,
    "base-uri 'none'",
  ].join("; ");
}
