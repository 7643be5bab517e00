import { formatUsd } from "@x402-paywall/core";
import type { MicroUsd, PaymentPageInput } from "@x402-paywall/core";
import { topUpOf } from "./bought-text.ts";
import { html } from "./html.ts";
import type { SafeHtml } from "./html.ts";
import { fill } from "./messages.ts";
import type { PageMessages } from "./messages.ts";
import { dollars } from "./page-amounts.ts";

/** Where a payer names the amount: a plain form whose `GET` is this page for that amount. */
export interface Choice {
  readonly action: string;
  /** Sent beside `amount`. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly label: string;
  /** Least and suggested amount, in µUSD; `undefined` where only the server knows. */
  readonly least?: MicroUsd;
  readonly suggested?: MicroUsd;
}

/** `undefined` where the price leaves no choice. */
export function choiceOf(input: PaymentPageInput, { choose }: PageMessages): Choice | undefined {
  const { chooseUrl, price, resourcePath } = input;
  const topUp = topUpOf(input);
  if (topUp !== undefined) {
    // A top-up has its amount in its own address; only a balance is counted in money.
    return topUp.kind === "balance" ? { ...splitTarget(resourcePath), label: choose.topUp } : undefined;
  }
  if (chooseUrl === undefined || chooseUrl === null) return undefined;
  const { action, fields } = splitTarget(chooseUrl);
  const target = { action, fields: [...fields, ["resource", resourcePath] as const] };
  if (price?.model === "pay-what-you-want")
    return { ...target, label: choose.price, least: price.minimum, suggested: price.suggested };
  if (price?.model === "metered") return { ...target, label: choose.deposit, least: price.deposit };
  return undefined;
}

/** Path and query of this page for the amount of its quote: where a new quote for it comes from. */
export function pageTarget(input: PaymentPageInput, messages: PageMessages): string {
  const choice = choiceOf(input, messages);
  const { amount } = input.quote;
  if (choice === undefined || topUpOf(input) !== undefined) return input.resourcePath;
  if (amount === (choice.suggested ?? choice.least)) return input.resourcePath;
  const query = new URLSearchParams([
    ...choice.fields.map(([name, value]) => [name, value]),
    ["amount", formatUsd(amount)],
  ]);
  return `${choice.action}?${query}`;
}

export function choosePart(input: PaymentPageInput, messages: PageMessages): SafeHtml | null {
  const choice = choiceOf(input, messages);
  if (choice === undefined) return null;
  const { least, suggested } = choice;
  const { choose } = messages;
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
    <label for="amount">${choice.label}</label>
    <div class="row">
      <input
        id="amount"
        name="amount"
        type="number"
        inputmode="decimal"
        step="any"
        dir="ltr"
        min="${least === undefined ? "0.000001" : formatUsd(least)}"
        value="${formatUsd(input.quote.amount)}"
        required
        aria-describedby="hint"
        data-wrong="${tooLittle}"
      />
      <button class="go quiet" type="submit">${choose.set}</button>
    </div>
    <p class="note" id="hint">${hints.join(" ")}</p>
  </form>`;
}

function splitTarget(target: string): Pick<Choice, "action" | "fields"> {
  const [action = "", ...query] = target.split("?");
  const fields = [...new URLSearchParams(query.join("?"))].filter(([name]) => name !== "amount");
  return { action, fields };
}
