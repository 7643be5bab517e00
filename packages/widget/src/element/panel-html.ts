import { html } from "../parts/html.ts";
import type { SafeHtml } from "../parts/html.ts";
import {
  checkoutWords,
  scanPart,
  slipData,
  stateLine,
  summary,
  waysToPay,
  words,
} from "../parts/slip-parts.ts";
import type { Slip } from "../parts/slip.ts";
import { x402Part } from "../parts/x402-part.ts";
import type { ElementMessages } from "./element-messages.ts";

export interface PanelOptions {
  /** The server's offers could be read. */
  readonly isReadable: boolean;
  readonly canCancel: boolean;
}

/** A slip with everything that a person can do about it: the same parts as the payment page's. */
export function panelHtml(slip: Slip, messages: ElementMessages, options: PanelOptions): SafeHtml {
  const { lightning } = slip;
  const cancel = html`<button class="link" id="cancel" type="button">${messages.cancel}</button>`;
  return html`<section class="panel" id="pay" part="panel" aria-label="${messages.payment}" ${slipData(slip)}>
    <div class="lift">
      <div class="slip ${slip.mode}" part="slip">
        ${summary(slip, messages)}
        ${options.isReadable ? waysToPay(slip, messages, null) : unreadable(slip, messages)}
        ${lightning === null ? null : stateLine(slip, messages)}
        <button class="go" id="again" type="button" hidden>${messages.again}</button>
        ${lightning === null ? null : scanPart(slip, lightning, messages)}
        ${lightning === null || slip.statusUrl !== "" ? null : proofForm(messages)}
      </div>
    </div>
    ${lightning === null ? null : otherWays(slip, messages)} ${options.canCancel ? cancel : null}
    <p class="foot">${slip.mode === "test" ? messages.testNote : null}</p>
    ${words(checkoutWords(messages))}
  </section>`;
}

/** Where Lightning is the first thing to do, the rest is one press away. */
function otherWays(slip: Slip, messages: ElementMessages): SafeHtml | null {
  const coins = x402Part(slip, messages);
  if (coins === null) return null;
  return html`<details>
    <summary>${messages.otherWays}</summary>
    ${coins}
  </details>`;
}

function unreadable({ resourceUrl }: Slip, messages: ElementMessages): SafeHtml {
  return html`<p class="note lone">${messages.unreadable}</p>
    <a class="go quiet" href="${resourceUrl}" target="_blank" rel="noopener">${messages.openThere}</a>`;
}

/** Where the server tells nobody whether an invoice was paid, the wallet's word is all there is. */
function proofForm({ proof }: ElementMessages): SafeHtml {
  return html`<form class="choose proof" id="proof">
    <label for="preimage">${proof.label}</label>
    <div class="row">
      <input
        id="preimage"
        type="text"
        dir="ltr"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        pattern="[0-9a-fA-F]{64}"
        required
        data-wrong="${proof.wrong}"
      />
      <button class="go quiet" type="submit">${proof.send}</button>
    </div>
  </form>`;
}
