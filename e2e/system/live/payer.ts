import { randomBytes } from "node:crypto";
import { authorizationTypes, ExactEvmScheme, UptoEvmScheme } from "@x402/evm";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import type { Hex, LocalAccount } from "viem";
import type { PaymentRequirements } from "@x402-paywall/core";
import { parsePaymentRequired } from "@x402-paywall/core";
import type { OpenChain } from "../../chain/start-chain.ts";

/** A key with ten dollars of USDC. */
export async function createPayer(chain: OpenChain, usdc = 10_000_000n): Promise<LocalAccount> {
  const account = privateKeyToAccount(generatePrivateKey());
  await chain.fund(account.address, usdc);
  return account;
}

/** What a 402 asks for, by a scheme. */
export async function readOffer(
  url: string,
  init: RequestInit = {},
  scheme: "exact" | "upto" = "exact",
): Promise<PaymentRequirements> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  const required = parsePaymentRequired(answer.headers.get("payment-required") ?? "");
  const offer = required?.accepts.find((each) => each.scheme === scheme);
  if (answer.status !== 402 || offer === undefined)
    throw new Error(`No ${scheme} offer at ${url}: ${answer.status} ${text}`);
  return offer;
}

export interface Authorization {
  readonly from: string;
  readonly to: string;
  readonly value: string;
  readonly validAfter: string;
  readonly validBefore: string;
  readonly nonce: string;
}

export interface ExactPayload {
  readonly x402Version: 2;
  readonly accepted: PaymentRequirements;
  readonly payload: { readonly signature: string; readonly authorization: Authorization };
  readonly extensions?: object;
}

/** Signs a transfer for an offer by hand. @param changes are signed too */
export async function signExact(
  account: LocalAccount,
  accepted: PaymentRequirements,
  changes: Partial<Authorization> = {},
): Promise<ExactPayload> {
  const now = Math.floor(Date.now() / 1000);
  const authorization = {
    from: account.address,
    to: accepted.payTo,
    value: accepted.amount,
    validAfter: String(now - 60),
    validBefore: String(now + 300),
    nonce: `0x${randomBytes(32).toString("hex")}`,
    ...changes,
  };
  const signature = await account.signTypedData({
    domain: { name: "USDC", version: "2", chainId: 84_532, verifyingContract: accepted.asset as Hex },
    types: authorizationTypes,
    primaryType: "TransferWithAuthorization",
    message: {
      from: authorization.from as Hex,
      to: authorization.to as Hex,
      value: BigInt(authorization.value),
      validAfter: BigInt(authorization.validAfter),
      validBefore: BigInt(authorization.validBefore),
      nonce: authorization.nonce as Hex,
    },
  });
  return { x402Version: 2, accepted, payload: { signature, authorization } };
}

/** A maximum, as the official client signs it. */
export async function signUpto(account: LocalAccount, accepted: PaymentRequirements) {
  const { payload } = await new UptoEvmScheme(account).createPaymentPayload(2, accepted as never);
  return { x402Version: 2, accepted, payload };
}

/** A Permit2 transfer, as the official client signs it where it is asked to. */
export async function signPermit(account: LocalAccount, accepted: PaymentRequirements) {
  const asked = { ...accepted, extra: { ...accepted.extra, assetTransferMethod: "permit2" } };
  const { payload } = await new ExactEvmScheme(account).createPaymentPayload(2, asked as never);
  return { x402Version: 2, accepted, payload };
}

export function toHeader(payload: object): { readonly "payment-signature": string } {
  return { "payment-signature": encode(payload) };
}

export function encode(payload: object | string): string {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  return Buffer.from(text).toString("base64");
}

/** Asks and signs: a header that pays for this one request. */
export async function pay(
  account: LocalAccount,
  url: string,
  init: RequestInit = {},
): Promise<{ readonly headers: ReturnType<typeof toHeader>; readonly payload: ExactPayload }> {
  const payload = await signExact(account, await readOffer(url, init));
  return { headers: toHeader(payload), payload };
}
