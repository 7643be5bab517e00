import { formatPrice, parsePrice, type Price } from "@x402-paywall/core";
import { z } from "zod";
import type { Prisma } from "../../../generated/prisma/client.ts";
import { amount } from "../fields.ts";

/**
 * A price of any model as the API takes it: PriceJson, or, in short, a decimal string of µUSD for each request. Each
 * refused member is named: `price.rates.outputToken`, `routes.2.price.uses`.
 */
export const priceInput = z.unknown().transform((value, context): Price => {
  if (typeof value === "string") return parseAmount(value, context);
  const parsed = parsePrice(value, "price");
  if (parsed.ok) return parsed.price;
  for (const { field, message } of parsed.errors) {
    // Below the place where zod is already: `price.rates.outputToken` is there `rates.outputToken`.
    context.addIssue({ code: "custom", path: field.split(".").slice(1), message });
  }
  return z.NEVER;
});

/** The price of what no rule matches: a payment, so that a forgotten path is never free. */
export const defaultPriceInput = priceInput.refine(
  (price) => price.model !== "per-request" || price.amount > 0n,
  "Give the endpoint a price; a rule can make single paths free.",
);

/** A price for a column of ours. */
export function toStoredPrice(price: Price): Prisma.InputJsonObject {
  return { ...formatPrice(price) };
}

/** The price in a column of ours. @throws Error where the database holds no price */
export function readStoredPrice(json: unknown): Price {
  const parsed = parsePrice(json, "pricing");
  if (parsed.ok) return parsed.price;
  const [first] = parsed.errors;
  throw new Error(`The database holds a price that cannot be read: ${first?.field} ${first?.message}`);
}

/** Whether two prices are the same in each of their terms. */
export function isSamePrice(one: Price, other: Price): boolean {
  return JSON.stringify(formatPrice(one)) === JSON.stringify(formatPrice(other));
}

function parseAmount(text: string, context: z.RefinementCtx): Price {
  const parsed = amount.safeParse(text);
  if (parsed.success) return { model: "per-request", amount: parsed.data };
  for (const { message } of parsed.error.issues) context.addIssue({ code: "custom", message });
  return z.NEVER;
}
