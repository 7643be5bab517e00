import { randomBytes } from "node:crypto";
import type { InvoiceRequest, LightningBackend } from "../rails/lightning/backend.ts";

/** What an implementation of `LightningBackend` gives to the contract suite: a node, and a payer of its invoices. */
export interface BackendHarness {
  /** Another backend of the same node; the suite closes it. */
  open(): Promise<LightningBackend>;
  /** Resolves when the payer has paid; the node knows of it by then. */
  pay(bolt11: string): Promise<unknown>;
  /** Whether the node makes its invoices with the preimages that it is given. */
  readonly takesPreimages: boolean;
  /** Parts of the credential that no error may show. */
  readonly secrets: readonly string[];
  /** Breaks the connection until `mend`; both resolve when it is so. Payments go on. */
  cut?(): Promise<void>;
  mend?(): Promise<void>;
  /** It takes less of a description than the 500 bytes. */
  readonly shortens?: boolean;
  /** How long an event, and the failure of a call, may take. Milliseconds, default 5,000. */
  readonly withinMs?: number;
  close(): Promise<void>;
}

/** What a rail would ask for; each with a preimage of its own. */
export function makeInvoiceRequest(overrides: Partial<InvoiceRequest> = {}): InvoiceRequest {
  return {
    amountMsat: 21_000n,
    description: "Contract [q_0123456789 ep_1 21]",
    expirySeconds: 600,
    preimage: randomBytes(32),
    ...overrides,
  };
}
