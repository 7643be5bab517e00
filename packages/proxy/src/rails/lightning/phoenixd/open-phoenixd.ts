import { isJsonObject } from "@x402-paywall/core";
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
import { type SettlementFeed, watchSettlements } from "../watch-settlements.ts";
import { PhoenixdClient } from "./client.ts";
import { PhoenixdEvents } from "./events.ts";
import { readIncomingPayment } from "./payment.ts";
import { shortDescription } from "./short-description.ts";

const TIMEOUT_MS = 1_200;
/** Of what runs in the background: nobody waits for it. */
const PATIENCE_MS = 10_000;
const POLL_MS = 5_000;
const POLL_BESIDE_EVENTS_MS = 15_000;
const PAGE = 200;
const MAX_PAGES = 500;

/**
 * phoenixd over HTTP, with its limited password. Nothing is connected before it is asked.
 * @throws LightningNodeError `unreachable` where the URL is none of HTTP.
 */
export async function openPhoenixd(
  connection: Extract<LightningConnection, { readonly kind: "phoenixd" }>,
  options: BackendOptions,
): Promise<CheckedBackend> {
  return new PhoenixdBackend(connection, options);
}

class PhoenixdBackend implements CheckedBackend {
  readonly kind = "phoenixd";
  readonly #client: PhoenixdClient;
  readonly #options: BackendOptions;
  readonly #timeoutMs: number;

  constructor({ url, password }: { url: string; password: string }, options: BackendOptions) {
    this.#client = new PhoenixdClient(url, password, options);
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  }

  async createInvoice({ amountMsat, description, expirySeconds }: InvoiceRequest): Promise<IssuedInvoice> {
    const form = {
      description: shortDescription(description),
      amountSat: String(amountMsat / 1000n),
      expirySeconds: String(expirySeconds),
    };
    const answer = await this.#client.post("/createinvoice", form, this.#timeoutMs);
    const { serialized: bolt11, paymentHash } = isJsonObject(answer) ? answer : {};
    if (typeof bolt11 !== "string" || typeof paymentHash !== "string")
      throw new LightningNodeError("malformed", "phoenixd's invoice is not one");
    return { bolt11, paymentHash };
  }

  async lookUp(paymentHash: string): Promise<NodeInvoice | undefined> {
    const answer = await this.#client.get(`/payments/incoming/${paymentHash}`, this.#timeoutMs);
    return answer === undefined ? undefined : readIncomingPayment(answer);
  }

  subscribe(cursor: string | null, signal: AbortSignal): AsyncIterable<SettlementEvent> {
    let events: PhoenixdEvents | undefined;
    const { reach, clock } = this.#options;
    const feed: SettlementFeed = {
      list: (since) => this.#list(since),
      listen: async (listener) => {
        const { origin, headers } = this.#client;
        const opened = new PhoenixdEvents(reach.webSocket, origin, headers, () => listener.onNews());
        events = opened;
        return () => opened.stop();
      },
      pollMs: () => (events?.isOpen === true ? POLL_BESIDE_EVENTS_MS : POLL_MS),
      lookBackSeconds: 0,
    };
    return watchSettlements(feed, cursor, signal, clock);
  }

  async limits(): Promise<BackendLimits> {
    const info = await this.#client.get("/getinfo", this.#timeoutMs);
    const mayPay = await this.#client.mayPay(this.#timeoutMs);
    if (!isJsonObject(info)) return { mayPay, inboundMsat: null };
    const { channels, chain } = info;
    return { mayPay, inboundMsat: readInbound(channels), ...readNetwork(chain) };
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  /** By the time of their completion, newest first. */
  async #list(since: number): Promise<{ payments: SettledInvoice[]; complete: boolean }> {
    const payments = new Map<string, SettledInvoice>();
    for (let page = 0; page < MAX_PAGES; page++) {
      const from = Math.max(0, since) * 1000;
      const path = `/payments/incoming?from=${from}&limit=${PAGE}&offset=${page * PAGE}&all=false`;
      const answer: unknown = await this.#client.get(path, PATIENCE_MS);
      if (!Array.isArray(answer))
        throw new LightningNodeError("malformed", "phoenixd's payments are no list");
      for (const each of answer) {
        const invoice = readOwnPayment(each);
        if (invoice?.state === "settled") payments.set(invoice.paymentHash, invoice);
      }
      if (answer.length < PAGE) return { payments: [...payments.values()], complete: true };
    }
    return { payments: [...payments.values()], complete: false };
  }
}

/** What the channels take, without those that phoenixd would open for a payment. */
function readInbound(channels: unknown): bigint | null {
  if (!Array.isArray(channels)) return null;
  return channels.reduce((sum: bigint, channel: unknown) => {
    const sat = isJsonObject(channel) ? channel["inboundLiquiditySat"] : undefined;
    return typeof sat === "number" && Number.isSafeInteger(sat) ? sum + BigInt(sat) * 1000n : sum;
  }, 0n);
}

/** One payment of another kind must not keep the others from being seen. */
function readOwnPayment(value: unknown): NodeInvoice | undefined {
  try {
    return readIncomingPayment(value);
  } catch {
    return undefined;
  }
}
