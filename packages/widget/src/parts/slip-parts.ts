import { btcText, clockText, dollars, satText } from "./amounts.ts";
import { choosePart } from "./choice.ts";
import { cut, html } from "./html.ts";
import type { SafeHtml } from "./html.ts";
import type { SlipMessages } from "./messages.ts";
import { qrSvg } from "./qr-svg.ts";
import { topUpOf } from "./slip.ts";
import type { Slip, SlipLightning } from "./slip.ts";
import { x402Part } from "./x402-part.ts";

/** What is sold, by whom, for how much, and what that buys. `data-renew` marks what a new quote replaces in place. */
export function summary(slip: Slip, messages: SlipMessages): SafeHtml {
  const badge = html`<span class="badge" title="${messages.testNote}">${messages.test}</span>`;
  return html`${refusal(slip)}
    <div class="top">${heading(slip, messages)} ${slip.mode === "test" ? badge : null}</div>
    ${origin(slip, messages)}
    <dl class="total">
      <dt>${slip.terms?.kind === "balance" ? messages.deposit : messages.total}</dt>
      <dd id="price" data-renew>${price(slip)}</dd>
    </dl>
    <p class="buys" id="buys" data-renew>${slip.buys}</p>`;
}

/** Dollars, or whatever is known of the price, large; bitcoin below. */
function price({ amount, msat, x402 }: Slip): SafeHtml {
  const coins =
    msat === undefined
      ? null
      : html`<span class="sat">${satText(msat)}</span> <span class="btc">${btcText(msat)}</span>`;
  if (amount !== undefined) return html`<span class="usd">${dollars(amount)}</span> ${coins}`;
  if (msat !== undefined)
    return html`<span class="usd">${satText(msat)}</span> <span class="btc">${btcText(msat)}</span>`;
  return html`<span class="usd">${x402.length === 0 ? "402" : "x402"}</span>`;
}

function heading(slip: Slip, { topUp }: SlipMessages): SafeHtml {
  const kind = topUpOf(slip.terms)?.kind;
  if (kind !== undefined) return html`<h1>${topUp[kind]}</h1>`;
  return html`<h1 dir="auto">${cut(slip.title, 120)}</h1>`;
}

/** A top-up is read beside what it is for: one line there, name and description else. */
function origin(slip: Slip, messages: SlipMessages): SafeHtml {
  const creator = html`${messages.by} <bdi>${cut(slip.seller, 80)}</bdi>`;
  if (topUpOf(slip.terms) !== undefined)
    return html`<p class="by">${messages.topUp.of} <bdi>${cut(slip.title, 120)}</bdi> ${creator}</p>`;
  const description = html`<p class="what" dir="auto">${cut(slip.description, 500)}</p>`;
  return html`<p class="by">${creator}</p>
    ${slip.description === "" ? null : description}`;
}

/** Why the last credential was refused. */
function refusal({ problem }: Slip): SafeHtml | null {
  if (problem === null) return null;
  const detail = problem.detail === problem.title ? null : cut(problem.detail, 300);
  return html`<p class="alert" role="alert"><strong>${problem.title}.</strong> <span>${detail}</span></p>`;
}

/** The primary action; `instead` stands for it where no script runs. */
export function waysToPay(slip: Slip, messages: SlipMessages, instead: SafeHtml | null): SafeHtml {
  const { lightning } = slip;
  const choose = choosePart(slip, messages);
  if (lightning === null)
    return html`${choose}
    ${slip.x402.length === 0 ? null : html`<p class="note lone">${messages.stablecoinOnly}</p>`}
    ${x402Part(slip, messages)}`;
  const uri = `lightning:${lightning.bolt11}`;
  const wallet = html`<a class="go" id="go" data-renew href="${uri}">${messages.openWallet}</a>`;
  // Hidden until the script is there that makes it work.
  const sandbox = html`<button class="go" id="go" type="button" hidden>${messages.payTest}</button>`;
  return html`${choose}
    <div class="pay">
      ${slip.sandboxPayUrl === "" ? wallet : sandbox}
      <p class="note">${promise(slip, messages)}</p>
    </div>
    ${instead}`;
}

/** What holds for this payment after it was made. */
export function promise({ terms, unlockUrl }: Slip, messages: SlipMessages): string {
  if (unlockUrl === "") return messages.proofNote;
  const keeps = terms !== undefined && terms.kind !== "use" && topUpOf(terms) === undefined;
  return keeps ? `${messages.promise} ${messages.keptHere}` : messages.promise;
}

/** One live region for the state; the countdown beside it is not read out each second. */
export function stateLine(slip: Slip, messages: SlipMessages): SafeHtml {
  return html`<div class="state">
      <output id="state" role="status" aria-live="polite">${messages.states.awaiting}</output>
      <span class="held" id="held">
        ${messages.held}
        <span id="clock" role="timer" aria-live="off">${clockText(slip.secondsLeft)}</span>
      </span>
    </div>
    <a class="go" id="renew" href="${slip.offerPath}" hidden>${messages.newPrice}</a>`;
}

/** QR and copyable invoice. */
export function scanPart(slip: Slip, lightning: SlipLightning, messages: SlipMessages): SafeHtml {
  const uri = `lightning:${lightning.bolt11}`;
  const wallet = html`<p class="note"><a id="wallet" data-renew href="${uri}">${messages.openWallet}</a></p>`;
  const says = html`data-label="${messages.copy}" data-done="${messages.copied}"`;
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
      <button class="go quiet" id="copy" type="button" ${says} hidden>${messages.copy}</button>
    </div>
    ${slip.sandboxPayUrl === "" ? null : wallet}
  </div>`;
}

/** What the script reads: everything it needs, so that nothing is ever written into it. */
export function slipData(slip: Slip): SafeHtml {
  const { lightning } = slip;
  return html`data-state="awaiting" data-status="${slip.statusUrl}" data-unlock="${slip.unlockUrl}"
  data-page="${slip.offerPath}" data-sandbox="${slip.sandboxPayUrl}"
  data-seconds="${String(slip.secondsLeft)}" data-token="${lightning?.token ?? ""}"
  data-hash="${lightning?.paymentHash ?? ""}" data-bolt11="${lightning?.bolt11 ?? ""}"`;
}

/** What the script says, in the language of the rest. */
export function words(all: Readonly<Record<string, string>>): SafeHtml {
  const spans = Object.entries(all).map(([name, text]) => html`<span data-word="${name}">${text}</span>`);
  return html`<div hidden>${spans}</div>`;
}

export function checkoutWords({ states, payingWallet }: Pick<SlipMessages, "states" | "payingWallet">) {
  return { ...states, payingWallet };
}

/** A word that a slip's script may ask for. */
export type CheckoutWord = keyof ReturnType<typeof checkoutWords>;
