import {
  findHeader,
  type HeaderList,
  parsePaymentReceipt,
  parseSettlementResponse,
} from "@x402-paywall/core";
import {
  createPayingFetch,
  type CredentialHeader,
  defaultTokens,
  PayingError,
  type PayingWire,
} from "@x402-paywall/core/client";
import { createSandboxPayer } from "@x402-paywall/proxy/rails/sandbox";
import { readChallenge, TEST_NETWORK } from "../payer/read-challenge.ts";
import { createSandboxLightning, listPayUrls } from "../payer/sandbox-lightning.ts";
import { checkReceipt } from "../receipt/check-receipt.ts";
import { fetchJwks } from "../receipt/fetch-jwks.ts";
import type { Ask, ObserveOptions } from "./observe.ts";
import { isAnswer, type PaidObservations, type ReceiptObservation } from "./observations.ts";
import type { RawAnswer } from "./raw-request.ts";

/** A stream may take its time; so much of it is looked at. */
const ANSWER_LIMITS = { maxBytes: 4_194_304, timeoutMs: 30_000 };
const MSAT_PER_USD = 1_000_000n;
/** TEST money, but a mistake in a price is not to be paid either. */
const BUDGET = 1_000_000n;

/** Pays once and looks at what that buys. @returns a sentence where it could not be paid. */
export async function observePayment(options: ObserveOptions, ask: Ask): Promise<PaidObservations | string> {
  const bought = await buy(options, ask);
  if (typeof bought === "string") return bought;
  const { wire, credential } = bought;
  const other: HeaderList =
    wire === "x402"
      ? [["Authorization", `L402 Z2FyYmFnZQ==:${"0".repeat(64)}`]]
      : [["PAYMENT-SIGNATURE", "Z2FyYmFnZQ=="]];
  const doubled = await ask({ headers: [credential, ...other], ...ANSWER_LIMITS });
  const answer = await ask({ headers: [credential], ...ANSWER_LIMITS });
  const replayed = await ask({ headers: [credential], ...ANSWER_LIMITS });
  const receipt: ReceiptObservation = isAnswer(answer)
    ? await readReceipt(answer, options)
    : { kind: "none" };
  return { wire, doubled, answer, replayed, receipt };
}

interface Bought {
  readonly wire: PayingWire;
  readonly credential: CredentialHeader;
}

async function buy(options: ObserveOptions, ask: Ask): Promise<Bought | string> {
  const { url, instance, signal, method } = options;
  let named: string | undefined;
  let wire: PayingWire = "x402";
  const payUrls = (): readonly string[] => listPayUrls({ link: url, named, instance });
  let asked = false;
  const payingFetch = createPayingFetch({
    wallets: { evm: createSandboxPayer(), lightning: createSandboxLightning({ payUrls, signal }) },
    tokens: defaultTokens.filter(({ network }) => network === TEST_NETWORK),
    rateMsatPerUsd: MSAT_PER_USD,
    budget: { totalUsd: BUDGET },
    maxRetries: 0,
    onEvent: (event) => {
      ({ wire } = event);
    },
    fetch: async () => {
      // The credential is shown with requests of our own.
      if (asked) throw new Error("bought");
      asked = true;
      const answer = await ask({});
      if (!isAnswer(answer)) throw new Error(answer.failed);
      const response = toResponse(answer);
      named = readChallenge(response.headers, answer.body.toString(), Date.now() / 1000).sandboxPay;
      return response;
    },
  });
  try {
    const { status } = await payingFetch(url.href, { method });
    return status === 402
      ? "it has no offer that TEST money can pay"
      : `it answered ${status} without a payment`;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof PayingError)) return String(error);
    if (error.credential !== undefined) return { wire, credential: error.credential };
    return error.cause instanceof Error ? error.cause.message : error.message;
  }
}

function toResponse({ status, headers, body }: RawAnswer): Response {
  const kept = new Headers();
  for (const [name, value] of headers) kept.append(name, value);
  return new Response(Buffer.from(body), { status, headers: kept });
}

async function readReceipt(answer: RawAnswer, { url, signal }: ObserveOptions): Promise<ReceiptObservation> {
  const header = parsePaymentReceipt(findHeader(answer.headers, "payment-receipt") ?? "");
  const settled = parseSettlementResponse(findHeader(answer.headers, "payment-response") ?? "");
  const jws = header?.jws;
  if (jws === undefined)
    return header === undefined && settled === undefined ? { kind: "none" } : { kind: "unsigned" };
  try {
    const near = header?.url === undefined ? [] : [new URL(header.url, url.href)];
    return await checkReceipt(jws, await fetchJwks([...near, url], signal));
  } catch (error) {
    return { kind: "false", why: error instanceof Error ? error.message : String(error) };
  }
}
