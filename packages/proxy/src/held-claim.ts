import type { Receipt } from "@x402-paywall/core";
import type { Endpoint } from "./endpoint.ts";
import type { ClaimRef } from "./store.ts";
import type { VerifiedPayment } from "./verify-payment.ts";

/** Long enough for the upstream's head; prolonged while the answer streams. */
export const LEASE_MS = 30_000;

/** A payment that was taken for this request: nobody else can use it until the lease ends. */
export interface HeldClaim {
  readonly ref: ClaimRef;
  /** Milliseconds, before the store was asked: the lease is at least this old. */
  readonly claimedAt: number;
  readonly endpoint: Endpoint;
  readonly payment: VerifiedPayment;
  /** Already charged, by an earlier presentation that was not served. */
  readonly settled: SettledPayment | null;
  /** The rail's, of an earlier presentation that asked it. */
  readonly note: string | null;
  /** An earlier presentation asked the rail and does not know what came of it. */
  readonly repeated: boolean;
}

export interface SettledPayment {
  readonly receipt: Receipt;
  /** Compact JWS. */
  readonly jws: string;
}
