import type { Json, JsonObject, PaymentRequirements } from "@x402-paywall/core";
import { isJsonArray, isJsonObject, parseJson } from "@x402-paywall/core";
import { type HttpAnswer, type HttpSend, NotSentError } from "../../http-send.ts";

/** Where a facilitator answers, and what it wants to be shown. */
export interface FacilitatorAddress {
  readonly url: string;
  /** `Authorization`, an API key: sent with each request, written nowhere. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A payment as the facilitator protocol (x402 v2) carries it. */
export interface FacilitatorRequest {
  readonly payload: JsonObject;
  /** `amount` is what to move: for `upto` less than what was signed. */
  readonly requirements: PaymentRequirements;
  /** What was signed for; differs in `upto`'s amount. */
  readonly accepted: PaymentRequirements;
}

/** `retryAfter` in seconds. */
export type VerifyReply =
  | { readonly outcome: "valid"; readonly payer: string | undefined }
  | { readonly outcome: "invalid"; readonly reason: string }
  | { readonly outcome: "no-answer"; readonly retryAfter: number };

export type SettleReply =
  | { readonly outcome: "settled" | "pending"; readonly transaction: string }
  /** `decided`: nothing was sent. Else it may have been: its own answer to that got lost. */
  | { readonly outcome: "refused"; readonly reason: string; readonly decided: boolean }
  /** Nobody has seen the request. */
  | { readonly outcome: "not-sent"; readonly retryAfter: number }
  /** Whatever was done was not told. */
  | { readonly outcome: "unknown"; readonly retryAfter: number };

export interface SupportedKind {
  readonly scheme: string;
  readonly network: string;
  /** `upto`: whom clients sign as the one who may capture. */
  readonly facilitator: string | undefined;
}

export interface Supported {
  readonly kinds: readonly SupportedKind[];
  /** Lower-case addresses that it settles with. */
  readonly signers: readonly string[];
}

export interface FacilitatorClient {
  verify(request: FacilitatorRequest): Promise<VerifyReply>;
  settle(request: FacilitatorRequest): Promise<SettleReply>;
  /** Rejects where it does not answer. */
  supported(): Promise<Supported>;
}

/** Reads only; and the payment is claimed meanwhile, whose lease is half a minute. */
const VERIFY_MS = 5_000;
const DEFAULT_RETRY_SECONDS = 5;
const MAX_RETRY_SECONDS = 60;

/** Each question is asked once: what silence means is decided by whoever knows what the question was. */
export function createFacilitatorClient(
  { url, headers = {} }: FacilitatorAddress,
  send: HttpSend,
  timeoutMs: number,
): FacilitatorClient {
  const base = url.replace(/\/+$/, "");
  const post = (
    path: string,
    { payload, requirements, accepted }: FacilitatorRequest,
    limitMs = timeoutMs,
  ): Promise<HttpAnswer> => {
    const paymentPayload = { x402Version: 2, accepted, payload };
    const body = JSON.stringify({ x402Version: 2, paymentPayload, paymentRequirements: requirements });
    return send({ method: "POST", url: `${base}${path}`, headers, body, timeoutMs: limitMs });
  };
  return {
    verify: async (request) => {
      try {
        return readVerify(await post("/verify", request, Math.min(timeoutMs, VERIFY_MS)));
      } catch {
        return { outcome: "no-answer", retryAfter: DEFAULT_RETRY_SECONDS };
      }
    },
    settle: async (request) => {
      try {
        return readSettle(await post("/settle", request));
      } catch (error) {
        const outcome = error instanceof NotSentError ? "not-sent" : "unknown";
        return { outcome, retryAfter: DEFAULT_RETRY_SECONDS };
      }
    },
    supported: async () => {
      const answer = await send({ method: "GET", url: `${base}/supported`, headers, timeoutMs });
      return readSupported(answer);
    },
  };
}

/** Refusals come with 200 or 4xx; what a proxy in between says (401, 429, 5xx, HTML) decides nothing about the payment. */
function readObject({ status, body }: HttpAnswer): JsonObject | undefined {
  if (status >= 500 || status === 401 || status === 403 || status === 429) return undefined;
  const json = parseJson(body);
  return isJsonObject(json) ? json : undefined;
}

function readVerify(answer: HttpAnswer): VerifyReply {
  const json = readObject(answer);
  if (json?.isValid === true && answer.status === 200) return { outcome: "valid", payer: textOf(json.payer) };
  if (json?.isValid === false) return { outcome: "invalid", reason: reasonOf(json.invalidReason) };
  return { outcome: "no-answer", retryAfter: readRetryAfter(answer) };
}

function readSettle(answer: HttpAnswer): SettleReply {
  const json = readObject(answer);
  const transaction = textOf(json?.transaction) ?? "";
  if (json?.success === true && answer.status === 200 && isHash(transaction))
    return { outcome: "settled", transaction };
  if (json?.success === false) {
    // Sent, and not in a block yet: never a failure.
    if (isHash(transaction)) return { outcome: "pending", transaction };
    const reason = reasonOf(json.errorReason);
    return { outcome: "refused", reason, decided: !UNDECIDED.test(reason) };
  }
  return { outcome: "unknown", retryAfter: readRetryAfter(answer) };
}

/**
 * Said by those who may have sent something, or who see on the chain what our node does not see yet. The official facilitator
 * calls it `…_transaction_failed` when its node's answer to a broadcast is lost. What cannot be read says no more.
 */
const UNDECIDED =
  /pending|duplicate|unexpected|unspecified|transaction|broadcast|chain|node|nonce|timed?_?out/i;

function readSupported({ status, body }: HttpAnswer): Supported {
  const json = parseJson(body);
  if (
    status !== 200 ||
    json === undefined ||
    !isJsonObject(json) ||
    json.kinds === undefined ||
    !isJsonArray(json.kinds)
  )
    throw new Error(`The facilitator answered ${status} and does not say what it supports`);
  const kinds = json.kinds.flatMap((kind) => {
    if (!isJsonObject(kind) || kind.x402Version !== 2) return [];
    const { extra = null } = kind;
    const [scheme, network] = [textOf(kind.scheme), textOf(kind.network)];
    if (scheme === undefined || network === undefined) return [];
    const facilitator = isJsonObject(extra) ? textOf(extra.facilitatorAddress) : undefined;
    return [{ scheme, network, facilitator }];
  });
  return { kinds, signers: readSigners(json.signers) };
}

function readSigners(json: Json | undefined): readonly string[] {
  if (json === undefined || !isJsonObject(json)) return [];
  return Object.values(json)
    .flatMap((addresses) => (addresses !== undefined && isJsonArray(addresses) ? addresses : []))
    .flatMap((address) => (typeof address === "string" ? [address.toLowerCase()] : []));
}

function textOf(json: Json | undefined): string | undefined {
  return typeof json === "string" ? json : undefined;
}

/** Goes into answers and logs: a word, and nothing that could be anything else. */
function reasonOf(json: Json | undefined): string {
  return typeof json === "string" && /^[\w.:-]{1,80}$/.test(json) ? json : "unspecified";
}

function isHash(text: string): boolean {
  return /^0x[0-9a-f]{64}$/i.test(text);
}

function readRetryAfter({ retryAfter = "" }: HttpAnswer): number {
  const seconds = /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : DEFAULT_RETRY_SECONDS;
  return Math.min(Math.max(seconds, 1), MAX_RETRY_SECONDS);
}
