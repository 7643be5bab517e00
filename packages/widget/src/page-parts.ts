import { agentSnippets } from "./agent-snippets.ts";
import { cut, html, raw } from "./html.ts";
import type { SafeHtml } from "./html.ts";
import type { PageMessages } from "./messages.ts";
import { satText, usdText } from "./page-amounts.ts";
import type { PageLightning, PaymentPageInput } from "@x402-paywall/core";
import { qrSvg } from "./qr-svg.ts";

/** What is sold, by whom, for how much. `data-renew` marks what a new quote replaces in place. */
export function summary(input: PaymentPageInput, messages: PageMessages): SafeHtml {
  const badge = html`<span class="badge" title="${messages.testNote}">${messages.test}</span>`;
  const description = html`<p class="what" dir="auto">${cut(input.description, 500)}</p>`;
  return html`${refusal(input)}
    <div class="top">
      <h1 dir="auto">${cut(input.title, 120)}</h1>
      ${input.mode === "test" ? badge : null}
    </div>
    <p class="by">${messages.by} <bdi>${cut(input.creatorName, 80)}</bdi></p>
    ${input.description === "" ? null : description}
    <dl class="total">
      <dt>${messages.total}</dt>
      <dd id="price" data-renew>
        <span class="usd">${usdText(input)}</span> <span class="sat">${satText(input)}</span>
      </dd>
    </dl>`;
}

/** Why the last credential was refused. */
function refusal({ error }: PaymentPageInput): SafeHtml | null {
  if (error === null) return null;
  const detail = error.detail === undefined || error.detail === error.title ? null : cut(error.detail, 300);
  return html`<p class="alert" role="alert"><strong>${error.title}.</strong> <span>${detail}</span></p>`;
}

/** The primary action, and the form that does without a script. */
export function waysToPay(input: PaymentPageInput, messages: PageMessages): SafeHtml {
  const { lightning } = input;
  if (lightning === null) return html`<p class="note lone">${messages.stablecoinOnly}</p>`;
  const uri = `lightning:${lightning.bolt11}`;
  const wallet = html`<a class="go" id="go" data-renew href="${uri}">${messages.openWallet}</a>`;
  // Hidden until the script is there that makes it work.
  const sandbox = html`<button class="go" id="go" type="button" hidden>${messages.payTest}</button>`;
  return html`<div class="pay">
      ${input.sandboxPayUrl === null ? wallet : sandbox}
      <p class="note">${messages.promise}</p>
    </div>
    <noscript>
      <form method="post" action="${input.unlockUrl}">
        <input type="hidden" name="token" value="${lightning.token}" />
        <input type="hidden" name="resource" value="${input.resourcePath}" />
        <button class="go" type="submit">${messages.iHavePaid}</button>
        <p class="note">${messages.noScript}</p>
      </form>
    </noscript>`;
}

/** One live region for the state; the countdown beside it is not read out each second. */
export function stateLine(input: PaymentPageInput, messages: PageMessages): SafeHtml {
  const left = secondsLeft(input);
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return html`<div class="state">
      <output id="state" role="status" aria-live="polite">${messages.states.awaiting}</output>
      <span class="held" id="held">
        ${messages.held}
        <span id="clock" role="timer" aria-live="off">${clock}</span>
      </span>
    </div>
    <a class="go" id="renew" href="${input.resourcePath}" hidden>${messages.newPrice}</a>
    <a class="go" id="open" href="${input.resourcePath}" hidden>${messages.open}</a>`;
}

/** QR and copyable invoice. */
export function scanPart(
  input: PaymentPageInput,
  lightning: PageLightning,
  messages: PageMessages,
): SafeHtml {
  const uri = `lightning:${lightning.bolt11}`;
  const wallet = html`<p class="note"><a id="wallet" data-renew href="${uri}">${messages.openWallet}</a></p>`;
  const words = html`data-label="${messages.copy}" data-done="${messages.copied}"`;
  // Upper case: the alphanumeric mode of QR codes needs a third fewer modules.
  return html`<div class="scan">
    <p class="note">${messages.scan}</p>
    <div id="qr" data-renew>${qrSvg(uri.toUpperCase(), messages.qrLabel)}</div>
    <div class="row">
      <input
        id="invoice"
        data-renew
        readonly
        dir="ltr"
        aria-label="${messages.invoice}"
        value="${lightning.bolt11}"
      />
      <button class="go quiet" id="copy" type="button" ${words} hidden>${messages.copy}</button>
    </div>
    ${input.sandboxPayUrl === null ? null : wallet}
  </div>`;
}

/** What somebody needs who pays with a program. */
export function agentPart(input: PaymentPageInput, messages: PageMessages, open: boolean): SafeHtml {
  const { ask, pay, use, offer } = agentSnippets(input);
  const x402 = html`<p class="note">${messages.agentsX402}</p>`;
  return html`<details ${raw(open ? "open" : "")}>
    <summary>${messages.agents}</summary>
    <div id="agents" data-renew>
      ${step(messages.agentsAsk, ask)} ${pay === null ? null : step(messages.agentsPay, pay)}
      ${use === null ? null : step(messages.agentsUse, use)} ${step(messages.agentsOffer, offer)}
      ${input.evm.length === 0 ? null : x402}
    </div>
  </details>`;
}

export function foot(input: PaymentPageInput, messages: PageMessages): SafeHtml {
  return html`<p class="foot">
    ${input.mode === "test" ? `${messages.testNote} ` : ""}${messages.creatorText}
  </p>`;
}

/** Until the quote ends, on the server's clock. */
export function secondsLeft(input: PaymentPageInput): number {
  return Math.max(0, input.quote.expiresAt - (input.now ?? input.quote.issuedAt));
}

function step(title: string, text: string): SafeHtml {
  return html`<h2>${title}</h2>
    <pre dir="ltr">${text}</pre>`;
}
