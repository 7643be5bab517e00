import { formatUsd, microUsdToMsat } from "@x402-paywall/core";
import type { MicroUsd, PaymentPageInput } from "@x402-paywall/core";

/** `$0.01`: no digit is lost, `$0.0004` stays. */
export function usdText(input: PaymentPageInput): string {
  return dollars(input.quote.amount);
}

/** `$1,234.50`. */
export function dollars(amount: MicroUsd): string {
  return `$${group(formatUsd(amount))}`;
}

/** `14 sat`: what the invoice asks for, else what the quote's rate gives. */
export function satText(input: PaymentPageInput): string {
  const msat = input.lightning?.amountMsat ?? microUsdToMsat(input.quote.amount, input.quote.rate);
  const fraction = (msat % 1000n).toString().padStart(3, "0").replace(/0+$/, "");
  const whole = group((msat / 1000n).toString());
  return `${whole}${fraction === "" ? "" : `.${fraction}`} sat`;
}

function group(decimal: string): string {
  const [whole = "0", fraction] = decimal.split(".");
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
