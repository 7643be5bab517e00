import type { MicroUsd } from "./money.ts";
import { ceilDiv } from "./money.ts";
import type { MeteredPrice, Rates } from "./price.ts";

/** Measured units of one answer. Counts are non-negative safe integers; absent: not measured. */
export interface Usage {
  /** Without the cached ones. */
  readonly inputTokens?: number;
  readonly cachedInputTokens?: number;
  readonly outputTokens?: number;
  /** Of the answer's body, from its head to its last byte. */
  readonly milliseconds?: number;
  /** Of the answer's body as the payer got it. */
  readonly bytes?: number;
  /** Reported by the upstream as `X-Paywall-Usage`. */
  readonly units?: number;
  /** What the upstream says that the answer cost, in 1e-12 USD. */
  readonly costPicoUsd?: bigint;
  /** Tokens were counted here, because the upstream reported none. */
  readonly estimated?: boolean;
}

/** The sum of all parts before rounding, in 1e-18 USD: exact for every rate and unit. */
export function exactCost(usage: Usage, rates: Rates): bigint {
  // µUSD for 1e6 units are 1e-12 USD for one unit.
  const perUnit =
    BigInt(usage.inputTokens ?? 0) * (rates.inputToken ?? 0n) +
    BigInt(usage.cachedInputTokens ?? 0) * (rates.cachedInputToken ?? rates.inputToken ?? 0n) +
    BigInt(usage.outputTokens ?? 0) * (rates.outputToken ?? 0n) +
    BigInt(usage.bytes ?? 0) * (rates.byte ?? 0n) +
    BigInt(usage.units ?? 0) * (rates.unit ?? 0n);
  const time = BigInt(usage.milliseconds ?? 0) * (rates.second ?? 0n) * 1000n;
  const cost = ((usage.costPicoUsd ?? 0n) * BigInt(rates.costPercent ?? 0) * ATTO_PER_PICO) / 100n;
  return perUnit * ATTO_PER_PICO + time + cost;
}

const ATTO_PER_PICO = 1_000_000n;
const ATTO_PER_MICRO = 1_000_000_000_000n;

/** What an answer costs: the exact sum rounded up once, then at least the minimum and at most the cap. */
export function chargeFor(usage: Usage, price: MeteredPrice): MicroUsd {
  const cost = ceilDiv(exactCost(usage, price.rates), ATTO_PER_MICRO);
  const atLeast = cost < price.minimum ? price.minimum : cost;
  const cap = capOf(price);
  return atLeast > cap ? cap : atLeast;
}

/** Most that one answer can cost. */
export function capOf(price: MeteredPrice): MicroUsd {
  return price.cap ?? price.deposit;
}

/** Whether tokens have to be read out of the answer. */
export function metersTokens(rates: Rates): boolean {
  return (
    rates.inputToken !== undefined || rates.cachedInputToken !== undefined || rates.outputToken !== undefined
  );
}
