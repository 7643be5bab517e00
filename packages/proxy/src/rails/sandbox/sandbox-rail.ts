import type { Crypto, KeyRing, Offer } from "@x402-paywall/core";
import { toHex, utf8 } from "@x402-paywall/core";
import { type Curve, nobleCurve } from "../../evm/curve.ts";
import type { Rail, RailClaim, Settlement } from "../../rail.ts";
import { createSandboxEvm, SANDBOX_NETWORK } from "./evm.ts";
import { createSandboxNode } from "./lightning.ts";

export interface SandboxRailOptions {
  readonly keys: KeyRing;
  readonly crypto: Crypto;
  /** Milliseconds. */
  readonly clock: () => number;
  /** Default: the pure one; `await loadCurve()` is about twenty times as fast where it finds a native binding. */
  readonly curve?: Curve;
}

/** The sandbox rail, and the address that its stablecoin offers pay to. */
export interface SandboxRail extends Rail {
  readonly payTo: string;
}

/**
 * TEST mode's money: real regtest invoices (L402, MPP) and real EIP-3009 authorizations (x402), checked as in LIVE mode;
 * nothing moves and nothing is remembered, so any number of processes may share one set of keys.
 */
export function createSandboxRail(options: SandboxRailOptions): SandboxRail {
  const { crypto } = options;
  const parts = { keys: options.keys, crypto, curve: options.curve ?? nobleCurve };
  const node = createSandboxNode(parts);
  const evm = createSandboxEvm(parts);
  return {
    id: "sandbox",
    mode: "test",
    payTo: evm.payTo,
    settles: (proof) => (proof.kind === "preimage" ? "before" : "on-commit"),
    offer: ({ quote, endpoint }) => {
      if (quote.mode !== "test" || quote.amount <= 0n) return [];
      const { wires, title } = endpoint;
      const offers: Offer[] = [];
      // An invoice costs a signature: only where a wire can carry it.
      if (wires.includes("l402") || wires.includes("mpp"))
        offers.push(node.offer(quote, title, Math.floor(options.clock() / 1000)));
      if (wires.includes("x402")) offers.push(evm.offer(quote));
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
    settle: (claim) => Promise.resolve(settle(claim, crypto)),
    // Nothing moves here, so nothing can have moved: the caller settles anew and gets the same reference.
    status: () =>
      Promise.resolve({ outcome: "failed", detail: "The sandbox keeps no record of settlements." }),
  };
}

function settle(claim: RailClaim, crypto: Crypto): Settlement {
  if (claim.proof.kind === "preimage") return { outcome: "settled", reference: claim.proof.paymentHash };
  const transaction = toHex(crypto.sha256(utf8(`sandbox-transaction/${claim.paymentKey}`)));
  return { outcome: "settled", reference: `0x${transaction}` };
}
