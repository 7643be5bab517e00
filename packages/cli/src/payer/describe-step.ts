import { plain, type Style } from "../output/style.ts";
import type { PayStep } from "./pay-link.ts";
import type { OfferView } from "./read-challenge.ts";
import { showUsd } from "./to-pay-error.ts";

/** A step in a line or a few, for a person. */
export function describeStep(step: PayStep, style: Style): string {
  switch (step.type) {
    case "request":
      return `${style.cyan("→")} ${step.method} ${plain(step.url)}${step.paid ? style.dim("  with the payment") : ""}`;
    case "challenge": {
      const price = step.usd === undefined ? "" : `  ${style.bold(`$${plain(step.usd, 30)}`)}`;
      const mode = step.mode === undefined ? "" : `  ${style.yellow(step.mode.toUpperCase())}`;
      const offers = step.offers.map((offer) => `    ${describeOffer(offer)}`);
      return [`${style.cyan("←")} 402 Payment Required${price}${mode}`, ...offers].join("\n");
    }
    case "paying":
      return `${style.cyan("·")} paying ${style.bold(showUsd(step.amountUsd))} over ${step.wire}`;
    case "paid":
      return `${style.green("✓")} paid`;
    case "retrying":
      return `${style.yellow("…")} ${step.status === 0 ? "no answer" : `answered ${step.status}`}; asking again in ${step.afterSeconds} s`;
  }
}

function describeOffer({ wire, amount, network, isTest, isKnown }: OfferView): string {
  const remark = isKnown ? "" : "  (another scheme)";
  return `${wire.padEnd(5)} ${plain(amount, 80)} on ${plain(network, 80)}${isTest ? " (TEST)" : ""}${remark}`;
}
