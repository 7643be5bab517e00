import {
  formatPaymentCredential,
  type HeaderList,
  isJsonArray,
  isJsonObject,
  type JsonObject,
  parsePaymentChallenges,
} from "@x402-paywall/core";
import type { ReadChallenge } from "./observations.ts";

/** A header that pretends to have paid. */
export interface Pretence {
  readonly label: string;
  readonly headers: HeaderList;
}

const PREIMAGE = "0".repeat(64);

/** Bytes that no wire has. */
export const garbageCredentials: readonly Pretence[] = [
  { label: "PAYMENT-SIGNATURE of garbage", headers: [["PAYMENT-SIGNATURE", "garbage"]] },
  { label: "X-PAYMENT of garbage", headers: [["X-PAYMENT", "Z2FyYmFnZQ=="]] },
  { label: "L402 of garbage", headers: [["Authorization", `L402 Z2FyYmFnZQ==:${PREIMAGE}`]] },
  { label: "Payment of garbage", headers: [["Authorization", "Payment Z2FyYmFnZQ"]] },
];

/** The server's own challenge, with a proof that nobody made. */
export function forgeCredentials(challenge: ReadChallenge, now: number): readonly Pretence[] {
  const forged: Pretence[] = [];
  const accepted = firstAccepted(challenge);
  if (accepted !== undefined) {
    const value = Buffer.from(JSON.stringify(forgeX402(accepted, now))).toString("base64");
    forged.push({ label: "x402 with a false signature", headers: [["PAYMENT-SIGNATURE", value]] });
  }
  const l402 = challenge.auth?.find(({ scheme }) => scheme === "l402" || scheme === "lsat")?.params;
  const macaroon = l402?.get("macaroon") ?? l402?.get("token");
  if (macaroon !== undefined)
    forged.push({
      label: "L402 with a false preimage",
      headers: [["Authorization", `L402 ${macaroon}:${PREIMAGE}`]],
    });
  const [payment] = challenge.authLines.flatMap(parsePaymentChallenges);
  if (payment !== undefined) {
    const value = formatPaymentCredential({ challenge: payment, payload: { preimage: PREIMAGE } });
    forged.push({ label: "Payment with a false preimage", headers: [["Authorization", value]] });
  }
  return forged;
}

/** Two that pretend at once, where the server offers the wires of both. */
export function doubleCredentials(forged: readonly Pretence[]): readonly Pretence[] {
  const [first, second] = forged;
  if (first === undefined || second === undefined) return [];
  return [{ label: `${first.label}, and ${second.label}`, headers: [...first.headers, ...second.headers] }];
}

function firstAccepted({ x402 }: ReadChallenge): JsonObject | undefined {
  const accepts = x402.json?.accepts;
  return accepts !== undefined && isJsonArray(accepts) ? accepts.find(isJsonObject) : undefined;
}

function forgeX402(accepted: JsonObject, now: number): object {
  const { payTo = "", amount = "0" } = accepted;
  const authorization = {
    from: `0x${"11".repeat(20)}`,
    to: payTo,
    value: amount,
    validAfter: "0",
    validBefore: String(now + 300),
    nonce: `0x${"22".repeat(32)}`,
  };
  return { x402Version: 2, accepted, payload: { authorization, signature: `0x${"33".repeat(65)}` } };
}
