import { PaywallError } from "@x402-paywall/core";

/** The request's `Idempotency-Key`, quoted (as the IETF draft has it) or not. @throws PaywallError `bad_request` */
export function readIdempotencyKey(headers: Headers): string | undefined {
  const value = headers.get("idempotency-key");
  if (value === null) return undefined;
  const key = /^"([^"\\]{1,255})"$/.exec(value)?.[1] ?? value;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new PaywallError("bad_request", {
      detail: "Idempotency-Key takes 1 to 255 printable ASCII characters.",
    });
  }
  return key;
}
