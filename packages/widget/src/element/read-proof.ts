import { toHex } from "@x402-paywall/core";
import type { CheckoutView } from "../checkout/checkout-view.ts";

/** The form for a preimage: takes only the one of the invoice that is shown. */
export function readProof(view: CheckoutView, take: (preimage: string) => void): void {
  const field = view.find("preimage");
  const form = view.find("proof");
  if (!(field instanceof HTMLInputElement) || !(form instanceof HTMLFormElement)) return;
  form.noValidate = true;
  const check = async (): Promise<void> => {
    const preimage = field.value.trim().toLowerCase();
    const fits = /^[0-9a-f]{64}$/.test(preimage) && (await isPreimageOf(view.data("hash"), preimage));
    field.setAttribute("aria-invalid", String(!fits));
    if (fits && !view.isBusy) take(preimage);
    else if (!fits) view.show("problem", field.dataset["wrong"] ?? "");
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void check();
  });
}

async function isPreimageOf(hash: string, preimage: string): Promise<boolean> {
  // Pages without HTTPS have no SubtleCrypto: there the server checks alone.
  if (!isSecureContext) return true;
  const bytes = Uint8Array.from(preimage.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))) === hash;
}
