import { type Crypto, isPayableInBitcoin, type KeyRing, type Offer } from "@x402-paywall/core";
import { type Curve, nobleCurve } from "../../evm/curve.ts";
import type { Rail, RailClaim, Settlement } from "../../rail.ts";
import { createSandboxEvm } from "./evm.ts";
import { SANDBOX_NETWORK } from "./evm-terms.ts";
import { createStatelessLedger } from "./ledger.ts";
import type { SandboxLedger } from "./ledger.ts";
import { createSandboxNode } from "./lightning.ts";

export interface SandboxRailOptions {
  readonly keys: KeyRing;
  readonly crypto: Crypto;
  /** Milliseconds. */
  readonly clock: () => number;
  /** Default: the pure one; `await loadCurve()` is about twenty times as fast where it finds a native binding. */
  readonly curve?: Curve;
  /** Who books the charges. Default: nobody, and every charge succeeds. */
  readonly ledger?: SandboxLedger;
}

/** The sandbox rail, and the address that its stablecoin offers pay to. */
export interface SandboxRail extends Rail {
  readonly payTo: string;
}

/**
 * TEST mode's money: real regtest invoices (L402, MPP), real EIP-3009 authorizations and Permit2 permits (x402 `exact` and
 * `upto`), checked as in LIVE mode. Nothing moves, and the rail itself remembers nothing, so any number of processes may
 * share one set of keys; what is remembered is the ledger's.
 */
export function createSandboxRail(options: SandboxRailOptions): SandboxRail {
  const { keys, crypto, curve = nobleCurve, ledger = createStatelessLedger(crypto) } = options;
  const node = createSandboxNode({ keys, crypto, curve });
  const evm = createSandboxEvm({ keys, curve });
  return {
    id: "sandbox",
    mode: "test",
    payTo: evm.payTo,
    settles: (proof) => {
      if (proof.kind === "preimage") return "before";
      return proof.requirements.scheme === "upto" ? "on-finish" : "on-commit";
    },
    offer: ({ quote, endpoint, maximum }) => {
      if (quote.mode !== "test" || quote.amount <= 0n) return [];
      const { wires, title } = endpoint;
      const offers: Offer[] = [];
      // An invoice costs a signature: only where a wire can carry it.
      if (isPayableInBitcoin(quote.rate) && (wires.includes("l402") || wires.includes("mpp")))
        offers.push(node.offer(quote, title, Math.floor(options.clock() / 1000)));
      if (wires.includes("x402")) offers.push(...evm.offers(quote, maximum));
      return offers;
    },
    accepts: (proof) => proof.kind === "preimage" || proof.requirements.network === SANDBOX_NETWORK,
    verify: (proof, quote, now) => {
      if (quote.mode !== "test") {
        return {
          ok: false,
          code: "verification_failed",
          detail: "Sandbox payments buy nothing in LIVE mode.",
        };
      }
      return proof.kind === "preimage" ? node.verify(proof, quote) : evm.verify(proof, quote, now);
    },
    settle: (claim) => settle(claim, ledger),
    status: (paymentKey) => ledger.status(paymentKey),
    refund: (request) => ledger.refund(request),
  };
}

/** `exact` moves what was authorized, which may be more than the price; `upto` what the claim says. */
async function settle(claim: RailClaim, ledger: SandboxLedger): Promise<Settlement> {
  const { paymentKey, proof, quote } = claim;
  // The money moved when the invoice was paid.
  if (proof.kind === "preimage") return { outcome: "settled", reference: proof.paymentHash };
  if (proof.kind === "eip3009") {
    const { value } = proof.authorization;
    return ledger.settle({ paymentKey, amount: value, maximum: value, reference: quote.id });
  }
  const maximum = proof.authorization.amount;
  if (proof.requirements.scheme === "exact")
    return ledger.settle({ paymentKey, amount: maximum, maximum, reference: quote.id });
  if (claim.amount < 0n || claim.amount > maximum)
    return { outcome: "failed", detail: `The payer signed for ${maximum} at most.` };
  return ledger.settle({ paymentKey, amount: claim.amount, maximum, reference: quote.id });
}
