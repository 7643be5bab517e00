import type { EvmWallet, LightningWallet } from "@x402-paywall/core/client";
import { createSandboxPayer } from "@x402-paywall/proxy/rails/sandbox";
import { CliError } from "../cli-error.ts";

export const walletNames = ["sandbox", "evm-key"] as const;
/** `sandbox`: TEST money that nobody owns. `evm-key`: a key of the user's, for test USDC on Base Sepolia. */
export type WalletName = (typeof walletNames)[number];

/** Where `evm-key` finds its key: 64 hex digits. Not a flag, which other users of the machine could read. */
export const EVM_KEY_VARIABLE = "X402_PAYWALL_EVM_KEY";

/** @throws CliError `usage` where the key is missing or is none. */
export function openWallets(
  name: WalletName,
  env: Readonly<Record<string, string | undefined>>,
  lightning: LightningWallet,
): { readonly evm: EvmWallet; readonly lightning?: LightningWallet } {
  if (name === "sandbox") return { evm: createSandboxPayer(), lightning };
  const text = (env[EVM_KEY_VARIABLE] ?? "").trim().replace(/^0x/i, "");
  if (!/^[0-9a-fA-F]{64}$/.test(text)) {
    throw new CliError(
      "usage",
      text === "" ? `${EVM_KEY_VARIABLE} is not set.` : `${EVM_KEY_VARIABLE} is no private key.`,
      "Set it to the 64 hex digits of a key that holds test USDC on Base Sepolia, and nothing else.",
    );
  }
  return { evm: createSandboxPayer({ privateKey: Buffer.from(text, "hex") }) };
}
