import { createHash } from "node:crypto";
import { listHeaders, parsePaymentChallenges, formatPaymentCredential } from "@x402-paywall/core";

/** What a 402 offers on Lightning. */
export interface LightningChallenge {
  readonly status: number;
  readonly token: string;
  readonly bolt11: string;
  readonly paymentHash: string;
  /** Credentials for a preimage. */
  l402(preimage: string): Record<string, string>;
  mpp(preimage: string): Record<string, string>;
}

/** Asks once, as an agent does. */
export async function ask(url: string, init: RequestInit = {}): Promise<LightningChallenge> {
  const answer = await fetch(url, init);
  await answer.arrayBuffer();
  const line = answer.headers.get("www-authenticate") ?? "";
  const token = /macaroon="([^"]+)"/.exec(line)?.[1] ?? "";
  const bolt11 = /invoice="([^"]+)"/.exec(line)?.[1] ?? "";
  const mpp = listHeaders([...answer.headers], "www-authenticate")
    .flatMap((value) => parsePaymentChallenges(value.slice(Math.max(0, value.indexOf("Payment ")))))
    .find(({ method }) => method === "lightning");
  const request = mpp && JSON.parse(Buffer.from(mpp.request, "base64url").toString());
  return {
    status: answer.status,
    token,
    bolt11,
    paymentHash: request?.methodDetails?.paymentHash ?? "",
    l402: (preimage) => ({ authorization: `L402 ${token}:${preimage}` }),
    mpp: (preimage) => {
      if (mpp === undefined) throw new Error("No Payment challenge");
      return { authorization: formatPaymentCredential({ challenge: mpp, payload: { preimage } }) };
    },
  };
}

export function hashOf(preimage: string): string {
  return createHash("sha256").update(Buffer.from(preimage, "hex")).digest("hex");
}
