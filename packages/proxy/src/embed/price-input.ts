import type { Price } from "@x402-paywall/core";
import { formatPrice, parsePrice } from "@x402-paywall/core";
import { PaywallConfigError } from "./config-error.ts";
import { readUsd, type Usd } from "./usd.ts";

/** What a function that prices a request may look at: all of it is bound into the quote. */
export interface PricedRequest {
  readonly method: string;
  /** Raw path, as it came. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The body as JSON; `undefined` where it is none. A payment is then good for this very body only. */
  json(): Promise<unknown>;
}

/** Prices a request. It runs before anything was paid, and again for each presentation. */
export type PriceFunction = (request: PricedRequest) => Usd | Price | Promise<Usd | Price>;

/** A price as an application writes it: dollars, a model made by one of the builders, or a function. */
export type PriceInput = Usd | Price | PriceFunction;

/** @throws PaywallConfigError */
export function toPrice(input: unknown, field: string): Price {
  if (typeof input === "object" && input !== null && "model" in input) return readModel(input, field);
  if (input === undefined || input === null)
    throw new PaywallConfigError(field, "A route without a price would be given away by accident.", FIX);
  return { model: "per-request", amount: readUsd(input, field) };
}

/** Fails at start where a price cannot be one; a function is asked later. @throws PaywallConfigError */
export function checkPrice(input: unknown, field = "price"): void {
  if (typeof input !== "function") toPrice(input, field);
}

const FIX = 'Write a price such as "$0.01", or "$0" for a route that is free on purpose.';

function readModel(price: object, field: string): Price {
  const parsed = parsePrice(jsonOf(price, field), field);
  if (parsed.ok) return parsed.price;
  const [first] = parsed.errors;
  throw new PaywallConfigError(first?.field ?? field, "Not a price.", first?.message ?? "");
}

/** Through the one strict reader, which also the API and the database use. */
function jsonOf(price: object, field: string): unknown {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it is not is found out by the reader
    return formatPrice(price as Price);
  } catch {
    throw new PaywallConfigError(
      field,
      "Not a price model.",
      "Make it with bundle(), pass(), metered() or computed().",
    );
  }
}
