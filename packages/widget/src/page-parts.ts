import type { PageLightning, PaymentPageInput } from "@x402-paywall/core";
import { agentSnippets } from "./agent-snippets.ts";
import { boughtText, topUpOf } from "./bought-text.ts";
import { choosePart, pageTarget } from "./choose-part.ts";
import { cut, html, raw } from "./html.ts";
import type { SafeHtml } from "./html.ts";
import type { PageMessages } from "./messages.ts";
import { satText, usdText } from "./page-amounts.ts";
import { qrSvg } from "./qr-svg.ts";

/** What is sold, by whom, for how much, and what that buys. `data-renew` marks what a new quote replaces in place. */
export function summary(input: PaymentPageInput, messages: PageMessages): SafeHtml {
  const badge = html`<span class="badge" title="${messages.testNote}">${messages.test}</span>`;
  return html`${refusal(input)}
    <div class="top">${heading(input, messages)} ${input.mode === "test" ? badge : null}</div>
    ${origin(input, messages)}
    <dl class="total">
      <dt>${input.quote.terms.kind === "balance" ? messages.deposit : messages.total}</dt>
      <dd id="price" data-renew>
        <span class="usd">${usdText(input)}</span> <span class="sat">${satText(input)}</span>
      </dd>
    </dl>
    <p class="buys" id="buys" data-renew>${boughtText(input, messages).join(" ")}</p>`;
}

function heading(input: PaymentPageInput, { topUp }: PageMessages): SafeHtml {
  const kind = topUpOf(input)?.kind;
  if (kind !== undefined) return html`<h1>${topUp[kind]}</h1>`;
  return html`<h1 dir="auto">${cut(input.title, 120)}</h1>`;
}

/** A top-up is read beside what it is for: one line there, name and description else. */
function origin(input: PaymentPageInput, messages: PageMessages): SafeHtml {
  const creator = html`${messages.by} <bdi>${cut(input.creatorName, 80)}</bdi>`;
  if (topUpOf(input) !== undefined)
    return html`<p class="by">${messages.topUp.of} <bdi>${cut(input.title, 120)}</bdi> ${creator}</p>`;
  const description = html`<p class="what" dir="auto">${cut(input.description, 500)}</p>`;
  return html`<p class="by">${creator}</p>
    ${input.description === "" ? null : description}`;
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
  const choose = choosePart(input, messages);
  if (lightning === null)
    return html`${choose}
      <p class="note lone">${messages.stablecoinOnly}</p>`;
  const uri = `lightning:${lightning.bolt11}`;
  const wallet = html`<a class="go" id="go" data-renew href="${uri}">${messages.openWallet}</a>`;
  // Hidden until the script is there that makes it work.
  const sandbox = html`<button class="go" id="go" type="button" hidden>${messages.payTest}</button>`;
  return html`${choose}
    <div class="pay">
      ${input.sandboxPayUrl === null ? wallet : sandbox}
      <p class="note">${promise(input, messages)}</p>
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

/** What holds for this payment after it was made. */
export function promise(input: PaymentPageInput, messages: PageMessages): string {
  const keeps = input.quote.terms.kind !== "use" && topUpOf(input) === undefined;
  return keeps ? `${messages.promise} ${messages.keptHere}` : messages.promise;
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
    <a class="go" id="renew" href="${pageTarget(input, messages)}" hidden>${messages.newPrice}</a>
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
  const { ask, choosesAmount, pay, use, again, offer } = agentSnippets(input);
  const amount = html`<p class="note">${messages.agentsAmount}</p>`;
  const toUse = topUpOf(input) === undefined ? messages.agentsUse : messages.topUp.agentsUse;
  const x402 = html`<p class="note">${messages.agentsX402}</p>`;
  return html`<details ${raw(open ? "open" : "")}>
    <summary>${messages.agents}</summary>
    <div id="agents" data-renew>
      ${step(messages.agentsAsk, ask)} ${choosesAmount ? amount : null}
      ${pay === null ? null : step(messages.agentsPay, pay)} ${use === null ? null : step(toUse, use)}
      ${again === null ? null : step(messages.agentsAgain, again)} ${step(messages.agentsOffer, offer)}
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
