import { randomBytes } from "node:crypto";
import {
  eip3009PaymentKey,
  formatPaymentPayload,
  parsePaymentRequired,
  permit2PaymentKey,
} from "@x402-paywall/core";
import type { JsonObject, PaymentRequirements } from "@x402-paywall/core";
import {
  authorizationTypes,
  PERMIT2_ADDRESS,
  permit2WitnessTypes,
  uptoPermit2WitnessTypes,
  x402ExactPermit2ProxyAddress,
  x402UptoPermit2ProxyAddress,
} from "@x402/evm";
import { getAddress } from "viem";
import type { LocalAccount } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import type { Mint } from "../rig/mint-credential.ts";

/** EIP-3009, Permit2, and a maximum by Permit2 that is captured in part. */
export const stablecoinWays = ["exact", "exact-permit2", "upto"] as const;
export type StablecoinWay = (typeof stablecoinWays)[number];

/** How the wallet pays at the moment. */
export interface WalletMood {
  /** Seconds that a signature is good for; `undefined`: as long as the offer says. */
  validSeconds: number | undefined;
  /** Signs with a key that owns nothing. */
  isPoor: boolean;
  /** The payment will rightly be refused in the end. */
  isRefused: boolean;
}

export interface StablecoinWallet {
  readonly mood: WalletMood;
  readonly mint: Mint<StablecoinWay>;
  /** Payment keys of permits by their nonce, 64 hex digits: Permit2 leaves no event that names it. */
  readonly permits: ReadonlyMap<string, string>;
}

const chainId = 84_532;

/** Pays LIVE offers on the test chain. @param accounts With USDC, allowed to Permit2; each payment takes the next one. */
export function createStablecoinWallet(accounts: readonly LocalAccount[]): StablecoinWallet {
  const mood: WalletMood = { validSeconds: undefined, isPoor: false, isRefused: false };
  const permits = new Map<string, string>();
  let count = 0;
  return {
    mood,
    permits,
    mint: async (resource, way, { status, headers }) => {
      const name = `${way}-${++count}`;
      const required = parsePaymentRequired(String(headers["payment-required"] ?? ""));
      const accepted = required?.accepts.find(({ scheme }) => scheme === (way === "upto" ? "upto" : "exact"));
      if (accepted === undefined) throw new Error(`No ${way} offer in a ${status} of ${resource.slug}`);
      const [first] = accounts;
      const rich = accounts[count % accounts.length] ?? first;
      const account = mood.isPoor || rich === undefined ? privateKeyToAccount(generatePrivateKey()) : rich;
      const until = Math.floor(Date.now() / 1000) + (mood.validSeconds ?? accepted.maxTimeoutSeconds);
      const signed =
        way === "exact"
          ? await signTransfer(account, accepted, until)
          : await signPermit(account, accepted, until);
      if (signed.word !== undefined) permits.set(signed.word, signed.paymentKey);
      const header = formatPaymentPayload({ x402Version: 2, accepted, payload: signed.payload });
      return {
        name,
        wire: "x402",
        paymentKey: signed.paymentKey,
        slug: resource.slug,
        amount: BigInt(accepted.amount),
        goodUntil: until * 1000,
        ...(mood.isRefused ? { refused: true } : {}),
        resource,
        headers: { "payment-signature": header },
      };
    },
  };
}

interface Signed {
  readonly paymentKey: string;
  readonly payload: JsonObject;
  /** Permit2: the nonce as it stands in calldata. */
  readonly word?: string;
}

async function signTransfer(
  account: LocalAccount,
  { network, asset, payTo, amount, extra }: PaymentRequirements,
  until: number,
): Promise<Signed> {
  const nonce = `0x${randomBytes(32).toString("hex")}` as const;
  const message = {
    from: account.address,
    to: getAddress(payTo),
    value: BigInt(amount),
    validAfter: 0n,
    validBefore: BigInt(until),
    nonce,
  };
  const { name = "", version = "" } = extra;
  const signature = await account.signTypedData({
    domain: { name, version, chainId, verifyingContract: getAddress(asset) },
    types: authorizationTypes,
    primaryType: "TransferWithAuthorization",
    message,
  });
  const authorization = { ...message, value: amount, validAfter: "0", validBefore: `${until}` };
  return {
    paymentKey: eip3009PaymentKey(network, asset, account.address, nonce),
    payload: { signature, authorization },
  };
}

async function signPermit(
  account: LocalAccount,
  { scheme, network, asset, payTo, amount, extra }: PaymentRequirements,
  until: number,
): Promise<Signed> {
  const word = randomBytes(32).toString("hex");
  const nonce = BigInt(`0x${word}`);
  const permitted = { token: getAddress(asset), amount: BigInt(amount) };
  const spender = getAddress(scheme === "upto" ? x402UptoPermit2ProxyAddress : x402ExactPermit2ProxyAddress);
  const message = { permitted, spender, nonce, deadline: BigInt(until) };
  const domain = { name: "Permit2", chainId, verifyingContract: PERMIT2_ADDRESS } as const;
  const to = getAddress(payTo);
  const common = { domain, primaryType: "PermitWitnessTransferFrom" } as const;
  const facilitator = extra["facilitatorAddress"];
  const signature =
    scheme === "upto"
      ? await account.signTypedData({
          ...common,
          types: uptoPermit2WitnessTypes,
          message: {
            ...message,
            witness: { to, facilitator: getAddress(facilitator ?? ""), validAfter: 0n },
          },
        })
      : await account.signTypedData({
          ...common,
          types: permit2WitnessTypes,
          message: { ...message, witness: { to, validAfter: 0n } },
        });
  const permit2Authorization = {
    from: account.address,
    permitted: { token: permitted.token, amount },
    spender,
    nonce: `${nonce}`,
    deadline: `${until}`,
    witness: {
      to,
      ...(scheme === "upto" && facilitator !== undefined ? { facilitator } : {}),
      validAfter: "0",
    },
  };
  return {
    paymentKey: permit2PaymentKey(network, account.address, nonce),
    payload: { signature, permit2Authorization },
    word,
  };
}
