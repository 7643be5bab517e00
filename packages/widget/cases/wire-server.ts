import { createHash, createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Crypto, EvmOffer, PaywallError, Price, Quote } from "@x402-paywall/core";
import {
  createKeyRing,
  encodeBolt11,
  findHeader,
  formatChallenge,
  microUsdToMsat,
  parseL402Credential,
  parseUsd,
  readCredential,
  toHex,
} from "@x402-paywall/core";
import { pageInput, quoteOf } from "./page-inputs.ts";

const crypto: Crypto = {
  sha256: (data) => new Uint8Array(createHash("sha256").update(data).digest()),
  hmac: (key) => (data) => new Uint8Array(createHmac("sha256", key).update(data).digest()),
  randomBytes: (length) => new Uint8Array(randomBytes(length)),
};
const keys = createKeyRing([new Uint8Array(32).fill(7)], crypto);
const sign = (digest: Uint8Array) => ({ signature: new Uint8Array([...digest, ...digest]), recoveryId: 0 });

interface Invoice {
  readonly preimage: string;
  readonly bolt11: string;
  readonly amount: bigint;
  paid: boolean;
}

/** What a test finds out about a request. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly payment: string | undefined;
  readonly amount: string | undefined;
  readonly body: string;
}

/**
 * Another origin that sells: real challenges, invoices and L402 credentials, as the gateway's, and whatever a test wants to
 * go wrong.
 */
