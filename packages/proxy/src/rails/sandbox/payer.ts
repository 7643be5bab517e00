import type { EvmWallet, TransferTypedData } from "@x402-paywall/core/client";
import { concatBytes, toHex } from "@x402-paywall/core";
import { addressOf, checksumAddress } from "../../evm/address.ts";
import { type Curve, nobleCurve } from "../../evm/curve.ts";
import { createEip3009Digest } from "../../evm/eip3009-digest.ts";
import { SANDBOX_CHAIN_ID } from "./evm-terms.ts";

export interface SandboxPayerOptions {
  /** 32 bytes. Default: fresh ones, which nobody has seen and which hold nothing. */
  readonly privateKey?: Uint8Array;
  readonly curve?: Curve;
}

/**
 * A wallet for `createPayingFetch` that signs x402 `exact` payments for the sandbox's network, Base Sepolia, and for no
 * other: whatever a server asks, no money of anybody's can be spent with it.
 * @example createPayingFetch({ wallets: { evm: createSandboxPayer() }, budget: { totalUsd: 100_000n } })
 */
export function createSandboxPayer(options: SandboxPayerOptions = {}): EvmWallet {
  const { privateKey = crypto.getRandomValues(new Uint8Array(32)), curve = nobleCurve } = options;
  return {
    address: hexText(checksumAddress(addressOf(curve.publicKey(privateKey)))),
    signTypedData: async (data) => {
      const { signature, recoveryId } = curve.sign(digestOf(data), privateKey);
      return `0x${toHex(concatBytes(signature, Uint8Array.of(27 + recoveryId)))}`;
    },
  };
}

/** @throws RangeError for another chain, and for fields that are none. */
function digestOf({ domain, message }: TransferTypedData): Uint8Array {
  const chainId = BigInt(domain.chainId);
  if (chainId !== SANDBOX_CHAIN_ID) {
    throw new RangeError(`The sandbox pays on eip155:${SANDBOX_CHAIN_ID} only, not on eip155:${chainId}`);
  }
  const digest = createEip3009Digest({ ...domain, chainId })(message);
  if (digest === undefined) throw new RangeError("The payment names something that is no address");
  return digest;
}

function hexText(text: string): `0x${string}` {
  return `0x${text.slice(2)}`;
}
