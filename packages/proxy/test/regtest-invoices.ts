import { createHash, randomBytes } from "node:crypto";
import { encodeBolt11 } from "@x402-paywall/core";
import { curve, nodeCrypto } from "./engine-fixtures.ts";

export interface RegtestInvoice {
  readonly bolt11: string;
  readonly paymentHash: string;
  readonly preimage: string;
  readonly amountMsat: bigint;
  readonly description: string;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** A signed invoice of regtest, as wallets and nodes make them. */
export function makeRegtestInvoice(
  amountMsat: bigint,
  description: string,
  expirySeconds: number,
): RegtestInvoice {
  const preimage = randomBytes(32);
  const paymentHash = createHash("sha256").update(preimage).digest("hex");
  const timestamp = Math.floor(Date.now() / 1000);
  const fields = {
    prefix: "bcrt",
    amountMsat,
    timestamp,
    expirySeconds,
    paymentHash,
    paymentSecret: randomBytes(32).toString("hex"),
    description,
  };
  const key = new Uint8Array(32).fill(9);
  return {
    bolt11: encodeBolt11(fields, (digest) => curve.sign(digest, key), nodeCrypto),
    paymentHash,
    preimage: preimage.toString("hex"),
    amountMsat,
    description,
    createdAt: timestamp,
    expiresAt: timestamp + expirySeconds,
  };
}
