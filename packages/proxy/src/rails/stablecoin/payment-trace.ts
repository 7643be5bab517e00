import { isJsonObject, parseJson } from "@x402-paywall/core";
import type { Json, JsonObject, Proof } from "@x402-paywall/core";

/**
 * What finds a payment on its chain again without its proof, and where it was sent: the rail's note. No signature is in it:
 * whoever reads the database can move nobody's money.
 */
export interface PaymentTrace {
  readonly kind: "eip3009" | "permit2";
  readonly network: string;
  /** Payer, payee: lower-case addresses. */
  readonly from: string;
  readonly to: string;
  /** 32 bytes hex (EIP-3009), or a decimal integer (Permit2). */
  readonly nonce: string;
  /** Atomic units that were signed. */
  readonly maximum: bigint;
  /** Atomic units that are asked for; less than the maximum only where less may be captured. */
  readonly amount: bigint;
  /** `upto`. */
  readonly capture: boolean;
  /** Unix seconds: after it nobody can settle. */
  readonly until: number;
  /** Unix seconds: the first moment at which it was asked for. */
  readonly since: number;
  /** Of the facilitator that was asked: an unknown settlement is repeated nowhere else. */
  readonly facilitator: string;
}

/** @param amount Atomic units. @throws TypeError for proofs of other rails. */
export function traceOf(
  proof: Proof,
  amount: bigint,
  { facilitator, since }: { readonly facilitator: string; readonly since: number },
): PaymentTrace {
  if (proof.kind === "preimage") throw new TypeError("A preimage is no proof of this rail");
  const { network, scheme } = proof.requirements;
  const asked = { network, since, facilitator, capture: scheme === "upto" };
  if (proof.kind === "eip3009") {
    const { from, to, nonce, value, validBefore } = proof.authorization;
    const until = toSeconds(validBefore);
    return { ...asked, kind: "eip3009", from, to, nonce, amount: value, maximum: value, until };
  }
  const { from, to, nonce, deadline, amount: maximum } = proof.authorization;
  const until = toSeconds(deadline);
  return { ...asked, kind: "permit2", from, to, nonce: nonce.toString(), amount, maximum, until };
}

/** As it is written down: about 400 bytes of JSON. */
export function formatTrace({ amount, maximum, ...trace }: PaymentTrace): string {
  return JSON.stringify({ v: 1, ...trace, amount: amount.toString(), maximum: maximum.toString() });
}

/** `undefined` for what is no trace of ours. */
export function parseTrace(note: string | null | undefined): PaymentTrace | undefined {
  const json = note === null || note === undefined ? undefined : parseJson(note);
  if (json === undefined || !isJsonObject(json) || json.v !== 1) return undefined;
  const { kind, until, since, capture } = json;
  const [amount, maximum] = [toAmount(json.amount), toAmount(json.maximum)];
  const texts = textsOf(json, ["network", "from", "to", "nonce", "facilitator"]);
  if ((kind !== "eip3009" && kind !== "permit2") || texts === undefined) return undefined;
  if (amount === undefined || maximum === undefined || typeof capture !== "boolean") return undefined;
  if (!isSeconds(until) || !isSeconds(since)) return undefined;
  return { ...texts, kind, amount, maximum, capture, until, since };
}

function toAmount(json: Json | undefined): bigint | undefined {
  return typeof json === "string" && /^(0|[1-9]\d{0,77})$/.test(json) ? BigInt(json) : undefined;
}

function textsOf<Name extends string>(
  json: JsonObject,
  names: readonly Name[],
): Record<Name, string> | undefined {
  const texts: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = json[name];
    if (typeof value !== "string") return undefined;
    texts[name] = value;
  }
  return hasAll(texts, names) ? texts : undefined;
}

function hasAll<Name extends string>(
  texts: Partial<Record<Name, string>>,
  names: readonly Name[],
): texts is Record<Name, string> {
  return names.every((name) => texts[name] !== undefined);
}

function isSeconds(json: Json | undefined): json is number {
  return typeof json === "number" && Number.isSafeInteger(json);
}

/** A time that is no time of this world is the end of it. */
function toSeconds(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}
