import { utf8, toHex } from "../src/bytes.ts";
import { createKeyRing } from "../src/keys.ts";
import type { EvmOffer, LightningOffer } from "../src/offer.ts";
import type { Quote } from "../src/quote.ts";
import { encodeBolt11 } from "../src/wire/encode-bolt11.ts";
import type { SignBolt11 } from "../src/wire/encode-bolt11.ts";
import { nodeCrypto } from "./node-crypto.ts";

/** Unix seconds at which all fixtures were issued. */
export const now = 1_790_000_000;
export const secret = utf8("a secret of the tests, 32 bytes..");
export const olderSecret = utf8("an older secret, 32 bytes long...");
export const keys = createKeyRing([secret], nodeCrypto);

export const quote: Quote = {
  id: "AAAAAAAAAAAAAAAAAAAAAA",
  mode: "test",
  endpointId: "ep_BBBBBBBBBBBBBBBBBBBBBB",
  routeId: null,
  priceVersion: 3,
  amount: 10_000n,
  terms: { kind: "use" },
  rate: { msatPerUsd: 1_000_000n, asOf: now - 20 },
  bindingHash: "C".repeat(43),
  issuedAt: now,
  expiresAt: now + 600,
};

export const preimage = "11".repeat(32);
export const paymentHash = toHex(nodeCrypto.sha256(new Uint8Array(32).fill(0x11)));

/** Not a signature: nothing in core verifies one. */
export const fakeSign: SignBolt11 = (digest) => ({
  signature: new Uint8Array([...digest, ...digest]),
  recoveryId: 1,
});

export function makeInvoice(
  changes: { amountMsat?: bigint; paymentHash?: string; timestamp?: number } = {},
): string {
  const fields = {
    prefix: "bcrt",
    amountMsat: 10_000n,
    timestamp: now,
    expirySeconds: 600,
    paymentHash,
    paymentSecret: "22".repeat(32),
    description: "test",
  };
  return encodeBolt11({ ...fields, ...changes }, fakeSign, nodeCrypto);
}

export const lightningOffer: LightningOffer = {
  kind: "lightning",
  bolt11: makeInvoice(),
  paymentHash,
  amount: 10_000n,
  network: "regtest",
};

export const evmOffer: EvmOffer = {
  kind: "evm",
  requirements: {
    scheme: "exact",
    network: "eip155:84532",
    amount: "10000",
    asset: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
    payTo: "0x1111111111111111111111111111111111111111",
    maxTimeoutSeconds: 300,
    extra: { name: "USDC", version: "2" },
  },
};
