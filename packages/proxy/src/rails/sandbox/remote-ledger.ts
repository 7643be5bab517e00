import type { Json, JsonObject } from "@x402-paywall/core";
import { isJsonObject, parseJson } from "@x402-paywall/core";
import type { HttpAnswer, HttpRequest, HttpSend } from "../../http-send.ts";
import type { Refund, Settlement } from "../../rail.ts";
import { usdc } from "./evm-terms.ts";
import type { SandboxLedger } from "./ledger.ts";

export interface RemoteLedgerOptions {
  /** Where the facilitator answers: `http://127.0.0.1:4040`. */
  readonly url: string;
  readonly send: HttpSend;
  /** For each request. Default 5,000. */
  readonly timeoutMs?: number;
}

/** An invoice that a sandbox wallet paid. */
export interface PaidInvoice {
  /** 32 bytes, lower-case hex. */
  readonly paymentHash: string;
  /** µUSD. */
  readonly amount: bigint;
  readonly quoteId: string;
}

/** The ledger of a hosted sandbox facilitator. */
export interface RemoteLedger extends SandboxLedger {
  /** Books an invoice that was paid, so that it can be refunded and counted. Idempotent; false: not known to be booked. */
  notePaid(invoice: PaidInvoice): Promise<boolean>;
}

const DEFAULT_TIMEOUT_MS = 5000;
const DEFAULT_RETRY_SECONDS = 5;
const MAX_RETRY_SECONDS = 60;

/**
 * Asks a facilitator over HTTP, once for each call. Only an answer that is whole, well-formed and about this very payment
 * says anything: silence, 5xx, 429, garbage and cut replies are `unknown`, because the charge may have been made.
 */
export function createRemoteLedger(options: RemoteLedgerOptions): RemoteLedger {
  const { send, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const base = options.url.replace(/\/+$/, "");
  const ask = async (method: HttpRequest["method"], path: string, body?: JsonObject): Promise<Reply> => {
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    try {
      return readReply(await send({ method, url: `${base}${path}`, timeoutMs, ...text }));
    } catch {
      return { status: 0, retryAfter: DEFAULT_RETRY_SECONDS, json: {} };
    }
  };
  return {
    settle: async ({ paymentKey, amount, maximum, reference }) => {
      const body = { paymentKey, amount: `${amount}`, maximum: `${maximum}` };
      const reply = await ask("POST", "/settle", {
        ...body,
        ...(reference === undefined ? {} : { reference }),
      });
      return readSettlement(reply, paymentKey, maximum);
    },
    status: async (paymentKey) => {
      const reply = await ask("GET", `/status/${encodeURIComponent(paymentKey)}`);
      if (reply.status === 404 && isAbout(reply, "none", { paymentKey }))
        return { outcome: "failed", detail: "Nothing was charged for this payment." };
      return readSettlement(reply, paymentKey);
    },
    refund: async ({ id, paymentKey, amount }) => {
      const subject = { id, paymentKey, amount: `${amount}` };
      return readRefund(await ask("POST", "/refund", subject), subject);
    },
    notePaid: async ({ paymentHash, amount, quoteId }) => {
      const body = { paymentHash, amount: `${amount}`, reference: quoteId };
      const reply = await ask("POST", "/lightning/paid", body);
      return reply.status === 200 && reply.json.state === "settled";
    },
  };
}

interface Reply {
  /** 0: no answer. */
  readonly status: number;
  /** Seconds. */
  readonly retryAfter: number;
  /** Empty where the body is no JSON object. */
  readonly json: JsonObject;
}

function readReply({ status, body, retryAfter = "" }: HttpAnswer): Reply {
  const json: Json | undefined = parseJson(body);
  const seconds = /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : DEFAULT_RETRY_SECONDS;
  return {
    status,
    retryAfter: Math.min(Math.max(seconds, 1), MAX_RETRY_SECONDS),
    json: isJsonObject(json) ? json : {},
  };
}

/** Whether the reply names that state and repeats what was asked: an answer to somebody else's question says nothing. */
function isAbout({ json }: Reply, state: string, subject: Readonly<Record<string, string>>): boolean {
  return json.state === state && Object.entries(subject).every(([name, value]) => json[name] === value);
}

function readSettlement(reply: Reply, paymentKey: string, maximum?: bigint): Settlement {
  const { status, json } = reply;
  if (isRefusal(status) && isAbout(reply, "refused", { paymentKey }))
    return { outcome: "failed", detail: refusalOf(json) };
  const amount = readAmount(json.amount);
  const reference = readReference(json.transaction);
  const settled = status === 200 && isAbout(reply, "settled", { paymentKey });
  if (!settled || amount === undefined || reference === undefined || amount > (maximum ?? amount))
    return { outcome: "unknown", retryAfter: reply.retryAfter };
  const isStablecoin = !paymentKey.startsWith("ln:");
  return { outcome: "settled", reference, ...(isStablecoin ? { settled: usdc(amount) } : {}) };
}

function readRefund(
  reply: Reply,
  subject: { readonly id: string; readonly paymentKey: string; readonly amount: string },
): Refund {
  const { status, json } = reply;
  const { id, paymentKey } = subject;
  if (isRefusal(status) && isAbout(reply, "refused", { id, paymentKey }))
    return { outcome: "failed", detail: refusalOf(json) };
  const reference = readReference(json.transaction);
  return status === 200 && reference !== undefined && isAbout(reply, "refunded", subject)
    ? { outcome: "refunded", reference }
    : { outcome: "unknown" };
}

/** A decision about this payment; 404 and the like come from whatever else listens there. */
function isRefusal(status: number): boolean {
  return status === 409 || status === 422;
}

function refusalOf({ detail }: JsonObject): string {
  return typeof detail === "string" ? detail.slice(0, 200) : "The facilitator refused.";
}

function readAmount(value: Json | undefined): bigint | undefined {
  return typeof value === "string" && /^(0|[1-9]\d{0,77})$/.test(value) ? BigInt(value) : undefined;
}

function readReference(value: Json | undefined): string | undefined {
  return typeof value === "string" && /^[\w:.-]{1,128}$/.test(value) ? value : undefined;
}
