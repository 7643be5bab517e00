import {
  type PaymentRequired,
  parseAuthElements,
  parsePaymentReceipt,
  parsePaymentRequired,
} from "@x402-paywall/core";

export interface HeaderLine {
  readonly name: string;
  readonly value: string;
}

/** One step of an agent that pays with L402, as it goes over the wire. */
export type AgentStep =
  | {
      readonly kind: "request";
      readonly line: string;
      readonly headers: readonly HeaderLine[];
      readonly body: string | null;
    }
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: readonly HeaderLine[];
      readonly ms: number;
      /** Decoded `PAYMENT-REQUIRED`, where the answer carries one. */
      readonly required: PaymentRequired | null;
    }
  | { readonly kind: "payment"; readonly bolt11: string; readonly preimage: string; readonly ms: number }
  /** Repeated while the body arrives: what came so far. */
  | {
      readonly kind: "body";
      readonly text: string;
      readonly bytes: number;
      readonly chunks: number;
      readonly done: boolean;
    }
  | { readonly kind: "paid"; readonly receiptId: string | null }
  | { readonly kind: "failed"; readonly message: string };

export interface AgentRun {
  readonly url: string;
  readonly method: string;
  readonly body: string | null;
  readonly fetch: typeof fetch;
  /** Pays an invoice with the sandbox wallet. */
  readonly pay: (bolt11: string) => Promise<string>;
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

const SHOWN_BODY = 4000;
const SHOWN_HEADERS = [
  "www-authenticate",
  "payment-required",
  "payment-response",
  "payment-receipt",
  "paywall-receipt",
  "content-type",
  "content-length",
  "cache-control",
];

/** The L402 offer inside `WWW-Authenticate`, where there is one. */
export function readL402Offer(
  value: string | null,
): { readonly token: string; readonly bolt11: string } | undefined {
  const element =
    value === null ? undefined : parseAuthElements(value)?.find((entry) => entry.scheme === "l402");
  const token = element?.params.get("macaroon") ?? element?.params.get("token");
  const bolt11 = element?.params.get("invoice");
  return token === undefined || bolt11 === undefined ? undefined : { token, bolt11 };
}

function requestStep(run: AgentRun, authorization: string | null): AgentStep {
  const url = new URL(run.url);
  const headers = [
    { name: "host", value: url.host },
    { name: "accept", value: "*/*" },
    ...(run.body === null ? [] : [{ name: "content-type", value: "application/json" }]),
    ...(authorization === null ? [] : [{ name: "authorization", value: authorization }]),
  ];
  return {
    kind: "request",
    line: `${run.method} ${url.pathname}${url.search} HTTP/1.1`,
    headers,
    body: run.body,
  };
}

function send(run: AgentRun, authorization: string | null): Promise<Response> {
  const headers = new Headers({ accept: "*/*" });
  if (run.body !== null) headers.set("content-type", "application/json");
  if (authorization !== null) headers.set("authorization", authorization);
  return run.fetch(run.url, {
    method: run.method,
    headers,
    credentials: "omit",
    cache: "no-store",
    ...(run.body === null ? {} : { body: run.body }),
    ...(run.signal ? { signal: run.signal } : {}),
  });
}

function answerStep(response: Response, ms: number): AgentStep {
  const encoded = response.headers.get("payment-required");
  return {
    kind: "answer",
    status: response.status,
    headers: SHOWN_HEADERS.flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [{ name, value }];
    }),
    ms,
    required: encoded === null ? null : (parsePaymentRequired(encoded) ?? null),
  };
}

/** Reads a body as it comes; keeps the first 4,000 characters and stops after them for what is not text. */
async function* readBody(response: Response): AsyncGenerator<AgentStep> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  let chunks = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value } = reader ? await reader.read() : { done: true, value: undefined };
    if (done || value === undefined) break;
    bytes += value.byteLength;
    chunks += 1;
    if (text.length < SHOWN_BODY)
      text = (text + decoder.decode(value, { stream: true })).slice(0, SHOWN_BODY);
    yield { kind: "body", text, bytes, chunks, done: false };
  }
  yield { kind: "body", text, bytes, chunks, done: true };
}

/** The id of the signed receipt, out of `Paywall-Receipt`, `Payment-Receipt` or `Payment-Receipt-Url`. */
export function readReceiptId(headers: Headers): string | null {
  const named = headers.get("paywall-receipt");
  if (named !== null && /^rcp_[\w-]{22}$/.test(named)) return named;
  const receipt = parsePaymentReceipt(headers.get("payment-receipt") ?? "");
  const url = receipt?.url ?? headers.get("payment-receipt-url") ?? "";
  return /rcp_[A-Za-z0-9_-]{22}/.exec(url)?.[0] ?? null;
}

/** Asks, pays what is asked, asks again: yields each step as it happens, and never throws. */
export async function* runAgent(run: AgentRun): AsyncGenerator<AgentStep> {
  try {
    yield requestStep(run, null);
    const asked = run.now();
    const first = await send(run, null);
    yield answerStep(first, run.now() - asked);
    if (first.status !== 402) {
      yield* readBody(first);
      return;
    }
    await first.body?.cancel();
    const offer = readL402Offer(first.headers.get("www-authenticate"));
    if (!offer) {
      yield {
        kind: "failed",
        message: "The 402 carries no Lightning offer that the sandbox wallet could pay.",
      };
      return;
    }
    const started = run.now();
    const preimage = await run.pay(offer.bolt11);
    yield { kind: "payment", bolt11: offer.bolt11, preimage, ms: run.now() - started };
    const authorization = `L402 ${offer.token}:${preimage}`;
    yield requestStep(run, authorization);
    const sent = run.now();
    const second = await send(run, authorization);
    yield answerStep(second, run.now() - sent);
    yield* readBody(second);
    if (second.ok) yield { kind: "paid", receiptId: readReceiptId(second.headers) };
  } catch (error) {
    if (run.signal?.aborted) return;
    yield { kind: "failed", message: describeFailure(error) };
  }
}

/** Browsers say only "Failed to fetch", and only to the console why. */
function describeFailure(error: unknown): string {
  if (error instanceof TypeError)
    return "The link cannot be reached from this browser. Is the gateway running?";
  return error instanceof Error ? error.message : "The request failed.";
}

/** A body that grows replaces itself; every other step is added below. */
export function appendStep(steps: readonly AgentStep[], step: AgentStep): readonly AgentStep[] {
  const last = steps.at(-1);
  return step.kind === "body" && last?.kind === "body" ? [...steps.slice(0, -1), step] : [...steps, step];
}
