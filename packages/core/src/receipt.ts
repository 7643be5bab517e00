import type { MicroUsd } from "./money.ts";
import type { Mode } from "./quote.ts";
import type { RailId, WireId } from "./rail.ts";

/** The signed statement that a payment settled: the payload of a compact JWS (EdDSA, RFC 8037). */
export interface Receipt {
  /** `rcp_` and 22 base64url characters. */
  readonly id: string;
  readonly mode: Mode;
  readonly endpointId: string;
  readonly workspaceId: string;
  readonly quoteId: string;
  readonly bindingHash: string;
  readonly rail: RailId;
  readonly wire: WireId;
  /** The money's own identity: see `paymentKey` in `keys.ts`. Never a preimage or a signature. */
  readonly paymentKey: string;
  /** Address or other public identity of who paid, where the rail knows one. */
  readonly payer?: string;
  readonly amount: MicroUsd;
  /** What actually moved, in the rail's unit: `{ asset: "BTC", amount: "10000", unit: "msat" }`. */
  readonly settled: { readonly asset: string; readonly amount: string; readonly unit: string; readonly network: string };
  /** The rail's reference: transaction hash, payment hash, PaymentIntent. */
  readonly reference: string;
  /** Unix seconds. */
  readonly settledAt: number;
}
