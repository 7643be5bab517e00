import type { PaymentPageInput, Price, Terms } from "@x402-paywall/core";
import { fill } from "../parts/messages.ts";
import { topUpOf } from "../parts/slip.ts";
import type { TopUpTerms } from "../parts/slip.ts";
import type { PageMessages } from "./page-messages.ts";

/** What the quoted amount buys, in sentences. */
export function boughtText(input: PaymentPageInput, messages: PageMessages): readonly string[] {
  const { quote, price } = input;
  const topUp = topUpOf(quote.terms);
  if (topUp !== undefined) return [addedText(topUp, messages)];
  const free = price?.freePerDay;
  return [
    termsText(quote.terms, input, messages),
    ...(free === undefined ? [] : [fill(messages.bought.free, { requests: messages.requests(free) })]),
  ];
}

function termsText(terms: Terms, input: PaymentPageInput, messages: PageMessages): string {
  const { bought, requests, duration } = messages;
  const { price } = input;
  switch (terms.kind) {
    case "use":
      return bought.use;
    case "pass":
      return fill(bought.pass, { time: duration(terms.seconds) });
    case "uses": {
      // A pass with a cap is counted like a bundle, and is still a pass to who buys it.
      const sentence = price?.model === "pass" ? bought.passUses : bought.uses;
      const time = duration(terms.seconds);
      return fill(sentence, {
        requests: requests(terms.uses),
        time,
        span: span(terms.seconds, input, messages),
      });
    }
    case "balance": {
      const rates = price === undefined ? "" : messages.price(withoutFree(price));
      return fill(bought.balance, { price: rates, span: span(terms.seconds, input, messages) });
    }
  }
}

function addedText(terms: TopUpTerms, { topUp, requests, duration }: PageMessages): string {
  const time = duration(terms.seconds);
  if (terms.kind === "balance") return fill(topUp.addsBalance, { time });
  if (terms.kind === "pass") return fill(topUp.addsPass, { time });
  return fill(topUp.addsUses, { time, requests: requests(terms.uses) });
}

const TWO_DAYS = 172_800;

/** A date where it helps, a duration where the hour would matter: it counts from the payment, in any time zone. */
function span(
  seconds: number,
  { quote, now = quote.issuedAt }: PaymentPageInput,
  messages: PageMessages,
): string {
  const { bought, language, duration } = messages;
  if (seconds < TWO_DAYS) return fill(bought.during, { time: duration(seconds) });
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  return fill(bought.until, { date: format.format(new Date((now + seconds) * 1000)) });
}

/** The free quota has a sentence of its own. */
function withoutFree(price: Price): Price {
  const { freePerDay: _, ...rest } = price;
  return rest;
}
