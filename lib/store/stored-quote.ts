import type { Quote } from "@x402-paywall/core";
import { z } from "zod";

/** A quote as it lies in `payment.quote`: JSON knows no bigint. */
export function storedQuote(quote: Quote): object {
  return {
    ...quote,
    amount: `${quote.amount}`,
    rate: { ...quote.rate, msatPerUsd: `${quote.rate.msatPerUsd}` },
  };
}

const money = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform(BigInt);
const bought = { seconds: z.number(), into: z.string().exactOptional() };
const shape = z.object({
  id: z.string(),
  mode: z.enum(["test", "live"]),
  endpointId: z.string(),
  routeId: z.string().nullable(),
  priceVersion: z.number(),
  amount: money,
  // Payments of before there was anything else to buy.
  terms: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("use") }),
      z.object({ kind: z.literal("uses"), uses: z.number(), ...bought }),
      z.object({ kind: z.literal("pass"), ...bought }),
      z.object({ kind: z.literal("balance"), ...bought }),
    ])
    .default({ kind: "use" }),
  rate: z.object({ msatPerUsd: money, asOf: z.number() }),
  bindingHash: z.string(),
  issuedAt: z.number(),
  expiresAt: z.number(),
});

/** The inverse of {@link storedQuote}. @throws ZodError for what it never wrote */
export function readStoredQuote(json: unknown): Quote {
  return shape.parse(json);
}
