import { randomBytes } from "node:crypto";
import { formatPaymentPayload, parsePaymentRequired } from "@x402-paywall/core";
import type { PaymentRequirements } from "@x402-paywall/core";
import { loadCurve } from "@x402-paywall/proxy/rails/sandbox";
import { hashTypedData } from "viem";
import { privateKeyToAddress } from "viem/accounts";

/** Holds nothing but on chains of our own. */
export const PAYER_KEY = `0x${"4f".repeat(32)}` as const;
const privateKey = Buffer.from(PAYER_KEY.slice(2), "hex");
const payer = privateKeyToAddress(PAYER_KEY);
// The native binding signs some thousand payments in the time that viem needs for a hundred.
const curve = await loadCurve();
const types = {
  TransferWithAuthorization: [
    { name: "from", type: "address" },
    { name: "to", type: "address" },
    { name: "value", type: "uint256" },
    { name: "validAfter", type: "uint256" },
    { name: "validBefore", type: "uint256" },
    { name: "nonce", type: "bytes32" },
  ],
} as const;

/**
 * Signs so many payments for one URL, each with a nonce of its own: the values of `PAYMENT-SIGNATURE`.
 * @throws Error where the URL does not ask for x402
 */
export async function signPayments(url: string, count: number): Promise<readonly string[]> {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  await answer.arrayBuffer();
  const required = parsePaymentRequired(answer.headers.get("payment-required") ?? "");
  const accepted = required?.accepts.find(
    ({ scheme, network }) => scheme === "exact" && network === "eip155:84532",
  );
  if (accepted === undefined) throw new Error(`${url} answered ${answer.status} without x402`);
  const payments: string[] = [];
  for (let n = 0; n < count; n++) payments.push(signPayment(accepted));
  return payments;
}

/** The value of `PAYMENT-SIGNATURE` for one offer, with a nonce of its own. */
export function signPayment(accepted: PaymentRequirements): string {
  const now = Math.floor(Date.now() / 1000);
  const authorization = {
    from: payer,
    to: asHex(accepted.payTo),
    value: accepted.amount,
    validAfter: String(now - 600),
    validBefore: String(now + accepted.maxTimeoutSeconds),
    nonce: asHex(`0x${randomBytes(32).toString("hex")}`),
  };
  const { value, validAfter, validBefore, ...rest } = authorization;
  const digest = hashTypedData({
    domain: {
      name: accepted.extra["name"] ?? "",
      version: accepted.extra["version"] ?? "",
      chainId: 84_532,
      verifyingContract: asHex(accepted.asset),
    },
    types,
    primaryType: "TransferWithAuthorization",
    message: {
      ...rest,
      value: BigInt(value),
      validAfter: BigInt(validAfter),
      validBefore: BigInt(validBefore),
    },
  });
  const { signature, recoveryId } = curve.sign(Buffer.from(digest.slice(2), "hex"), privateKey);
  const signed = `0x${Buffer.from(signature).toString("hex")}${(27 + recoveryId).toString(16)}`;
  return formatPaymentPayload({
    x402Version: 2,
    accepted,
    payload: { signature: signed, authorization },
  });
}

function asHex(text: string): `0x${string}` {
  if (!/^0x[0-9a-fA-F]+$/.test(text)) throw new Error(`Not hex: ${text}`);
  return `0x${text.slice(2)}`;
}
