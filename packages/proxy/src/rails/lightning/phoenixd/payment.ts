import { isJsonObject, type Json } from "@x402-paywall/core";
import { LightningNodeError, type NodeInvoice } from "../backend.ts";

/**
 * An `incoming_payment` of phoenixd as an invoice. Its `receivedSat` is what is left after the fees of liquidity, rounded
 * down; `fees` are msat. What the payer sent is both together, to the next whole satoshi, and at least what was asked for.
 * @throws LightningNodeError `malformed`
 */
export function readIncomingPayment(value: unknown): NodeInvoice {
  if (!isJsonObject(value)) throw malformed();
  const { paymentHash, isPaid, isExpired, receivedSat, requestedSat, fees, completedAt, preimage } = value;
  if (typeof paymentHash !== "string" || !HEX32.test(paymentHash) || typeof isPaid !== "boolean")
    throw malformed();
  if (!isPaid) return { state: isExpired === true ? "closed" : "open", paymentHash };
  if (!isAmount(receivedSat) || !isAmount(completedAt)) throw malformed();
  const sent = BigInt(receivedSat) + (BigInt(isAmount(fees) ? fees : 0) + 999n) / 1000n;
  const requested = BigInt(isAmount(requestedSat) ? requestedSat : 0);
  return {
    state: "settled",
    paymentHash,
    receivedMsat: (sent > requested ? sent : requested) * 1000n,
    settledAt: Math.floor(completedAt / 1000),
    preimage: typeof preimage === "string" && HEX32.test(preimage) ? preimage : null,
  };
}

const HEX32 = /^[0-9a-f]{64}$/;

function isAmount(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function malformed(): LightningNodeError {
  return new LightningNodeError("malformed", "phoenixd's payment is not one");
}
