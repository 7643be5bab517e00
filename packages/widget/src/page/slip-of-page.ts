import { formatUsd, isPayableInBitcoin, microUsdToMsat } from "@x402-paywall/core";
import type { PaymentPageInput } from "@x402-paywall/core";
import type { Choice } from "../parts/choice.ts";
import { boughtText } from "./bought-text.ts";
import type { PageMessages } from "./page-messages.ts";
import { topUpOf } from "../parts/slip.ts";
import type { Slip } from "../parts/slip.ts";
import { symbolOf } from "./wallet-part.ts";

/** The page's slip: our own quote says everything. */
export function slipOfPage(input: PaymentPageInput, messages: PageMessages): Slip {
  const { quote, lightning, error } = input;
  const choice = choiceOf(input);
  return {
    title: input.title,
    description: input.description,
    seller: input.creatorName,
    mode: input.mode,
    amount: quote.amount,
    msat: lightning?.amountMsat ?? satAmount(input),
    terms: quote.terms,
    buys: boughtText(input, messages).join(" "),
    lightning,
    x402: input.evm.map((requirements) => {
      const { scheme, network, amount, asset, payTo, extra } = requirements;
      const chain = input.evmChains?.[network];
      const own = chain && { symbol: symbolOf(requirements), networkName: chain.name };
      return { scheme, network, amount, asset, payTo, assetName: extra["name"] ?? "", ...own };
    }),
    otherMethods: [],
    method: input.method,
    resourceUrl: input.resourceUrl,
    resourcePath: input.resourcePath,
    offerPath: offerPath(input, choice),
    statusUrl: input.statusUrl,
    unlockUrl: input.unlockUrl,
    sandboxPayUrl: input.sandboxPayUrl ?? "",
    choice,
    problem: error === null ? null : { title: error.title, detail: error.detail ?? error.title },
    secondsLeft: Math.max(0, quote.expiresAt - (input.now ?? quote.issuedAt)),
  };
}

/** Of the quote's own rate, whatever takes the money; nothing is said in bitcoin where there was none. */
function satAmount({ quote }: PaymentPageInput): bigint | undefined {
  return isPayableInBitcoin(quote.rate) ? microUsdToMsat(quote.amount, quote.rate) : undefined;
}

/** `undefined` where the price leaves no choice. */
function choiceOf(input: PaymentPageInput): Choice | undefined {
  const { chooseUrl, price, resourcePath } = input;
  const topUp = topUpOf(input.quote.terms);
  if (topUp !== undefined) {
    // A top-up has its amount in its own address; only a balance is counted in money.
    return topUp.kind === "balance" ? { ...splitTarget(resourcePath), label: "topUp" } : undefined;
  }
  if (chooseUrl === undefined || chooseUrl === null) return undefined;
  const { action, fields } = splitTarget(chooseUrl);
  const target = { action, fields: [...fields, ["resource", resourcePath] as const] };
  if (price?.model === "pay-what-you-want")
    return { ...target, label: "price", least: price.minimum, suggested: price.suggested };
  if (price?.model === "metered") return { ...target, label: "deposit", least: price.deposit };
  return undefined;
}

/** Path and query of this page for the amount of its quote: where a new quote for it comes from. */
function offerPath(input: PaymentPageInput, choice: Choice | undefined): string {
  const { amount, terms } = input.quote;
  if (choice === undefined || topUpOf(terms) !== undefined) return input.resourcePath;
  if (amount === (choice.suggested ?? choice.least)) return input.resourcePath;
  const query = new URLSearchParams([
    ...choice.fields.map(([name, value]) => [name, value]),
    ["amount", formatUsd(amount)],
  ]);
  return `${choice.action}?${query}`;
}

function splitTarget(target: string): Pick<Choice, "action" | "fields"> {
  const [action = "", ...query] = target.split("?");
  const fields = [...new URLSearchParams(query.join("?"))].filter(([name]) => name !== "amount");
  return { action, fields };
}
