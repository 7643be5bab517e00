import type { LightningOffer, Msat } from "@x402-paywall/core";

export type LightningNetwork = LightningOffer["network"];

export interface InvoiceRequest {
  /** Whole satoshi, more than 0. */
  readonly amountMsat: Msat;
  /** For the payer's wallet; at most 500 bytes of UTF-8. */
  readonly description: string;
  readonly expirySeconds: number;
  /** 32 bytes that a node which takes preimages of others must use; others choose their own. */
  readonly preimage: Uint8Array;
}

export interface IssuedInvoice {
  readonly bolt11: string;
  /** 32 bytes, lower-case hex. */
  readonly paymentHash: string;
}

export interface SettledInvoice {
  readonly state: "settled";
  /** 32 bytes, lower-case hex. */
  readonly paymentHash: string;
  /** What the payer sent, before anything that the node's own provider keeps. */
  readonly receivedMsat: Msat;
  /** Unix seconds. */
  readonly settledAt: number;
  /** 32 bytes, lower-case hex; `null` where the node does not tell. */
  readonly preimage: string | null;
}

/** What a node says of an invoice. `held`: money is on its way and may still be returned, so nothing is paid. */
export type NodeInvoice =
  | { readonly state: "open" | "held" | "closed"; readonly paymentHash: string }
  | SettledInvoice;

export interface SettlementEvent {
  readonly invoice: SettledInvoice;
  /** Where to go on once this event and all before it are written down; opaque, at most 200 characters. */
  readonly cursor: string;
}

/**
 * A creator's Lightning node or wallet, as far as selling needs it: it can make invoices and read them, and cannot spend.
 * Every call ends within the backend's timeout. @throws LightningNodeError
 */
export interface LightningBackend {
  readonly kind: "lnd" | "nwc" | "phoenixd";
  createInvoice(request: InvoiceRequest): Promise<IssuedInvoice>;
  /** `undefined`: the node knows no such invoice. */
  lookUp(paymentHash: string): Promise<NodeInvoice | undefined>;
  /**
   * What settled after the cursor, oldest first, then what settles from now on; at least once, foreign invoices of the
   * node included. The next event is pulled when the one before is written down, and a cursor never passes one that was
   * not yielded. `null`: from now on. Ends when the signal aborts; throws {@link LightningNodeError} when the connection
   * is lost: subscribe again with the stored cursor.
   */
  subscribe(cursor: string | null, signal: AbortSignal): AsyncIterable<SettlementEvent>;
  close(): Promise<void>;
}

/**
 * `unreachable`: no connection, or it broke. `timeout`: no answer in time. `certificate`: TLS failed. `unauthorized`: the
 * credential is wrong or revoked. `forbidden`: it may not do this. `unavailable`: the node is locked, starting or syncing.
 * `refused`: the node said no to this very request. `malformed`: it answered something else than its API says.
 */
export type NodeFailure =
  | "unreachable"
  | "timeout"
  | "certificate"
  | "unauthorized"
  | "forbidden"
  | "unavailable"
  | "refused"
  | "malformed";

/** Its message is for the operator's log; it never holds a credential or a preimage. */
export class LightningNodeError extends Error {
  override readonly name = "LightningNodeError";
  readonly failure: NodeFailure;

  constructor(failure: NodeFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** How to reach a node: what a creator enters, sealed at rest, never shown again. */
export type LightningConnection =
  /** `socket`: `host:port` of gRPC. `cert`: base64 of the PEM, empty where a public CA signed it. `macaroon`: lower-case hex. */
  | { readonly kind: "lnd"; readonly socket: string; readonly cert: string; readonly macaroon: string }
  /** NIP-47: `nostr+walletconnect://…`. */
  | { readonly kind: "nwc"; readonly uri: string }
  /** `url`: origin. `password`: the limited one. */
  | { readonly kind: "phoenixd"; readonly url: string; readonly password: string };
