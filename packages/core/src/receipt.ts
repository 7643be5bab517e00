import { fromBase64Url, toBase64Url } from "./base64.ts";
import { fromUtf8, utf8 } from "./bytes.ts";
import { canonicalJson, isJsonObject } from "./canonical-json.ts";
import type { Json, JsonObject } from "./canonical-json.ts";
import type { Signer, VerifySignature } from "./crypto.ts";
import type { MicroUsd, Rate } from "./money.ts";
import { parseJson } from "./parse-json.ts";
import type { Mode } from "./quote.ts";
import type { RailId, WireId } from "./rail.ts";
import { formatRate, parseRate } from "./rate-json.ts";
import type { Usage } from "./usage.ts";
import { formatUsage, parseUsage } from "./usage-json.ts";

/** The signed statement that a payment settled: the payload of a compact JWS (EdDSA, RFC 8037). */
export interface Receipt {
  /** `rcp_` and 22 base64url characters. */
  readonly id: string;
  readonly mode: Mode;
  readonly endpointId: string;
  readonly workspaceId: string;
  readonly quoteId: string;
  readonly bindingHash: string;
  readonly rail: RailId;
  readonly wire: WireId;
  /** The money's own identity: see `paymentKey` in `keys.ts`. Never a preimage or a signature. */
  readonly paymentKey: string;
  /** Address or other public identity of who paid, where the rail knows one. */
  readonly payer?: string;
  readonly amount: MicroUsd;
  /** What actually moved, in the rail's unit: `{ asset: "BTC", amount: "10000", unit: "msat" }`. */
  readonly settled: {
    readonly asset: string;
    readonly amount: string;
    readonly unit: string;
    readonly network: string;
  };
  /** The rail's reference: transaction hash, payment hash, PaymentIntent. */
  readonly reference: string;
  /** Unix seconds. */
  readonly settledAt: number;
  /** What was measured, where the amount follows from it (x402 `upto`). */
  readonly usage?: Usage;
  /** What a dollar was worth when the quote was made, where Bitcoin moved. Receipts of before 2026-12 have none. */
  readonly rate?: Rate;
}

/** The public keys that verify receipts (RFC 7517, RFC 8037); served under `/.well-known/jwks.json`. */
export interface Jwks {
  readonly keys: readonly {
    readonly kty: "OKP";
    readonly crv: "Ed25519";
    readonly alg: "EdDSA";
    readonly use: "sig";
    readonly kid: string;
    /** Base64url of the raw 32-byte public key. */
    readonly x: string;
  }[];
}

const rails: readonly RailId[] = ["lightning", "stablecoin", "card", "sandbox"];
const wires: readonly WireId[] = ["x402", "l402", "mpp", "access"];

/** Signs a receipt: compact JWS, payload canonical JSON with amounts as decimal strings. */
export function issueReceipt(receipt: Receipt, signer: Signer): string {
  const header = canonicalJson({ alg: "EdDSA", kid: signer.kid, typ: "receipt+jwt" });
  const signed = `${encodePart(header)}.${encodePart(canonicalJson(receiptPayload(receipt)))}`;
  return `${signed}.${toBase64Url(signer.sign(utf8(signed)))}`;
}

/** The JSON form of a receipt: what is signed, and what a reader is shown. */
export function receiptPayload(receipt: Receipt): JsonObject {
  const { usage, rate, ...rest } = receipt;
  return {
    ...rest,
    amount: receipt.amount.toString(),
    ...(usage === undefined ? {} : { usage: formatUsage(usage) }),
    ...(rate === undefined ? {} : { rate: formatRate(rate) }),
  };
}

/**
 * Verifies a receipt offline. Resolves to `undefined` for anything that is not a receipt signed by one of the keys;
 * rejects only where `verify` does.
 */
export async function verifyReceipt(
  jws: string,
  jwks: Jwks,
  verify: VerifySignature,
): Promise<Receipt | undefined> {
  const [header = "", payload = "", signature = "", ...rest] = jws.split(".");
  const protectedHeader = decodePart(header);
  const bytes = fromBase64Url(signature);
  if (rest.length > 0 || !isJsonObject(protectedHeader) || bytes?.length !== 64) return undefined;
  const { alg, kid, typ } = protectedHeader;
  const key = jwks.keys.find((entry) => entry.kid === kid && entry.crv === "Ed25519");
  const publicKey = fromBase64Url(key?.x ?? "");
  if (alg !== "EdDSA" || typ !== "receipt+jwt" || publicKey?.length !== 32) return undefined;
  if (!(await verify(publicKey, bytes, utf8(`${header}.${payload}`)))) return undefined;
  return readReceipt(decodePart(payload));
}

/** The inverse of {@link receiptPayload}. */
export function readReceipt(json: Json | undefined): Receipt | undefined {
  if (!isJsonObject(json)) return undefined;
  const {
    id,
    endpointId,
    workspaceId,
    quoteId,
    bindingHash,
    paymentKey,
    payer,
    amount,
    reference,
    settledAt,
  } = json;
  const rail = rails.find((entry) => entry === json.rail);
  const wire = wires.find((entry) => entry === json.wire);
  const settled = readSettled(json.settled);
  if (!isText(id) || !isText(endpointId) || !isText(workspaceId) || !isText(quoteId)) return undefined;
  if (!isText(bindingHash) || !isText(paymentKey) || !isText(reference) || settled === undefined)
    return undefined;
  const mode = json.mode === "test" || json.mode === "live" ? json.mode : undefined;
  if (mode === undefined || rail === undefined || wire === undefined) return undefined;
  if (!isText(amount) || !/^(0|[1-9]\d{0,38})$/.test(amount)) return undefined;
  if (typeof settledAt !== "number" || !Number.isSafeInteger(settledAt)) return undefined;
  if (payer !== undefined && !isText(payer)) return undefined;
  const usage = parseUsage(json.usage);
  if (json.usage !== undefined && usage === undefined) return undefined;
  const rate = parseRate(json.rate);
  if (json.rate !== undefined && rate === undefined) return undefined;
  return {
    id,
    mode,
    endpointId,
    workspaceId,
    quoteId,
    bindingHash,
    rail,
    wire,
    paymentKey,
    ...(payer === undefined ? {} : { payer }),
    amount: BigInt(amount),
    settled,
    reference,
    settledAt,
    ...(usage === undefined ? {} : { usage }),
    ...(rate === undefined ? {} : { rate }),
  };
}

function readSettled(json: Json | undefined): Receipt["settled"] | undefined {
  if (!isJsonObject(json)) return undefined;
  const { asset, amount, unit, network } = json;
  if (!isText(asset) || !isText(amount) || !isText(unit) || !isText(network)) return undefined;
  return { asset, amount, unit, network };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function encodePart(text: string): string {
  return toBase64Url(utf8(text));
}

function decodePart(part: string): Json | undefined {
  const bytes = fromBase64Url(part);
  return bytes && parseJson(fromUtf8(bytes) ?? "");
}

/** The key set that verifies what these signers sign; keep retired ones in it. */
export function formatJwks(signers: readonly Pick<Signer, "kid" | "publicKey">[]): Jwks {
  return {
    keys: signers.map(({ kid, publicKey }) => ({
      kty: "OKP",
      crv: "Ed25519",
      alg: "EdDSA",
      use: "sig",
      kid,
      x: toBase64Url(publicKey),
    })),
  };
}
