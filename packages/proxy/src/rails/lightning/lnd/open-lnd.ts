import { fromHex, toHex } from "@x402-paywall/core";
import {
  type InvoiceRequest,
  type IssuedInvoice,
  type LightningConnection,
  LightningNodeError,
  type NodeInvoice,
  type SettlementEvent,
} from "../backend.ts";
import type { BackendLimits, CheckedBackend } from "../checked-backend.ts";
import { readMacaroonRights } from "../macaroon-rights.ts";
import type { BackendOptions } from "../node-reach.ts";
import { isNotFound } from "./lnd-error.ts";
import { readLndInvoice } from "./lnd-invoice.ts";
import { LndLink } from "./lnd-link.ts";
import { lndMethods } from "./lnd-methods.ts";
import { watchLnd } from "./watch-lnd.ts";

/** A 402 waits for it. Milliseconds. */
const TIMEOUT_MS = 1_200;

type LndConnection = Extract<LightningConnection, { readonly kind: "lnd" }>;

/**
 * A creator's own lnd over gRPC, with ln-service's copy of its protocol. Nothing is connected before it is asked.
 * @example const backend = await openLnd({ kind: "lnd", socket: "node.example:10009", cert, macaroon }, { reach, clock: Date.now });
 * @throws LightningNodeError `certificate`, `unauthorized` or `unreachable` where what the creator entered cannot be used.
 */
export async function openLnd(connection: LndConnection, options: BackendOptions): Promise<CheckedBackend> {
  return new LndBackend(connection, options);
}

class LndBackend implements CheckedBackend {
  readonly kind = "lnd";
  readonly #link: LndLink;
  readonly #seesInbound: boolean;

  constructor({ socket, cert, macaroon }: LndConnection, { reach, timeoutMs = TIMEOUT_MS }: BackendOptions) {
    const rights = readMacaroonRights(macaroon);
    if (rights === undefined)
      throw new LightningNodeError("unauthorized", "The macaroon is not one that lnd bakes");
    this.#seesInbound = rights.seesInbound;
    this.#link = new LndLink({ ...readSocket(socket), cert, macaroon, reach, timeoutMs });
  }

  async createInvoice(request: InvoiceRequest): Promise<IssuedInvoice> {
    const { amountMsat, description, expirySeconds, preimage } = request;
    const { r_hash: hash, payment_request: bolt11 } = await this.#link.ask(lndMethods.addInvoice, {
      r_preimage: preimage,
      value_msat: String(amountMsat),
      memo: description,
      expiry: String(expirySeconds),
      // Names the node's private channels to the payer: most small nodes are reached by no others.
      private: true,
    });
    if (hash.length !== 32 || !bolt11.startsWith("ln"))
      throw new LightningNodeError("malformed", "lnd's answer to AddInvoice is no invoice");
    return { bolt11, paymentHash: toHex(hash) };
  }

  async lookUp(paymentHash: string): Promise<NodeInvoice | undefined> {
    const hash = fromHex(paymentHash);
    if (hash?.length !== 32) return undefined;
    try {
      const invoice = readLndInvoice(await this.#link.ask(lndMethods.lookupInvoice, { r_hash: hash }));
      if (invoice.paymentHash === paymentHash) return invoice;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
    throw new LightningNodeError("malformed", "lnd's answer to LookupInvoice is another invoice");
  }

  subscribe(cursor: string | null, signal: AbortSignal): AsyncIterable<SettlementEvent> {
    return watchLnd(this.#link, cursor, signal);
  }

  async limits(): Promise<BackendLimits> {
    if (!this.#seesInbound) return { mayPay: false, inboundMsat: null };
    const { remote_balance: remote } = await this.#link.ask(lndMethods.channelBalance, {});
    return { mayPay: false, inboundMsat: BigInt(remote?.msat ?? 0) };
  }

  async close(): Promise<void> {
    this.#link.close();
  }
}

/** `host:port`, `[IPv6]:port`. */
function readSocket(socket: string): { host: string; port: number } {
  const [, six, name, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/@[\]]+)):(\d{1,5})$/.exec(socket) ?? [];
  const host = six ?? name;
  const port = Number(digits);
  if (host === undefined || !(port > 0) || port > 65_535)
    throw new LightningNodeError("unreachable", "lnd's address is not host:port");
  return { host, port };
}
