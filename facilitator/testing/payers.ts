import { x402Client } from "@x402/core/client";
import type { PaymentPayload, PaymentRequirements } from "@x402/core/types";
import { ExactEvmScheme, UptoEvmScheme } from "@x402/evm";
import type { LocalAccount } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import type { Chain } from "../../e2e/chain/start-chain.ts";

/** A body of `/verify` and `/settle`. */
export interface Payment {
  readonly x402Version: 2;
  readonly paymentPayload: PaymentPayload;
  readonly paymentRequirements: PaymentRequirements;
}

export const newAddress = () => privateKeyToAccount(generatePrivateKey()).address;

/** Somebody new with USDC. `permit2`: and with an allowance for it. */
export async function createPayer(chain: Chain, { usdc = 10_000_000n, permit2 = false } = {}) {
  const account = privateKeyToAccount(generatePrivateKey());
  await chain.fund(account.address, usdc);
  if (permit2) await chain.approvePermit2(account);
  return account;
}

interface Terms {
  readonly scheme?: "exact" | "upto";
  readonly amount?: bigint;
  readonly payTo?: string;
  /** `exact`: by Permit2 in place of EIP-3009. */
  readonly permit2?: boolean;
  /** `upto`: who may capture. */
  readonly facilitator?: string;
  readonly asset?: string;
}

/** What a server asks for. */
export function createRequirements(chain: Chain, terms: Terms = {}): PaymentRequirements {
  const { scheme = "exact", amount = 10_000n, payTo = newAddress(), permit2 = false, facilitator } = terms;
  return {
    scheme,
    network: chain.network,
    asset: terms.asset ?? chain.asset,
    amount: amount.toString(),
    payTo,
    maxTimeoutSeconds: 300,
    extra: {
      name: "USDC",
      version: "2",
      ...(permit2 || scheme === "upto" ? { assetTransferMethod: "permit2" } : {}),
      ...(facilitator === undefined ? {} : { facilitatorAddress: facilitator }),
    },
  };
}

/** Signed by the official client, unmodified. */
export async function pay(account: LocalAccount, requirements: PaymentRequirements): Promise<Payment> {
  const client = new x402Client()
    .register("eip155:*", new ExactEvmScheme(account))
    .register("eip155:*", new UptoEvmScheme(account));
  const resource = { url: "http://127.0.0.1/paid" };
  const paymentPayload = await client.createPaymentPayload({
    x402Version: 2,
    resource,
    accepts: [requirements],
  });
  return { x402Version: 2, paymentPayload, paymentRequirements: requirements };
}
