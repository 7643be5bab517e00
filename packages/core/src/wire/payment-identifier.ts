import { isJsonObject } from "../canonical-json.ts";
import type { JsonObject } from "../canonical-json.ts";
import { PaywallError } from "../problem.ts";

/** Key of the extension, in a challenge and in a payment. */
export const PAYMENT_IDENTIFIER = "payment-identifier";

/** What a challenge says of the x402 extension `payment-identifier`: an identifier is welcome, not required. */
export const paymentIdentifierExtension: JsonObject = {
  info: { required: false },
  schema: {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: {
      required: { type: "boolean" },
      id: { type: "string", minLength: 16, maxLength: 128, pattern: "^[a-zA-Z0-9_-]+$" },
    },
    required: ["required"],
  },
};

/**
 * The payer's identifier in the extensions of a payment: 16 to 128 letters, digits, `-` and `_`. `undefined` where the
 * challenge was only echoed, as stock clients do.
 * @throws PaywallError `bad_request` naming the field.
 */
export function readPaymentIdentifier(extensions: JsonObject | undefined): string | undefined {
  const extension = extensions?.[PAYMENT_IDENTIFIER];
  if (extension === undefined) return undefined;
  const { info } = isJsonObject(extension) ? extension : {};
  if (!isJsonObject(info)) throw refuse("info", "Send an object.");
  const { id } = info;
  if (id === undefined) return undefined;
  if (typeof id === "string" && /^[a-zA-Z0-9_-]{16,128}$/.test(id)) return id;
  throw refuse("info.id", "Send 16 to 128 letters, digits, - and _.");
}

function refuse(member: string, message: string): PaywallError {
  const field = `extensions.${PAYMENT_IDENTIFIER}.${member}`;
  return new PaywallError("bad_request", { detail: `${field}: ${message}`, errors: [{ field, message }] });
}
