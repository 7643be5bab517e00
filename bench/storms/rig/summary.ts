import { median } from "../../lib/numbers.ts";
import { countRedelivered } from "../checker/check-answers.ts";
import type { Histories } from "../checker/histories.ts";
import type { Figure } from "../storm.ts";

/** What every storm says about itself. */
export function summarise(histories: Histories): Figure[] {
  const { payers, rail, books } = histories;
  const figures: Figure[] = [
    count("credentials", payers.length),
    count(
      "presentations",
      payers.reduce((sum, { answers }) => sum + answers.length, 0),
    ),
    count("charges", rail.charges.filter(({ amount }) => amount > 0n).length),
    count("receipts", books.receipts.length),
    count("served", payers.filter(({ ending }) => ending === "served").length),
  ];
  const again = countRedelivered(histories);
  return again === 0 ? figures : [...figures, count("delivered a second time", again)];
}

export function count(what: string, value: number): Figure {
  return { what, value, unit: "" };
}

/** Median of times in ms, in the unit that reads best. */
export function p50(what: string, values: readonly number[]): Figure {
  return { what: `${what} p50`, value: median(values), unit: "ms" };
}

export function highest(what: string, values: readonly number[]): Figure {
  return { what: `${what} max`, value: Math.max(0, ...values), unit: "ms" };
}
