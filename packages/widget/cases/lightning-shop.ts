import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { PaymentPageInput } from "@x402-paywall/core";
import { beforeEach } from "vitest";
import { renderPaymentPage } from "../src/index.ts";
import type { PageMessages } from "../src/index.ts";
import { pageInput } from "./page-inputs.ts";
import { replyJson, replyPage, usePage } from "./use-page.ts";
import type { TestPage } from "./use-page.ts";

export const RESOURCE = "/p/weather/v1/forecast";

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
export const preimageOf = (n: number): string => sha256(`preimage ${n}`);
export const hashOf = (n: number): string => sha256(Buffer.from(preimageOf(n), "hex"));
export const bolt11Of = (n: number): string =>
  `lnbc160n1p5${n}${"q5ywqyjqxpzry9x8gf2tvdw0s3jn54".repeat(10)}`;
const tokenOf = (n: number) => `AgELcGF5d2FsbC1saXZlAkIAAM4b${n}/+abcdefghijklmnopqrstuvwxyz0123456789==`;

/** What a test may change of the shop, and what the shop has seen. */
export interface LightningShop {
  input: Partial<PaymentPageInput>;
  messages: PageMessages | undefined;
  /** How long each price holds, in seconds. */
  holds: number;
  quotes: number;
  /** Which of the quotes' invoices were paid. */
  readonly paid: Set<number>;
  /** Its node does not answer: 503 on all that asks it. */
  away: boolean;
  /** In place of a page, in order. */
  refusals: [status: number, problem: object, retryAfter: string][];
  /** Instead of an unlock, in order. */
  unlockAnswers: [status: number, problem: object, retryAfter: string][];
  /** An answer to an unlock waits for it. */
  held: Promise<void> | undefined;
  readonly unlocks: Record<string, string>[];
  readonly polled: string[];
  opened: boolean;
}

export interface LightningTest extends TestPage {
  readonly shop: LightningShop;
  open(): Promise<void>;
  /** The live region says it. */
  says(text: string): Promise<void>;
  /** What was bought is there. */
  content(): Promise<void>;
}

/** The payment page of a LIVE endpoint that takes Lightning, and its server: the n-th page has the n-th invoice. */
export function useLightningShop(): LightningTest {
  let shop = freshShop();
  const site = usePage((request, response) => answer(shop, request, response));
  beforeEach(() => {
    shop = freshShop();
  });
  return {
    get page() {
      return site.page;
    },
    get base() {
      return site.base;
    },
    get browser() {
      return site.browser;
    },
    get shop() {
      return shop;
    },
    open: async () => void (await site.page.goto(`${site.base}${RESOURCE}`)),
    says: (text) => site.page.locator("#state", { hasText: text }).waitFor({ timeout: 8000 }),
    content: () => site.page.getByRole("heading", { name: "The content" }).waitFor({ timeout: 9000 }),
  };
}

export function freshShop(): LightningShop {
  return {
    input: {},
    messages: undefined,
    holds: 600,
    quotes: 0,
    paid: new Set(),
    away: false,
    refusals: [],
    unlockAnswers: [],
    held: undefined,
    unlocks: [],
    polled: [],
    opened: false,
  };
}

/** The shop's server. */
export async function answer(
  shop: LightningShop,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url ?? "/";
  const body = Buffer.concat(await request.toArray()).toString();
  if (path.startsWith("/p/weather/.status")) return status(shop, path, response);
  if (path === "/p/weather/.unlock") return unlock(shop, readFields(request, body), response);
  if (shop.opened)
    return void response.writeHead(200, { "Content-Type": "text/html" }).end("<h1>The content</h1>");
  // What is refused is refused as a page first, then with the reason for the script.
  const isJson = request.headers.accept === "application/json";
  const refusal = isJson ? shop.refusals.shift() : shop.refusals[0];
  if (refusal !== undefined) return refuse(response, refusal);
  replyPage(response, 402, renderPaymentPage(nextInput(shop), shop.messages));
}

function status(shop: LightningShop, path: string, response: ServerResponse): void {
  shop.polled.push(path.slice(-64));
  if (shop.away) return refuse(response, [503, { code: "rail_unavailable" }, "1"]);
  const paid = [...shop.paid].some((n) => path.endsWith(hashOf(n)));
  replyJson(response, 200, { state: paid ? "paid" : "awaiting" });
}

async function unlock(
  shop: LightningShop,
  fields: Record<string, string>,
  response: ServerResponse,
): Promise<void> {
  shop.unlocks.push(fields);
  await shop.held;
  const refusal = shop.unlockAnswers.shift();
  if (refusal !== undefined) return refuse(response, refusal);
  const n = Array.from({ length: shop.quotes }, (_, index) => index).find(
    (index) => tokenOf(index) === fields["token"],
  );
  const preimage = fields["preimage"] ?? (n !== undefined && shop.paid.has(n) ? preimageOf(n) : "");
  if (n === undefined || preimage !== preimageOf(n))
    return refuse(response, [402, { code: "verification_failed", title: "Not paid" }, ""]);
  if (fields["as"] === "l402")
    return replyJson(response, 200, { authorization: `L402 ${tokenOf(n)}:${preimage}` });
  shop.opened = true;
  if (fields["form"] === "1") return void response.writeHead(303, { Location: RESOURCE }).end();
  response.writeHead(204).end();
}

function refuse(
  response: ServerResponse,
  [code, problem, retryAfter]: readonly [number, object, string],
): void {
  if (retryAfter !== "") response.setHeader("Retry-After", retryAfter);
  replyJson(response, code, problem);
}

function readFields(request: IncomingMessage, body: string): Record<string, string> {
  if (request.headers["content-type"] === "application/json") return JSON.parse(body);
  return { ...Object.fromEntries(new URLSearchParams(body)), form: "1" };
}

function nextInput(shop: LightningShop): PaymentPageInput {
  const n = shop.quotes++;
  const { quote: usual } = pageInput();
  const quote = { ...usual, expiresAt: usual.issuedAt + shop.holds };
  return pageInput({
    mode: "live",
    sandboxPayUrl: null,
    evm: [],
    quote,
    resourcePath: RESOURCE,
    resourceUrl: `https://pay.example${RESOURCE}`,
    lightning: { bolt11: bolt11Of(n), paymentHash: hashOf(n), token: tokenOf(n), amountMsat: 16_000n },
    ...shop.input,
  });
}
