import type { Crypto, KeyRing, LightningOffer, PreimageProof, Quote } from "@x402-paywall/core";
import { PaywallError, sealPreimage } from "@x402-paywall/core";
import type { Endpoint } from "../../endpoint.ts";
import { verifyPreimage } from "../../lightning/verify-preimage.ts";
import type { OfferRequest, Rail, RailClaim, Settlement, Verification } from "../../rail.ts";
import type { AtomicStore, InvoicePayment, InvoiceRecord } from "../../store.ts";
import {
  type LightningBackend,
  type LightningNetwork,
  LightningNodeError,
  type SettledInvoice,
} from "./backend.ts";
import { createCircuit } from "./circuit.ts";
import { issueInvoice } from "./issue-invoice.ts";
import type { LightningNodes } from "./nodes.ts";
import { AWAY_SECONDS, confirmationOf, type InvoiceLook, lookAt, settlementOf } from "./paid-invoices.ts";
import { type UnpaidInvoice, UnpaidInvoices, type UnpaidLimits } from "./unpaid-invoices.ts";

export interface LightningRailOptions {
  readonly nodes: LightningNodes;
  /** Where invoices are written down before anybody can pay them. */
  readonly store: Pick<AtomicStore, "saveInvoice" | "findInvoice">;
  /** The one that all nodes must be of. */
  readonly network: LightningNetwork;
  readonly keys: KeyRing;
  readonly crypto: Crypto;
  /** Milliseconds. */
  readonly clock: () => number;
  /** The node of endpoints that name none: inside of an application. */
  readonly nodeId?: string;
  readonly limits?: UnpaidLimits;
  /** What a node failed with; never holds a credential or a preimage. */
  readonly onError?: (error: unknown) => void;
}

/**
 * LIVE Lightning: BOLT11 invoices of the creator's own node, for L402 and MPP `lightning/charge`. A preimage is checked here;
 * whether its invoice is settled, the node alone says, once the payment is claimed: custodial hosts know preimages before
 * anybody pays.
 */
export function createLightningRail(options: LightningRailOptions): Rail {
  return new LightningRail(options);
}

class LightningRail implements Rail {
  readonly id = "lightning";
  readonly mode = "live";
  readonly #options: LightningRailOptions;
  readonly #circuit: ReturnType<typeof createCircuit>;
  readonly #unpaid: UnpaidInvoices;
  readonly #preimageOf: ReturnType<Crypto["hmac"]>;
  /** When paid ones were looked for last, Unix seconds by client. */
  readonly #freedAt = new Map<string, number>();
  /** When an unpaid invoice's node was asked last, milliseconds, and whether it was away. */
  readonly #asked = new Map<string, { readonly at: number; readonly away: boolean }>();

  constructor(options: LightningRailOptions) {
    this.#options = options;
    this.#circuit = createCircuit(options.clock);
    this.#unpaid = new UnpaidInvoices(options.limits);
    this.#preimageOf = options.crypto.hmac(options.keys.derive("lightning-preimage"));
  }

  settles(): "before" {
    return "before";
  }

  accepts(proof: RailClaim["proof"]): boolean {
    return proof.kind === "preimage";
  }

