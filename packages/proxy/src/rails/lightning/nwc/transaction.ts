import { isJsonObject, type Json } from "@x402-paywall/core";
import { LightningNodeError, type NodeInvoice } from "../backend.ts";

/**
 * A transaction of NIP-47 as an invoice. Amounts are msat, times are unix seconds; wallets leave out what they do not know.
 * @param now Unix seconds. @throws LightningNodeError `malformed`
 */
export function readTransaction(value: unknown, now: number): NodeInvoice {
  const paymentHash = isJsonObject(value) ? value["payment_hash"] : undefined;
  if (!isJsonObject(value) || typeof paymentHash !== "string" || !HEX32.test(paymentHash))
    throw new LightningNodeError("malformed", "The wallet's transaction names no payment hash");
  const { state, amount, preimage, settled_at: settledAt, expires_at: expiresAt } = value;
  switch (state) {
    case "settled":
      break;
    case "accepted":
      return { state: "held", paymentHash };
    case "failed":
    case "expired":
      return { state: "closed", paymentHash };
    default:
      // Older wallets have no states: what has a time of settlement is settled.
      if (state === "pending" || !isTime(settledAt))
        return { state: isTime(expiresAt) && expiresAt < now ? "closed" : "open", paymentHash };
  }
  if (typeof amount !== "number" || !Number.isSafeInteger(amount) || amount < 0)
    throw new LightningNodeError("malformed", "The wallet's transaction names no amount");
  return {
    state: "settled",
    paymentHash,
    receivedMsat: BigInt(amount),
    settledAt: isTime(settledAt) ? settledAt : now,
    preimage: typeof preimage === "string" && HEX32.test(preimage) ? preimage : null,
  };
}

const HEX32 = /^[0-9a-f]{64}$/;

function isTime(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}
