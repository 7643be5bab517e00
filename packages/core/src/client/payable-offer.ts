import type { MicroUsd } from "../money.ts";
import type { WireId } from "../rail.ts";
import type { DollarToken, EvmWallet, LightningWallet } from "./wallets.ts";

/** Wires that ask for money. */
export type PayingWire = Exclude<WireId, "access">;
/** A header that carries a credential. */
export type CredentialHeader = readonly [name: string, value: string];

/** An offer that was understood, checked, and can be paid with one of the wallets. */
export interface PayableOffer {
  readonly wire: PayingWire;
  readonly amountUsd: MicroUsd;
  /** Moves or promises the money. Called at most once. */
  pay(): Promise<CredentialHeader>;
}

/** What offers are read with. */
export interface PayingContext {
  readonly lightning: { readonly wallet: LightningWallet; readonly rateMsatPerUsd: bigint } | undefined;
  readonly evm: { readonly wallet: EvmWallet; readonly tokens: readonly DollarToken[] } | undefined;
  /** Unix seconds. */
  now(): number;
  randomBytes(length: number): Uint8Array;
}