export class WireServer {
  readonly seen: Seen[] = [];
  readonly invoices = new Map<string, Invoice>();
  quote: Quote = quoteOf({ kind: "use" });
  price: Price | undefined = { model: "per-request", amount: 10_000n };
  offers: readonly ("lightning" | "evm")[] = ["lightning", "evm"];
  wires: readonly ("x402" | "l402" | "mpp")[] = ["x402", "l402", "mpp"];
  /** How long an offer holds. */
  seconds = 600;
  /** Without them it is any server that speaks the wire. */
  hasLinks = true;
  mode: "test" | "live" = "test";
  /** Why the last credential was refused. */
  error: PaywallError | undefined;
  /** Answers to paid requests, in order; afterwards {@link content}. */
  refusals: (readonly [status: number, body: object, headers?: Record<string, string>])[] = [];
  unlockRefusals: (readonly [status: number, body: object, headers?: Record<string, string>])[] = [];
  content: (response: ServerResponse) => void = (response) =>
    void response.writeHead(200, { "Content-Type": "application/json" }).end('{"celsius":21,"sky":"clear"}');
  /** Sent with every paid answer. */
  paidHeaders: Record<string, string> = {};
  readonly #delivered = new Set<string>();
  #server: Server | undefined;
  base = "";

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    this.base = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
    this.#server = server;
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  /** As if a wallet somewhere had paid what is shown. */
  payAll(): void {
    for (const invoice of this.invoices.values()) invoice.paid = true;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "/", headers } = request;
    const body = Buffer.concat(await request.toArray()).toString();
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader(
      "Access-Control-Expose-Headers",
      "WWW-Authenticate, PAYMENT-REQUIRED, Paywall-Access-Token, Paywall-Expires, Paywall-Entitlement, Link, Retry-After, Payment-Receipt-Url",
    );
    if (method === "OPTIONS") {
      response.setHeader(
        "Access-Control-Allow-Headers",
        "Authorization, Payment-Authorization, Content-Type, Paywall-Amount",
      );
      response.setHeader("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
      return void response.writeHead(204).end();
    }
    const { pathname, searchParams } = new URL(url, "http://x");
    if (pathname === "/.status") {
      const paid = this.invoices.get(searchParams.get("payment_hash") ?? "")?.paid === true;
      return this.#json(response, 200, { state: paid ? "paid" : "awaiting" });
    }
    if (pathname === "/.unlock") return this.#unlock(JSON.parse(body), response);
    if (pathname === "/.wallet") return this.#pay(JSON.parse(body), response);
    const authorization = headers.authorization;
    const payment = headers["payment-authorization"];
    const amount = headers["paywall-amount"];
    this.seen.push({
      method,
      path: url,
      authorization,
      payment: typeof payment === "string" ? payment : undefined,
      amount: typeof amount === "string" ? amount : undefined,
      body,
    });
    if (!this.#isPaid(request)) return this.#challenge(url, amount, response);
    const [status, refusal, more] = this.refusals.shift() ?? [];
    if (status !== undefined) return this.#json(response, status, refusal ?? {}, more);
    for (const [name, value] of Object.entries(this.paidHeaders)) response.setHeader(name, value);
    this.content(response);
  }

  #isPaid({ headers }: IncomingMessage): boolean {
    const { authorization = "" } = headers;
    if (authorization === "Bearer pw_good") return true;
    const l402 = parseL402Credential(authorization);
    if (l402 !== undefined) return this.invoices.has(toHex(crypto.sha256(Buffer.from(l402.preimage, "hex"))));
    const pairs = Object.entries(headers).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value] as const] : [],
    );
    try {
      const credential = readCredential(pairs);
      if (credential?.wire !== "mpp") return false;
      const { preimage } = credential.credential.payload;
      return (
        typeof preimage === "string" && this.invoices.has(toHex(crypto.sha256(Buffer.from(preimage, "hex"))))
      );
    } catch {
      return false;
    }
  }

  #challenge(url: string, amount: string | string[] | undefined, response: ServerResponse): void {
    const chosen = typeof amount === "string" ? parseUsd(amount) : undefined;
    const now = Math.floor(Date.now() / 1000);
    const quote: Quote = {
      ...this.quote,
      mode: this.mode,
      amount: chosen ?? this.quote.amount,
      issuedAt: now,
      expiresAt: now + this.seconds,
    };
    const preimage = toHex(crypto.randomBytes(32));
    const paymentHash = toHex(crypto.sha256(Buffer.from(preimage, "hex")));
    const amountMsat = microUsdToMsat(quote.amount, quote.rate);
    const bolt11 = encodeBolt11(
      {
        prefix: this.mode === "test" ? "bcrt" : "bc",
        amountMsat,
        timestamp: now,
        expirySeconds: 3600,
        paymentHash,
        paymentSecret: "22".repeat(32),
        description: "test",
      },
      sign,
      crypto,
    );
    this.invoices.set(paymentHash, { preimage, bolt11, amount: quote.amount, paid: false });
    const [requirements] = pageInput().evm;
    const evm: readonly EvmOffer[] =
      requirements === undefined
        ? []
        : [{ kind: "evm", requirements: { ...requirements, extra: { name: "USDC", version: "2" } } }];
    const network = this.mode === "test" ? "regtest" : "mainnet";
    const { headers, body } = formatChallenge({
      quote,
      ...(this.price === undefined ? {} : { price: this.price }),
      offers: [
        ...(this.offers.includes("evm") ? evm : []),
        ...(this.offers.includes("lightning")
          ? [{ kind: "lightning", bolt11, paymentHash, amount: amountMsat, network } as const]
          : []),
      ],
      resource: {
        url: `${this.base}${url}`,
        serviceName: "Weather, hour by hour",
        description: "Temperature, wind and sky for any city, refreshed each hour.",
      },
      realm: "content.example",
      slug: "weather",
      keys,
      crypto,
      wires: this.wires,
      docsBase: "https://paywall.example/docs/problems",
      ...(this.error === undefined ? {} : { error: this.error }),
      ...(this.hasLinks
        ? {
            links: {
              status: "/.status",
              unlock: "/.unlock",
              ...(this.mode === "test" ? { sandboxPay: `${this.base}/.wallet` } : {}),
            },
          }
        : {}),
    });
    for (const [name, value] of headers)
      if (!/^access-control/i.test(name)) response.appendHeader(name, value);
    const text = JSON.stringify(this.hasLinks ? body : {});
    response.writeHead(402, { "Content-Type": "application/problem+json" }).end(text);
    if (findHeader(headers, "cache-control") === undefined) throw new Error("A 402 is never stored");
  }

  #pay({ bolt11 }: { readonly bolt11: string }, response: ServerResponse): void {
    const invoice = [...this.invoices.values()].find((one) => one.bolt11 === bolt11);
    if (invoice === undefined) return this.#json(response, 422, { title: "This is not an invoice of ours" });
    invoice.paid = true;
    this.#json(response, 200, { preimage: invoice.preimage });
  }

  #unlock(body: { readonly token: string; readonly as?: string }, response: ServerResponse): void {
    const [status, refusal, more] = this.unlockRefusals.shift() ?? [];
    if (status !== undefined) return this.#json(response, status, refusal ?? {}, more);
    this.#delivered.add(body.token);
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    response.setHeader("Link", `<${this.base}/r/rcp_1>; rel="payment-receipt"`);
    if (body.as !== "token") return void response.writeHead(204).end();
    this.#json(response, 200, { accessToken: "pw_good", kind: "pass", expiresAt });
  }

  #json(response: ServerResponse, status: number, value: object, headers: Record<string, string> = {}): void {
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(value));
  }
}
