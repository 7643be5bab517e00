import type { CheckoutView } from "./checkout-view.ts";

const SAID_MS = 1500;

/** Makes the copy button work; the invoice is selected when it gets focus. */
export function copyFrom(view: CheckoutView, signal: AbortSignal): void {
  const button = view.find("copy");
  const field = view.find("invoice");
  if (button === null || !(field instanceof HTMLInputElement)) return;
  button.hidden = false;
  button.addEventListener("click", () => void copy(field, button), { signal });
  field.addEventListener("focus", () => field.select(), { signal });
}

async function copy(field: HTMLInputElement, button: HTMLElement): Promise<void> {
  await copyText(field.value, () => field.select());
  button.textContent = button.dataset["done"] ?? "";
  setTimeout(() => {
    button.textContent = button.dataset["label"] ?? "";
  }, SAID_MS);
}

/** Where the clipboard is not allowed, what `select` selects is copied the old way. */
export async function copyText(text: string, select: () => void): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    select();
    // Deprecated, and the only way on pages without HTTPS.
    document.execCommand("copy");
  }
}
