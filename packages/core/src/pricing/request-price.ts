import type { MicroUsd } from "../money.ts";
import type { ComputedPrice, MeteredPrice, PayWhatYouWantPrice, Price } from "../price.ts";
import { MAX_AMOUNT } from "./price-limits.ts";
import { compileExpression } from "./price-expression.ts";
import type { CompileResult } from "./price-expression.ts";
import type { RequestFacts } from "./request-facts.ts";

/** What a payment for a request costs now. */
export interface RequestPrice {
  readonly amount: MicroUsd;
  /** The facts of the request that a computed amount was made of, to be bound into the quote. */
  readonly basis?: string;
  /** Why a computed price charges its maximum; for the creator's log and the tester, not for payers. */
  readonly failedClosed?: string;
}

/** The basis of a request that costs the maximum because of a doubt. */
const FAILED_BASIS = "!";

/** Prices a request; never throws. What buys more than the request costs the same for each. */
export function priceRequest(price: Price, facts: RequestFacts): RequestPrice {
  switch (price.model) {
    case "per-request":
    case "bundle":
    case "pass":
      return { amount: price.amount };
    case "metered":
      return { amount: price.deposit };
    case "pay-what-you-want":
      return { amount: price.minimum };
    case "computed":
      return computePrice(price, facts);
  }
}

function computePrice(price: ComputedPrice, facts: RequestFacts): RequestPrice {
  const compiled = compileOnce(price);
  const result = compiled.ok ? compiled.expression.evaluate(facts) : undefined;
  if (result?.ok) {
    const { amount, basis } = result;
    return { amount: amount > price.maximum ? price.maximum : amount, basis };
  }
  const failedClosed = result?.reason ?? "the expression does not compile";
  return { amount: price.maximum, basis: FAILED_BASIS, failedClosed };
}

const compiledPrices = new WeakMap<ComputedPrice, CompileResult>();

function compileOnce(price: ComputedPrice): CompileResult {
  let compiled = compiledPrices.get(price);
  if (compiled === undefined) {
    compiled = compileExpression(price.expression);
    compiledPrices.set(price, compiled);
  }
  return compiled;
}

/** Whether the request's body must be read before it can be priced. */
export function needsBody(price: Price): boolean {
  if (price.model !== "computed") return false;
  const compiled = compileOnce(price);
  return compiled.ok && compiled.expression.needsBody;
}

/**
 * What a payer who may name the amount pays: the least where nothing was named, and no less than that (a metered price's
 * deposit, otherwise the minimum).
 * @returns `undefined` below the least and above a billion dollars.
 */
export function chooseAmount(
  price: PayWhatYouWantPrice | MeteredPrice,
  requested: MicroUsd | undefined,
): MicroUsd | undefined {
  const least = price.model === "metered" ? price.deposit : price.minimum;
  if (requested === undefined) return least;
  return requested < least || requested > MAX_AMOUNT ? undefined : requested;
}
