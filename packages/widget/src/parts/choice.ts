import { formatUsd } from "@x402-paywall/core";
import type { MicroUsd } from "@x402-paywall/core";
import { dollars } from "./amounts.ts";
import { html } from "./html.ts";
import type { SafeHtml } from "./html.ts";
import { fill } from "./messages.ts";
import type { SlipMessages } from "./messages.ts";
import type { Slip } from "./slip.ts";

/** Where a payer names the amount: a plain form whose `GET` is this page for that amount. */
export interface Choice {
  readonly action: string;
  /** Sent beside `amount`. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** What the amount is: the message's name. */
  readonly label: "price" | "deposit" | "topUp";
  /** Least and suggested amount, in µUSD; `undefined` where only the server knows. */
  readonly least?: MicroUsd | undefined;
  readonly suggested?: MicroUsd | undefined;
}

/** The field for the amount; nothing where the price leaves no choice. */
export function choosePart({ choice, amount }: Slip, { choose }: SlipMessages): SafeHtml | null {
  if (choice === undefined) return null;
  const { least, suggested } = choice;
  const hints = [
    ...(least === undefined ? [] : [fill(choose.least, { amount: dollars(least) })]),
    ...(suggested === undefined ? [] : [fill(choose.suggested, { amount: dollars(suggested) })]),
  ];
  const fields = choice.fields.map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  const tooLittle = least === undefined ? choose.above : fill(choose.least, { amount: dollars(least) });
  return html`<form class="choose" id="choose" method="get" action="${choice.action}">
    ${fields}
    <label for="amount">${choose[choice.label]}</label>
    <div class="row">
      <input
        id="amount"
        name="amount"
        type="number"
        inputmode="decimal"
        step="any"
        dir="ltr"
        min="${least === undefined ? "0.000001" : formatUsd(least)}"
        value="${amount === undefined ? "" : formatUsd(amount)}"
        required
        aria-describedby="hint"
        data-wrong="${tooLittle}"
      />
      <button class="go quiet" type="submit">${choose.set}</button>
    </div>
    <p class="note" id="hint">${hints.join(" ")}</p>
  </form>`;
}
