import type { Eip3009Proof, EvmOffer, KeyRing, Permit2Proof, PreimageProof, Quote } from "@x402-paywall/core";
import { createKeyRing } from "@x402-paywall/core";
import { authorizationTypes, permit2WitnessTypes, uptoPermit2WitnessTypes } from "@x402/evm";
import type { LocalAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Endpoint } from "../src/endpoint.ts";
import { type Curve, loadCurve } from "../src/evm/curve.ts";
import { PERMIT2_ADDRESS, UPTO_PROXY_ADDRESS } from "../src/evm/permit2-digest.ts";
import { nodeCrypto } from "../src/node/crypto.ts";
import type { SandboxRail } from "../src/rails/sandbox/sandbox-rail.ts";
import { createSandboxWallet } from "../src/rails/sandbox/wallet.ts";

/** What the sandbox's own tests need, without the engine. */
export const NOW = 1_800_000_000;
export const keys: KeyRing = createKeyRing([new Uint8Array(32).fill(1)], nodeCrypto);
export const curve: Curve = await loadCurve();
export const payer: LocalAccount = privateKeyToAccount(`0x${"4f".repeat(32)}`);

export const quote: Quote = {
  id: "AAAAAAAAAAAAAAAAAAAAAA",
  mode: "test",
  endpointId: "ep_demo",
  routeId: null,
  priceVersion: 1,
  amount: 10_000n,
  terms: { kind: "use" },
  rate: { msatPerUsd: 1_000_000n, asOf: NOW },
  bindingHash: "x".repeat(43),
  issuedAt: NOW,
  expiresAt: NOW + 300,
};

/** A price by usage: a deposit of a dollar. */
export const meteredQuote: Quote = {
  ...quote,
  amount: 1_000_000n,
  terms: { kind: "balance", seconds: 86_400 },
};

export const endpoint: Endpoint = {
  id: "ep_demo",
  workspaceId: "ws_demo",
  slug: "demo",
  version: 1,
  mode: "test",
  status: "active",
  kind: "json",
  title: "Wetter [x]\nfür Ä",
  description: "",
  creatorName: "Ada",
  upstream: {
    origin: "https://api.example.com",
    basePath: "/",
    baseQuery: "",
    match: "prefix",
    headers: [],
    headTimeoutMs: 30_000,
    idleTimeoutMs: 30_000,
    maxRequestBytes: 1_000_000,
  },
  defaultPrice: { model: "per-request", amount: 10_000n, version: 1 },
  routes: [],
  wires: ["x402", "l402", "mpp"],
  rails: ["sandbox"],
  binding: { query: true, body: false },
  passAuthorization: false,
  browserAccessSeconds: 3600,
  formerPrices: [],
  revoked: new Set(),
};

export function evmOffers(rail: SandboxRail, priced: Quote, maximum?: bigint): readonly EvmOffer[] {
  const limit = maximum === undefined ? {} : { maximum };
  const offers = rail.offer({ quote: priced, endpoint, resourceUrl: "", ...limit });
  if (offers instanceof Promise) throw new Error("the sandbox must not wait");
  return offers.filter((offer) => offer.kind === "evm");
}

export interface PermitChanges {
  readonly authorization?: Partial<Permit2Proof["authorization"]>;
  readonly requirements?: Partial<Permit2Proof["requirements"]>;
  readonly chainId?: number;
  readonly maximum?: bigint;
}

/** Signs an `upto` offer as a stock client does, with whatever is changed signed too. */
export async function permit(
  rail: SandboxRail,
  priced: Quote,
  changes: PermitChanges = {},
): Promise<Permit2Proof> {
  const offer = evmOffers(rail, priced, changes.maximum).find((each) => each.requirements.scheme === "upto");
  if (offer === undefined) throw new Error("no offer of scheme upto");
  const requirements = { ...offer.requirements, ...changes.requirements };
  const authorization = {
    from: payer.address.toLowerCase(),
    token: offer.requirements.asset.toLowerCase(),
    amount: BigInt(offer.requirements.amount),
    spender: UPTO_PROXY_ADDRESS.toLowerCase(),
    nonce: BigInt(`0x${Buffer.from(nodeCrypto.randomBytes(32)).toString("hex")}`),
    deadline: BigInt(NOW + offer.requirements.maxTimeoutSeconds),
    to: offer.requirements.payTo.toLowerCase(),
    facilitator: (offer.requirements.extra["facilitatorAddress"] ?? "").toLowerCase(),
    validAfter: 0n,
    ...changes.authorization,
  };
  const { token, amount, spender, nonce, deadline, to, facilitator, validAfter } = authorization;
  const signature = await payer.signTypedData({
    domain: { name: "Permit2", chainId: changes.chainId ?? 84_532, verifyingContract: PERMIT2_ADDRESS },
    types: facilitator === null ? permit2WitnessTypes : uptoPermit2WitnessTypes,
    primaryType: "PermitWitnessTransferFrom",
    message: {
      permitted: { token: hex(token), amount },
      spender: hex(spender),
      nonce,
      deadline,
      witness: {
        to: hex(to),
        validAfter,
        ...(facilitator === null ? {} : { facilitator: hex(facilitator) }),
      },
    },
  });
  return { kind: "permit2", requirements, authorization, signature };
}

export interface TransferChanges {
  readonly authorization?: Partial<Eip3009Proof["authorization"]>;
  readonly requirements?: Partial<Eip3009Proof["requirements"]>;
}

/** Signs an `exact` offer as a stock client does, with whatever is changed signed too. */
export async function authorize(
  rail: SandboxRail,
  priced: Quote,
  changes: TransferChanges = {},
): Promise<Eip3009Proof> {
  const offer = evmOffers(rail, priced).find((each) => each.requirements.scheme === "exact");
  if (offer === undefined) throw new Error("no offer of scheme exact");
  const requirements = { ...offer.requirements, ...changes.requirements };
  const authorization = {
    from: payer.address.toLowerCase(),
    to: requirements.payTo.toLowerCase(),
    value: BigInt(requirements.amount),
    validAfter: BigInt(NOW - 600),
    validBefore: BigInt(NOW + 300),
    nonce: `0x${Buffer.from(nodeCrypto.randomBytes(32)).toString("hex")}`,
    ...changes.authorization,
  };
  const { from, to, value, validAfter, validBefore, nonce } = authorization;
  const signature = await payer.signTypedData({
    domain: { name: "USDC", version: "2", chainId: 84_532, verifyingContract: hex(requirements.asset) },
    types: authorizationTypes,
    primaryType: "TransferWithAuthorization",
    message: { from: hex(from), to: hex(to), value, validAfter, validBefore, nonce: hex(nonce) },
  });
  return { kind: "eip3009", requirements, authorization, signature };
}

/** Pays the invoice of a quote with the sandbox's wallet. */
export async function payInvoice(
  rail: SandboxRail,
  priced: Quote,
  change: { readonly preimage?: string } = {},
): Promise<PreimageProof> {
  const offers = await rail.offer({ quote: priced, endpoint, resourceUrl: "" });
  const offer = offers.find((each) => each.kind === "lightning");
  const wallet = createSandboxWallet({ keys, crypto: nodeCrypto, clock: () => NOW * 1000, curve });
  const { preimage, paymentHash } = wallet.payInvoice(offer?.bolt11 ?? "");
  return { kind: "preimage", paymentHash, preimage, ...change };
}

export function hex(text: string): `0x${string}` {
  return `0x${text.slice(2)}`;
}
