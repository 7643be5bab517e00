/** A version 2 binary macaroon without third-party caveats (libmacaroons' format, as L402 uses it). */
export interface MacaroonV2 {
  readonly location?: string;
  readonly identifier: Uint8Array;
  /** First-party caveats in order, `condition=value`. */
  readonly caveats: readonly string[];
  /** 32 bytes. */
  readonly signature: Uint8Array;
}
