import { isJsonArray, isJsonObject } from "../canonical-json.ts";
import type { Json, JsonObject } from "../canonical-json.ts";
import { decodeBase64Json, encodeBase64Groups, encodeBase64Json, encodeBase64Text } from "./base64-json.ts";

/**
 * x402 v2 shapes (https://github.com/coinbase/x402, specs/x402-specification-v2). Headers are standard padded base64 of
 * UTF-8 JSON. Parsers and formatters live beside these types.
 */
export interface PaymentRequirements {
  readonly scheme: "exact" | "upto";
  /** CAIP-2, e.g. `eip155:84532`. */
  readonly network: string;
  /** Atomic units, decimal string. */
  readonly amount: string;
  readonly asset: string;
  readonly payTo: string;
  readonly maxTimeoutSeconds: number;
  /** `name` and `version` are the token's EIP-712 domain; `quote` and `seal` are ours, see `seal-requirements.ts`. */
  readonly extra: Readonly<Record<string, string>>;
}

export interface ResourceInfo {
  readonly url: string;
  readonly description?: string;
  readonly mimeType?: string;
  readonly serviceName?: string;
}

export interface PaymentRequired {
  readonly x402Version: 2;
  readonly error?: string;
  readonly resource: ResourceInfo;
  readonly accepts: readonly PaymentRequirements[];
  readonly extensions?: JsonObject;
}

export interface PaymentPayload {
  readonly x402Version: 1 | 2;
  /** The chosen requirements, whole; v1 payloads have none. */
  readonly accepted?: PaymentRequirements;
  /** v1 names the scheme and a short network name instead. */
  readonly scheme?: string;
  readonly network?: string;
  readonly payload: JsonObject;
  readonly extensions?: JsonObject;
}

export interface SettlementResponse {
  readonly success: boolean;
  readonly errorReason?: string;
  readonly payer?: string;
  /** Empty where there is none. */
  readonly transaction: string;
  readonly network: string;
  readonly amount?: string;
}

/**
 * Value of `PAYMENT-REQUIRED`: padded standard base64, the only form that the official decoders take.
 * @param extensions In place of the challenge's own; of the same object the text is made once.
 */
export function formatPaymentRequired(required: PaymentRequired, extensions?: JsonObject): string {
  if (extensions === undefined) return encodeBase64Json(required);
  const head = JSON.stringify({ ...required, extensions: undefined });
  // Each challenge repeats them, and they are most of its bytes: they are encoded apart, which whole groups allow.
  return encodeBase64Groups(`${head.slice(0, -1)},`) + tailOf(extensions).base64;
}

/** `"extensions":{…}}`: the end of an object's JSON, from its last comma. */
export function extensionsMember(extensions: JsonObject): string {
  return tailOf(extensions).text;
}

interface Tail {
  readonly text: string;
  readonly base64: string;
}

const tails = new WeakMap<JsonObject, Tail>();

function tailOf(extensions: JsonObject): Tail {
  const known = tails.get(extensions);
  if (known !== undefined) return known;
  const text = `"extensions":${JSON.stringify(extensions)}}`;
  const tail = { text, base64: encodeBase64Text(text) };
  tails.set(extensions, tail);
  return tail;
}

/** Reads `PAYMENT-REQUIRED`; requirements that are not understood are left out. */
export function parsePaymentRequired(value: string): PaymentRequired | undefined {
  const decoded = decodeBase64Json(value, "any");
  if (!decoded.ok || !isJsonObject(decoded.value)) return undefined;
  const { x402Version, error, resource, accepts, extensions } = decoded.value;
  if (x402Version !== 2 || accepts === undefined || !isJsonArray(accepts)) return undefined;
  return {
    x402Version,
    ...(typeof error === "string" ? { error } : {}),
    resource: readResource(resource),
    accepts: accepts.map(readRequirements).filter((entry) => entry !== undefined),
    ...(isJsonObject(extensions) ? { extensions } : {}),
  };
}

/** Value of `PAYMENT-SIGNATURE`. */
export function formatPaymentPayload(payload: PaymentPayload): string {
  return encodeBase64Json(payload);
}

/** Reads `PAYMENT-SIGNATURE` (v2) or `X-PAYMENT` (v1). */
export function parsePaymentPayload(value: string): PaymentPayload | undefined {
  const decoded = decodeBase64Json(value, "any");
  return decoded.ok ? readPaymentPayload(decoded.value) : undefined;
}

/** The payload inside of decoded JSON. */
export function readPaymentPayload(json: Json): PaymentPayload | undefined {
  if (!isJsonObject(json) || !isJsonObject(json.payload)) return undefined;
  const { x402Version, payload, scheme, network, extensions } = json;
  const common = { payload, ...(isJsonObject(extensions) ? { extensions } : {}) };
  if (x402Version === 1) {
    return typeof scheme === "string" && typeof network === "string"
      ? { x402Version, scheme, network, ...common }
      : undefined;
  }
  const accepted = readRequirements(json.accepted ?? null);
  return x402Version === 2 && accepted !== undefined ? { x402Version, accepted, ...common } : undefined;
}

/** Value of `PAYMENT-RESPONSE`. */
export function formatSettlementResponse(response: SettlementResponse): string {
  return encodeBase64Json(response);
}

/** Reads `PAYMENT-RESPONSE` or v1's `X-PAYMENT-RESPONSE`. */
export function parseSettlementResponse(value: string): SettlementResponse | undefined {
  const decoded = decodeBase64Json(value, "any");
  if (!decoded.ok || !isJsonObject(decoded.value)) return undefined;
  const { success, errorReason, payer, transaction, network, amount } = decoded.value;
  if (typeof success !== "boolean" || typeof transaction !== "string" || typeof network !== "string")
    return undefined;
  return {
    success,
    ...(typeof errorReason === "string" ? { errorReason } : {}),
    ...(typeof payer === "string" ? { payer } : {}),
    transaction,
    network,
    ...(typeof amount === "string" ? { amount } : {}),
  };
}

function readRequirements(json: Json): PaymentRequirements | undefined {
  if (!isJsonObject(json)) return undefined;
  const { scheme, network, amount, asset, payTo, maxTimeoutSeconds } = json;
  const extra = readExtra(json.extra ?? {});
  if (scheme !== "exact" && scheme !== "upto") return undefined;
  if (typeof network !== "string" || typeof asset !== "string" || typeof payTo !== "string") return undefined;
  if (typeof amount !== "string" || !/^(0|[1-9]\d{0,77})$/.test(amount)) return undefined;
  if (typeof maxTimeoutSeconds !== "number" || !Number.isSafeInteger(maxTimeoutSeconds)) return undefined;
  return extra && { scheme, network, amount, asset, payTo, maxTimeoutSeconds, extra };
}

function readExtra(json: Json): Readonly<Record<string, string>> | undefined {
  return isStrings(json) ? json : undefined;
}

function isStrings(json: Json): json is Readonly<Record<string, string>> & JsonObject {
  return isJsonObject(json) && Object.values(json).every((value) => typeof value === "string");
}

function readResource(json: Json | undefined): ResourceInfo {
  if (!isJsonObject(json)) return { url: "" };
  const { url, description, mimeType, serviceName } = json;
  return {
    url: typeof url === "string" ? url : "",
    ...(typeof description === "string" ? { description } : {}),
    ...(typeof mimeType === "string" ? { mimeType } : {}),
    ...(typeof serviceName === "string" ? { serviceName } : {}),
  };
}
