import type { Crypto, KeyRing, Signer } from "@x402-paywall/core";
import {
  formatJwks,
  fromUtf8,
  isJsonObject,
  parseJson,
  PaywallError,
  problems,
  receiptPayload,
  toProblem,
} from "@x402-paywall/core";
import type { Decision, RequestHead } from "../decision.ts";
import { createSandboxWallet, toPaidInvoice } from "../rails/sandbox/index.ts";
import { answer, answerPreflight, isPreflight } from "../response.ts";
import { OWN_BASE } from "../site.ts";
import type { AtomicStore } from "../store.ts";

export interface OwnAnswersOptions {
  readonly store: AtomicStore;
  readonly signer: Signer;
  readonly keys: KeyRing;
  readonly crypto: Crypto;
  readonly clock: () => number;
  readonly docsBase: string;
  /** Of the application's one endpoint. */
  readonly workspaceId: string;
  readonly isTest: boolean;
}

/** Answers below `/.paywall/` that need no engine: receipts, the keys that verify them, problems, the TEST wallet. */
export type OwnAnswers = (request: RequestHead) => Promise<Decision | undefined>;

const JSON_TYPE = ["Content-Type", "application/json"] as const;
const NO_STORE = ["Cache-Control", "no-store"] as const;

export function createOwnAnswers(options: OwnAnswersOptions): OwnAnswers {
  const jwks = JSON.stringify(formatJwks([options.signer]));
  return async (request) => {
    const path = request.target.split("?", 1)[0] ?? "";
    const [kind = "", name = "", ...rest] = path.slice(OWN_BASE.length + 1).split("/");
    try {
      if (isPreflight(request)) return answerPreflight(request);
      if (kind === "jwks.json" && name === "") return read(request, jwks);
      if (kind === "r" && rest.length === 0) return read(request, await findReceipt(name, options.store));
      if (kind === "problems" && rest.length === 0) return read(request, describeProblem(name));
      if (kind === "sandbox" && name === "pay" && options.isTest) return await pay(request, options);
      return undefined;
    } catch (error) {
      return refuse(request, error, options.docsBase);
    }
  };
}

function read(request: RequestHead, body: string): Decision {
  if (request.method !== "GET" && request.method !== "HEAD") throw new PaywallError("method_not_allowed");
  return answer(request, 200, [JSON_TYPE, NO_STORE], body);
}

async function findReceipt(id: string, store: AtomicStore): Promise<string> {
  const found = /^rcp_[A-Za-z0-9_-]{22}$/.test(id) ? await store.findReceipt(id) : undefined;
  if (found === undefined) throw new PaywallError("not_found", { detail: "There is no such receipt." });
  return JSON.stringify({ ...receiptPayload(found.receipt), jws: found.jws });
}

function describeProblem(code: string): string {
  const row = Object.entries(problems).find(([name]) => name === code)?.[1];
  if (row === undefined) throw new PaywallError("not_found", { detail: "There is no such problem." });
  const { status, title, retryable } = row;
  return JSON.stringify({ code, status, title, retryable });
}

const MAX_BODY = 8_192;

/** The wallet of TEST mode: the payment is recorded, so that a page that waits for it sees it. */
async function pay(request: RequestHead, options: OwnAnswersOptions): Promise<Decision> {
  if (request.method !== "POST") throw new PaywallError("method_not_allowed");
  const text = fromUtf8((await request.readBody?.(MAX_BODY)) ?? new Uint8Array(0));
  const json = text === undefined ? undefined : parseJson(text);
  const bolt11 = isJsonObject(json) ? json.bolt11 : undefined;
  if (typeof bolt11 !== "string")
    throw new PaywallError("validation_failed", {
      errors: [{ field: "bolt11", message: "Send the invoice." }],
    });
  const { keys, crypto, clock, store, workspaceId } = options;
  const wallet = createSandboxWallet({ keys, crypto, clock });
  const payment = wallet.payInvoice(bolt11.trim());
  await store.saveInvoice(toPaidInvoice(payment, { workspaceId, keys, now: Math.floor(clock() / 1000) }));
  return answer(request, 200, [JSON_TYPE, NO_STORE], JSON.stringify({ preimage: payment.preimage }));
}

function refuse(request: RequestHead, error: unknown, docsBase: string): Decision {
  const known =
    error instanceof PaywallError ? error : new PaywallError("store_unavailable", { retryAfter: 2 });
  const type = ["Content-Type", "application/problem+json; charset=utf-8"] as const;
  return answer(request, known.status, [type, NO_STORE], JSON.stringify(toProblem(known, docsBase)));
}
