import type { Mode } from "./quote.ts";

/** What a payment bought. Per request: one use. A browser that paid keeps its one resource until `expiresAt`. */
export interface Entitlement {
  /** `ent_` and 22 base64url characters. */
  readonly id: string;
  readonly mode: Mode;
  readonly endpointId: string;
  /** The binding it is good for, or `"*"` for the whole endpoint (time pass). */
  readonly scope: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}
