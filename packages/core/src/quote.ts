import type { MicroUsd, Rate } from "./money.ts";

/** TEST uses sandbox rails and moves no money; LIVE refuses every sandbox proof. */
export type Mode = "test" | "live";

/** A price for one request now. Immutable: it is honoured until it expires, whatever happens to the price. */
export interface Quote {
  /** 16 random bytes, base64url. */
  readonly id: string;
  readonly mode: Mode;
  readonly endpointId: string;
  /** The rule that priced it; `null` where the endpoint's default price applied. */
  readonly routeId: string | null;
  /** Version of the price that was in force. */
  readonly priceVersion: number;
  readonly amount: MicroUsd;
  readonly rate: Rate;
  /** Base64url SHA-256 of the canonical {@link Binding}. */
  readonly bindingHash: string;
  /** Unix seconds. */
  readonly issuedAt: number;
  /** Unix seconds; the credential must arrive before. */
  readonly expiresAt: number;
}