  async offer(request: OfferRequest): Promise<readonly LightningOffer[]> {
    const { quote, endpoint, kept } = request;
    const nodeId = this.#nodeOf(endpoint);
    if (nodeId === undefined || !isPayable(quote, endpoint)) return [];
    if (kept !== undefined) return [kept];
    const now = this.#seconds();
    const { expiresAt } = quote;
    await this.#takePlace(quote.id, { client: request.client ?? "", endpoint: endpoint.id, expiresAt }, now);
    try {
      const { network } = this.#options;
      const issuing = { quote, title: endpoint.title, now, network, preimageOf: this.#preimageOf };
      const offer = await this.#ask(nodeId, (backend) => issueInvoice(backend, issuing));
      this.#unpaid.made(quote.id, offer.paymentHash);
      await this.#options.store.saveInvoice(toRecord(offer, request, nodeId));
      return [offer];
    } catch (error) {
      this.#unpaid.leave(quote.id);
      throw error;
    }
  }

  /** Where there is no place, what other processes saw paid is looked up, once a second: who pays is never at the limit. */
  async #takePlace(id: string, place: UnpaidInvoice, now: number): Promise<void> {
    try {
      this.#unpaid.take(id, place, now);
    } catch (error) {
      if (this.#freedAt.get(place.client) === now) throw error;
      if (this.#freedAt.size >= MAX_ASKED) this.#freedAt.clear();
      this.#freedAt.set(place.client, now);
      const { store } = this.#options;
      const oldest = this.#unpaid.list(place, LOOKED_UP);
      const records = await Promise.all(oldest.map(({ paymentHash }) => store.findInvoice(paymentHash)));
      for (const [index, { id: paid }] of oldest.entries())
        if ((records[index]?.paid ?? null) !== null) this.#unpaid.leave(paid);
      this.#unpaid.take(id, place, now);
    }
  }

  verify(proof: RailClaim["proof"], quote: Quote): Verification {
    if (quote.mode !== "live") return refuse("LIVE money buys nothing in TEST mode.");
    if (proof.kind !== "preimage") return refuse("This rail takes no such payment.");
    if (quote.rate.msatPerUsd <= 0n) return refuse("This quote could not be paid in Bitcoin.");
    return verifyPreimage(proof, quote, this.#options);
  }

  async confirm(claim: RailClaim) {
    return confirmationOf(await this.#look(claim), claim.quote);
  }

  async settle(claim: RailClaim): Promise<Settlement> {
    const look = await this.#look(claim);
    const invoice = look.known ? look.invoice : undefined;
    if (invoice?.state === "settled") {
      this.#unpaid.leave(claim.quote.id);
      return settlementOf(invoice.paymentHash, invoice.receivedMsat, this.#options.network);
    }
    return { outcome: "unavailable", retryAfter: AWAY_SECONDS };
  }

  /** Without its row the payment is as good as new: whoever presents it again has it confirmed again. */
  async status(paymentKey: string): Promise<Settlement> {
    const paymentHash = paymentKey.slice(-64);
    const record = await this.#options.store.findInvoice(paymentHash);
    if (typeof record?.nodeId !== "string")
      return { outcome: "failed", detail: "This invoice is not known here." };
    const look = await this.#lookUp(paymentHash, record, record.nodeId);
    if (!look.known) return { outcome: "unknown", retryAfter: AWAY_SECONDS };
    if (look.invoice?.state === "settled")
      return settlementOf(paymentHash, look.invoice.receivedMsat, this.#options.network);
    return { outcome: "failed", detail: "The invoice is not paid." };
  }

  /** At most once a second for each invoice: pages poll. @throws PaywallError `rail_unavailable` where the node is away */
  async findPayment(paymentHash: string, endpoint: Endpoint, record: InvoiceRecord | undefined) {
    const { clock } = this.#options;
    const nodeId = record?.nodeId ?? this.#nodeOf(endpoint);
    if (nodeId === undefined) return undefined;
    const last = this.#asked.get(paymentHash);
    if (last !== undefined && clock() - last.at < ASK_AGAIN_MS) {
      if (last.away) throw nodeAway();
      return undefined;
    }
    if (this.#asked.size >= MAX_ASKED) this.#asked.clear();
    this.#asked.set(paymentHash, { at: clock(), away: last?.away ?? false });
    const look = await this.#lookUp(paymentHash, record, nodeId);
    this.#asked.set(paymentHash, { at: clock(), away: !look.known });
    if (!look.known) throw nodeAway();
    return look.invoice?.state === "settled" ? this.#toPayment(look.invoice) : undefined;
  }

  /** Of a claim: the node that its row names, else the endpoint's. What was found paid is written down. */
  async #look({ proof, endpoint }: RailClaim): Promise<InvoiceLook> {
    const { paymentHash, preimage } = preimageOf(proof);
    const { store } = this.#options;
    const record = await store.findInvoice(paymentHash);
    const look = await this.#lookUp(paymentHash, record, record?.nodeId ?? this.#nodeOf(endpoint));
    if (record !== undefined && record.paid === null && look.known && look.invoice?.state === "settled")
      await store.saveInvoice({ ...record, paid: this.#toPayment({ ...look.invoice, preimage }) });
    return look;
  }

  #lookUp(
    paymentHash: string,
    record: InvoiceRecord | undefined,
    nodeId: string | undefined,
  ): Promise<InvoiceLook> {
    const { onError = () => {} } = this.#options;
    const ask = nodeId === undefined ? undefined : () => this.#backend(nodeId);
    return lookAt(paymentHash, record, ask, onError);
  }

  #toPayment({ receivedMsat, settledAt, preimage, paymentHash }: SettledInvoice): InvoicePayment {
    const { keys } = this.#options;
    const sealedPreimage = preimage === null ? null : sealPreimage(preimage, paymentHash, keys);
    return { receivedMsat, at: settledAt, sealedPreimage };
  }

  async #backend(nodeId: string): Promise<LightningBackend> {
    const backend = await this.#options.nodes.find(nodeId);
    if (backend === undefined)
      throw new LightningNodeError("unreachable", `The node ${nodeId} is not connected`);
    return backend;
  }

  /** A node that does not answer is left alone for a moment, so that not each 402 waits for it. */
  async #ask<T>(nodeId: string, work: (backend: LightningBackend) => Promise<T>): Promise<T> {
    if (!this.#circuit.isClosed(nodeId)) throw nodeAway();
    try {
      const result = await work(await this.#backend(nodeId));
      this.#circuit.report(nodeId, true);
      return result;
    } catch (error) {
      this.#circuit.report(nodeId, false);
      throw error;
    }
  }

  #nodeOf(endpoint: Endpoint): string | undefined {
    return endpoint.payouts?.lightning?.nodeId ?? this.#options.nodeId;
  }

  #seconds(): number {
    return Math.floor(this.#options.clock() / 1000);
  }
}

function nodeAway(): PaywallError {
  return new PaywallError("rail_unavailable", {
    detail: "The creator's node does not answer just now. What was paid is not lost: ask again in a moment.",
    retryAfter: AWAY_SECONDS,
  });
}

const ASK_AGAIN_MS = 1_000;
const MAX_ASKED = 10_000;
const LOOKED_UP = 100;

function isPayable({ mode, amount, rate }: Quote, { wires }: Endpoint): boolean {
  if (mode !== "live" || amount <= 0n || rate.msatPerUsd <= 0n) return false;
  return wires.includes("l402") || wires.includes("mpp");
}

function toRecord(
  { bolt11, paymentHash }: LightningOffer,
  { quote, endpoint, shareable = false }: OfferRequest,
  nodeId: string,
): InvoiceRecord {
  const { id: quoteId, mode, amount, expiresAt } = quote;
  return {
    paymentHash,
    bolt11,
    quoteId,
    endpointId: endpoint.id,
    workspaceId: endpoint.workspaceId,
    mode,
    amount,
    expiresAt,
    quote,
    nodeId,
    shared: shareable,
    paid: null,
  };
}

function preimageOf(proof: RailClaim["proof"]): Pick<PreimageProof, "paymentHash" | "preimage"> {
  if (proof.kind !== "preimage") throw new TypeError("Not a Lightning payment");
  return proof;
}

function refuse(detail: string): Verification {
  return { ok: false, code: "verification_failed", detail };
}
