import { formatPaymentPayload } from "@x402-paywall/core";
import type { PaymentRequirements } from "@x402-paywall/core";
import type { Eip1193Provider } from "./eip1193.ts";
import { typedPayment } from "./typed-payment.ts";

/** The account is a contract: what it signs can be checked on its chain only, and is taken by no seller here. */
export class ContractSignature extends Error {
  override readonly name = "ContractSignature";
}

/**
 * Has a wallet sign a payment of these requirements: base64 of the x402 v2 payload. Nothing has moved then.
 * @param now Unix seconds, by the seller's clock.
 * @throws what the wallet says; ContractSignature
 */
export async function signPayment(
  provider: Eip1193Provider,
  from: string,
  requirements: PaymentRequirements,
  now: number,
): Promise<string> {
  const nonce = `0x${hex(crypto.getRandomValues(new Uint8Array(32)))}`;
  const { typedData, payload } = typedPayment(requirements, { from, now, nonce });
  const params = [from, JSON.stringify(typedData)];
  const signature = canonical(await provider.request({ method: "eth_signTypedData_v4", params }));
  return formatPaymentPayload({
    x402Version: 2,
    accepted: requirements,
    payload: { signature, ...payload },
  });
}

/** 65 bytes with `v` as contracts want it: some wallets count it from zero. */
function canonical(signature: unknown): string {
  const text = String(signature);
  if (!/^0x[0-9a-fA-F]{130}$/.test(text)) throw new ContractSignature();
  const v = Number.parseInt(text.slice(-2), 16);
  return v > 1 ? text : `${text.slice(0, -2)}${(v + 27).toString(16)}`;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
