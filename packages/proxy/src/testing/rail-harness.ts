import type { Proof, Quote } from "@x402-paywall/core";
import type { Endpoint } from "../endpoint.ts";
import type { Rail, RailClaim } from "../rail.ts";

/** What a rail gives to the contract suite: a way to pay it, and ways to pay it wrongly. */
export interface RailHarness {
  readonly rail: Rail;
  readonly endpoint: Endpoint;
  /** Unix seconds; the quotes are open then. */
  readonly now: number;
  /** One way for each kind of proof the rail takes. */
  readonly payments: readonly RailPayment[];
  /** An independent record of what was charged for a key, in order. Where there is none, nothing is held against it. */
  readonly listCharges?: (paymentKey: string) => Promise<readonly bigint[]>;
  /** Ways in which whoever moves the money misbehaves. */
  readonly faults?: readonly RailFault[];
}

export interface RailPayment {
  readonly name: string;
  /** Its mode and price are the rail's to offer. */
  readonly quote: Quote;
  /** Pays a quote as an honest payer; each call is other money. */
  pay(quote: Quote): Promise<Proof>;
  /** Proofs for the same quote that must be refused, by what is wrong with them. */
  readonly bad: readonly { readonly name: string; readonly pay: (quote: Quote) => Promise<Proof> }[];
  /** A moment at which a proof made at `now` is too late for the rail itself, where it knows such a thing. */
  readonly expiredAt?: number;
  /** Whether `status` knows what was settled; a rail that moves nothing may forget. */
  readonly remembers: boolean;
  /** A capture of nothing asks nobody, so nobody can say that it was made. */
  readonly leavesNoTraceOfNothing?: true;
}

export interface RailFault {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** What a rail says of a payment that it has the note of, and no proof. */
export function askStatus(rail: Rail, claim: RailClaim): ReturnType<Rail["status"]> {
  return rail.status(claim.paymentKey, rail.note?.(claim) ?? null);
}

/** A verified payment, to be settled for all it is worth or for less. */
export async function makeClaim(
  { rail, endpoint, now }: RailHarness,
  { pay, quote }: RailPayment,
  amount?: bigint,
): Promise<RailClaim> {
  const proof = await pay(quote);
  const verification = await rail.verify(proof, quote, now);
  if (!verification.ok) throw new Error(verification.detail);
  const { paymentKey, maximum = quote.amount } = verification;
  return withAmount(rail, { paymentKey, endpoint, proof, quote }, amount ?? maximum);
}

/** A claim for an amount, with the note that a rail makes of it. */
export function withAmount(rail: Rail, claim: Omit<RailClaim, "amount">, amount: bigint): RailClaim {
  const { paymentKey, endpoint, proof, quote } = claim;
  const asked = { paymentKey, endpoint, proof, quote, amount };
  const note = rail.note?.(asked);
  return note === undefined ? asked : { ...asked, note };
}
