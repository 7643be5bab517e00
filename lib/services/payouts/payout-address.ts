import { checksumAddress } from "@x402-paywall/proxy";
import { z } from "zod";

export interface PayoutAddress {
  /** EIP-55. */
  readonly address: string;
  /** Whether what was pasted carried a checksum, so that a mistyped character would have been noticed. */
  readonly hadChecksum: boolean;
}

/** One EVM address as somebody pastes it. Each refusal says what it is instead, and what to do. */
export const payoutAddress = z
  .string("Paste an address.")
  .max(1_000, "This is too long for an address.")
  .transform((pasted, context): PayoutAddress => {
    const text = pasted.trim();
    const fault = describeFault(text);
    if (fault === undefined) return { address: checksumAddress(text), hadChecksum: isMixedCase(text) };
    context.addIssue({ code: "custom", message: fault });
    return z.NEVER;
  });

function describeFault(text: string): string | undefined {
  if (text === "") return "Paste an address.";
  return describeSecret(text) ?? describeForm(text) ?? describePlace(text);
}

/** What should not have been pasted at all. Nothing of it is kept or logged. */
function describeSecret(text: string): string | undefined {
  if (/^(0x)?[0-9a-f]{64}$/i.test(text))
    return "This is a private key or the hash of a transaction, not an address. If it is a key, do not paste it anywhere again and move what it holds to a new wallet.";
  if (/^[a-z]+(\s+[a-z]+){11,23}$/i.test(text))
    return "These look like the secret words of a wallet, not like its address. Do not paste them anywhere again and move what they hold to a new wallet.";
  return undefined;
}

function describeForm(text: string): string | undefined {
  if (/^[^\s:]+:\S*0x/i.test(text))
    return "Paste only the part that starts with 0x; you choose the networks below.";
  if (!text.includes("/") && /^[^\s.]+(\.[^\s.]+)*\.[a-z]{2,}$/i.test(text))
    return `Names such as ${text.slice(0, 40)} are not looked up, because they may lead elsewhere tomorrow. Paste the address that it stands for; it starts with 0x.`;
  if (!text.startsWith("0x"))
    return "An address starts with 0x, and 40 characters follow: digits and the letters a to f.";
  const digits = text.slice(2);
  if (!/^[0-9a-f]*$/i.test(digits)) return "An address has only digits and the letters a to f behind 0x.";
  if (digits.length !== 40) return `This has ${digits.length} characters behind 0x; an address has 40.`;
  if (isMixedCase(text) && checksumAddress(text) !== text)
    return "Its capital letters are not those of this address (the EIP-55 checksum), so a character was changed. Copy it again from your wallet.";
  return undefined;
}

/** Addresses that nobody has a key of. */
function describePlace(text: string): string | undefined {
  const value = BigInt(text);
  if (value === 0n) return "This is the zero address: nobody has its key, and what is sent there is lost.";
  // Precompiles, and 0x…dEaD where tokens are burnt.
  if (value <= 0xffffn)
    return "This address belongs to the chain itself: nobody has its key, and what is sent there is lost.";
  if (shared.has(text.toLowerCase()))
    return "This is a contract that everybody uses to pay, not a wallet: what is sent to it is lost.";
  return undefined;
}

// Permit2, and x402's own proxies for it.
const shared: ReadonlySet<string> = new Set([
  "0x000000000022d473030f116ddee9f6b43ac78ba3",
  "0x402085c248eea27d92e8b30b2c58ed07f9e20001",
  "0x4020a4f3b7b90cca423b9fabcc0ce57c6c240002",
]);

function isMixedCase(text: string): boolean {
  const letters = text.slice(2).replaceAll(/\d/g, "");
  return letters !== letters.toLowerCase() && letters !== letters.toUpperCase();
}
