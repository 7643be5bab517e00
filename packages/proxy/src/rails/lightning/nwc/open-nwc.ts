import { decodeBolt11, isJsonObject, type JsonObject } from "@x402-paywall/core";
import {
  type InvoiceRequest,
  type IssuedInvoice,
  type LightningConnection,
  LightningNodeError,
  type NodeInvoice,
  type SettledInvoice,
  type SettlementEvent,
} from "../backend.ts";
import type { BackendLimits, CheckedBackend } from "../checked-backend.ts";
import type { BackendOptions } from "../node-reach.ts";
import { readNetwork } from "../read-network.ts";
import { type SettlementListener, watchSettlements } from "../watch-settlements.ts";
import { isNotFound, toNwcError } from "./nwc-error.ts";
import { readTransaction } from "./transaction.ts";
import { NwcWallet } from "./wallet.ts";

/** Wallets are further away than nodes, a relay between; a 402 still comes within two seconds. */
const TIMEOUT_MS = 1_800;
/** Of what runs in the background: nobody waits for it. */
const PATIENCE_MS = 10_000;
const POLL_MS = 15_000;
/** Some wallets list by when an invoice was made: it may be paid as long as it lives. */
const LOOK_BACK_SECONDS = 3_600;
/** A page must fit into one message of 64 kB. */
const PAGE = 20;
const MAX_PAGES = 1_000;
/** What a connection for selling must not be allowed: paying, and making connections that may pay. */
const SPENDING = /^(pay_|multi_pay_|create_connection$)/;

/**
 * A wallet over Nostr Wallet Connect (NIP-47): selling with no node of one's own. Payments are heard where the wallet
 * notifies, and listed every 15 seconds in any case. Nothing is connected before it is asked.
 * @throws LightningNodeError `unauthorized` where the connection string is none.
 */
export async function openNwc(
  connection: Extract<LightningConnection, { readonly kind: "nwc" }>,
  options: BackendOptions,
): Promise<CheckedBackend> {
  return new NwcBackend(connection.uri, options);
}

class NwcBackend implements CheckedBackend {
  readonly kind = "nwc";
  readonly #wallet: NwcWallet;
  readonly #clock: () => number;
  readonly #timeoutMs: number;

  constructor(uri: string, options: BackendOptions) {
    this.#wallet = new NwcWallet(uri, options);
    this.#clock = options.clock;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  }

  async createInvoice({ amountMsat, description, expirySeconds }: InvoiceRequest): Promise<IssuedInvoice> {
    const params = { amount: Number(amountMsat), description, expiry: expirySeconds };
    const answer = await this.#ask("make_invoice", params);
    const bolt11 = isJsonObject(answer) ? answer["invoice"] : undefined;
    const made = typeof bolt11 === "string" ? decodeBolt11(bolt11) : undefined;
    if (typeof bolt11 !== "string" || made === undefined) throw malformed("make_invoice");
    return { bolt11, paymentHash: made.paymentHash };
  }

  async lookUp(paymentHash: string): Promise<NodeInvoice | undefined> {
    let answer: unknown;
    try {
      answer = await this.#wallet.ask("lookup_invoice", { payment_hash: paymentHash }, this.#timeoutMs);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw toNwcError(error, "lookup_invoice");
    }
    const invoice = readTransaction(answer, this.#now());
    if (invoice.paymentHash !== paymentHash) throw malformed("lookup_invoice");
    return invoice;
  }

  subscribe(cursor: string | null, signal: AbortSignal): AsyncIterable<SettlementEvent> {
    const feed = {
      list: (since: number) => this.#list(since),
      listen: (listener: SettlementListener) => this.#listen(listener),
      pollMs: () => POLL_MS,
      lookBackSeconds: LOOK_BACK_SECONDS,
    };
    return watchSettlements(feed, cursor, signal, this.#clock);
  }

  async limits(): Promise<BackendLimits> {
    const info = await this.#info();
    const methods: unknown = info["methods"] ?? (await this.#wallet.capabilities(this.#timeoutMs));
    const known = Array.isArray(methods) ? methods.map(String) : [];
    const mayPay = known.length === 0 ? null : known.some((method) => SPENDING.test(method));
    return { mayPay, inboundMsat: null, ...readNetwork(info["network"]) };
  }

  async close(): Promise<void> {
    this.#wallet.close();
  }

  /** Empty where the wallet does not let itself be asked. */
  async #info(): Promise<JsonObject> {
    try {
      const info = await this.#ask("get_info", {});
      return isJsonObject(info) ? info : {};
    } catch (error) {
      if (error instanceof LightningNodeError && error.failure === "forbidden") return {};
      throw error;
    }
  }

  #listen(listener: SettlementListener): Promise<() => void> {
    const hear = (notification: unknown): void => {
      const transaction = isJsonObject(notification) ? notification["notification"] : undefined;
      const invoice = this.#readSettled(transaction);
      if (invoice !== undefined) listener.onPayment(invoice);
    };
    const lose = (): void =>
      listener.onLost(new LightningNodeError("unreachable", "The wallet's relay closed the connection"));
    return this.#wallet.listen(hear, lose, PATIENCE_MS);
  }

  /** Newest first, page by page; a wallet that allows no lists is only heard. */
  async #list(since: number): Promise<{ payments: SettledInvoice[]; complete: boolean }> {
    const payments: SettledInvoice[] = [];
    const known = new Set<unknown>();
    for (let page = 0, read = 0; page < MAX_PAGES; page++) {
      const params = { from: Math.max(0, since), limit: PAGE, offset: read, type: "incoming", unpaid: false };
      let answer: unknown;
      try {
        answer = await this.#ask("list_transactions", params, PATIENCE_MS);
      } catch (error) {
        if (error instanceof LightningNodeError && error.failure === "forbidden") break;
        throw error;
      }
      const transactions: unknown = isJsonObject(answer) ? answer["transactions"] : undefined;
      if (!Array.isArray(transactions)) throw malformed("list_transactions");
      const before = known.size;
      for (const transaction of transactions.filter(isJsonObject)) {
        if (known.has(transaction["payment_hash"])) continue;
        known.add(transaction["payment_hash"]);
        const invoice = this.#readSettled(transaction);
        if (invoice !== undefined) payments.push(invoice);
      }
      read += transactions.length;
      // Wallets have limits of their own, and some ignore the offset: a page is the last one where it is small or repeats.
      if (transactions.length < PAGE / 2 || known.size === before) return { payments, complete: true };
    }
    return { payments, complete: false };
  }

  #readSettled(transaction: unknown): SettledInvoice | undefined {
    if (!isJsonObject(transaction) || transaction["type"] === "outgoing") return undefined;
    try {
      const invoice = readTransaction(transaction, this.#now());
      return invoice.state === "settled" ? invoice : undefined;
    } catch {
      return undefined;
    }
  }

  async #ask(method: string, params: object, timeoutMs = this.#timeoutMs): Promise<unknown> {
    try {
      return await this.#wallet.ask(method, params, timeoutMs);
    } catch (error) {
      throw toNwcError(error, method);
    }
  }

  #now(): number {
    return Math.floor(this.#clock() / 1000);
  }
}

function malformed(method: string): LightningNodeError {
  return new LightningNodeError("malformed", `The wallet's answer to ${method} is not one`);
}
