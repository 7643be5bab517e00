import { fromBase64Url, toBase64Url } from "../base64.ts";
import { fromUtf8, utf8 } from "../bytes.ts";
import { isJsonObject } from "../canonical-json.ts";
import { parseJson } from "../parse-json.ts";

/** The `Payment-Receipt` header of a paid answer. */
export interface PaymentReceipt {
  readonly status: "success";
  readonly method: string;
  /** RFC 3339. */
  readonly timestamp: string;
  /** The rail's reference: payment hash or transaction, never a preimage. */
  readonly reference: string;
  readonly challengeId?: string;
  /** Our signed receipt: compact JWS. */
  readonly jws?: string;
  /** Where our receipt can be read. */
  readonly url?: string;
  /** Decimal dollars, where the amount follows from usage. */
  readonly charged?: string;
  /** The usage was counted by the paywall, because the upstream reported none. */
  readonly estimated?: boolean;
  readonly refundSats?: number;
  readonly refundStatus?: string;
}

/** Base64url JSON, members in the order in which they were given. */
export function formatPaymentReceipt(receipt: PaymentReceipt): string {
  return toBase64Url(utf8(JSON.stringify(receipt)));
}

/** Reads a `Payment-Receipt` header; amounts that a double cannot hold exactly are refused rather than rounded. */
export function parsePaymentReceipt(value: string): PaymentReceipt | undefined {
  const text = fromUtf8(fromBase64Url(value) ?? new Uint8Array());
  const json: unknown = parseJson(text ?? "");
  return isReceipt(json) ? json : undefined;
}

function isReceipt(json: unknown): json is PaymentReceipt {
  if (!isJsonObject(json) || json.status !== "success") return false;
  if (json.refundSats !== undefined && !Number.isSafeInteger(json.refundSats)) return false;
  const demanded = [json.method, json.timestamp, json.reference];
  const optional = [json.challengeId, json.jws, json.url, json.charged, json.refundStatus];
  return (
    demanded.every((member) => typeof member === "string") &&
    optional.every((member) => member === undefined || typeof member === "string")
  );
}
