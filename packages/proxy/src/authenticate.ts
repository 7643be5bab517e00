import type {
  Credential,
  Crypto,
  KeyRing,
  PaymentPayload,
  PaymentRequirements,
  ProblemCode,
  Proof,
  ProofFault,
  Quote,
  TokenLimits,
  WireId,
} from "@x402-paywall/core";
import {
  networkOfV1,
  openRequirements,
  PaywallError,
  readEip3009Proof,
  readEvmProof,
  readLightningCharge,
  readPaymentIdentifier,
  readPreimage,
  toBase64Url,
  utf8,
  verifyL402,
  verifyPaymentChallenge,
} from "@x402-paywall/core";
import { andThen, type MaybePromise } from "./maybe-async.ts";
import type { Target } from "./target.ts";

/** A credential that speaks for money: one of our own quotes, and the proof of its payment. Not yet verified by a rail. */
export interface PaymentClaim {
  readonly quote: Quote;
  readonly proof: Proof;
  readonly wire: Exclude<WireId, "access">;
  /** What the success headers of the wire repeat. */
  readonly echo: {
    readonly x402Version?: 1 | 2;
    /** v1: the name that the payload gave it. */
    readonly network?: string;
    readonly challengeId?: string;
  };
  /** The payer's own, of x402's extension `payment-identifier`. */
  readonly identifier?: string;
  /** A holder of the token has narrowed what may be drawn with it. */
  readonly limits?: TokenLimits;
}

export interface AuthenticateContext {
  readonly keys: KeyRing;
  readonly crypto: Crypto;
  /** Unix seconds. */
  readonly now: number;
  readonly slug: string;
  readonly method: string;
  readonly target: Target;
  /** The price of this very request: x402 v1 payloads name no quote. */
  readonly currentQuote: () => Quote;
  /** The offer that a v1 payload answers. @param network CAIP-2, as the payload means it. */
  readonly currentRequirements: (
    quote: Quote,
    network: string,
  ) => MaybePromise<PaymentRequirements | undefined>;
}

/**
 * Reads the quote and the proof out of a payment credential. Whether the quote is still open is not asked here: what was
 * paid in time may be owed after it.
 * @throws PaywallError with the code that the fresh challenge carries.
 */
export function authenticatePayment(
  credential: Exclude<Credential, { readonly wire: "access" }>,
  context: AuthenticateContext,
): MaybePromise<PaymentClaim> {
  switch (credential.wire) {
    case "l402":
      return authenticateL402(credential, context);
    case "mpp":
      return authenticateMpp(credential.credential, context);
    case "x402":
      return credential.version === 1
        ? authenticateX402V1(credential.payload, context)
        : authenticateX402(credential.payload, context);
  }
}

function authenticateL402(
  credential: Extract<Credential, { readonly wire: "l402" }>,
  context: AuthenticateContext,
): PaymentClaim {
  const { keys, crypto, now, slug, method, target } = context;
  const verified = verifyL402(credential, { keys, crypto, now, slug, method, path: target.path });
  const { quote, paymentHash, limits } = verified;
  if (!verified.ok && verified.code !== "payment_expired") throw refuse(verified.code, verified.detail);
  if (quote === undefined || paymentHash === undefined)
    throw refuse("payment_expired", "The quote has expired.");
  return {
    quote,
    proof: { kind: "preimage", paymentHash, preimage: credential.preimage },
    wire: "l402",
    echo: {},
    ...(limits === undefined ? {} : { limits }),
  };
}

function authenticateMpp(
  credential: Extract<Credential, { readonly wire: "mpp" }>["credential"],
  context: AuthenticateContext,
): PaymentClaim {
  const verified = verifyPaymentChallenge(credential, { keys: context.keys, now: context.now });
  if (!verified.ok && verified.code !== "payment_expired") throw refuse(verified.code, verified.detail);
  const charge = readLightningCharge(credential.challenge);
  if (charge === undefined)
    throw refuse("invalid_challenge", "The challenge is not a Lightning charge of this paywall.");
  const preimage = readPreimage(credential);
  if (preimage === undefined) {
    throw refuse("malformed_credential", "The payload needs a `preimage` of 64 hexadecimal digits.");
  }
  const proof = { kind: "preimage", paymentHash: charge.paymentHash, preimage } as const;
  return { quote: charge.quote, proof, wire: "mpp", echo: { challengeId: credential.challenge.id } };
}

/** A v2 payload carries the requirements that it answers, whole. @throws PaywallError */
export function authenticateX402(
  payload: PaymentPayload,
  context: Pick<AuthenticateContext, "keys">,
): PaymentClaim {
  const opened =
    payload.accepted === undefined ? undefined : openRequirements(payload.accepted, context.keys);
  if (opened === undefined) {
    throw refuse("invalid_challenge", "`accepted` is not a requirement of this paywall, or was changed.");
  }
  const proof = checkProof(readEvmProof(payload, opened.requirements));
  const identifier = readPaymentIdentifier(payload.extensions);
  const claim = { quote: opened.quote, proof, wire: "x402", echo: { x402Version: 2 } } as const;
  return identifier === undefined ? claim : { ...claim, identifier };
}

/**
 * A v1 payload names no requirement, so it pays the present price of the present request. Its quote's id is made of the
 * authorization and the request: a replay finds the same claim, another request finds a foreign one.
 */
function authenticateX402V1(
  payload: PaymentPayload,
  context: AuthenticateContext,
): MaybePromise<PaymentClaim> {
  const { scheme, network = "" } = payload;
  const chain = scheme === "exact" ? networkOfV1(network) : undefined;
  const draft = context.currentQuote();
  const offered = chain === undefined ? undefined : context.currentRequirements(draft, chain);
  return andThen(offered, (requirements) => {
    if (requirements === undefined)
      throw refuse("invalid_challenge", "x402 v1 pays exact offers of this resource, on their network.");
    const proof = checkProof(readEip3009Proof(payload, requirements));
    const { from, nonce } = proof.authorization;
    const hash = context.crypto.sha256(utf8(`x402-v1/${from}:${nonce}:${draft.bindingHash}`));
    const quote = { ...draft, id: toBase64Url(hash.subarray(0, 16)) };
    return { quote, proof, wire: "x402", echo: { x402Version: 1, network } };
  });
}

function checkProof<T extends Proof>(proof: T | ProofFault): T {
  if (proof.kind === "fault") throw refuse(proof.problem, proof.detail);
  return proof;
}

function refuse(code: ProblemCode, detail: string): PaywallError {
  return new PaywallError(code, { detail });
}
