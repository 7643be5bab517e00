import {
  Nip47NetworkError,
  Nip47PublishError,
  Nip47TimeoutError,
  Nip47UnsupportedEncryptionError,
  Nip47WalletError,
} from "@getalby/sdk/nwc";
import { LightningNodeError, type NodeFailure } from "../backend.ts";
import { UNREADABLE } from "./contained-client.ts";

/** NIP-47's error codes, as far as they say more than no. */
const FAILURES: Readonly<Record<string, NodeFailure>> = {
  UNAUTHORIZED: "unauthorized",
  RESTRICTED: "forbidden",
  NOT_IMPLEMENTED: "forbidden",
  RATE_LIMITED: "unavailable",
  INTERNAL: "unavailable",
  [UNREADABLE]: "malformed",
};

/** Whether the wallet says that there is no such thing; some have no code for it. */
export function isNotFound(error: unknown): boolean {
  if (!(error instanceof Nip47WalletError)) return false;
  return error.code === "NOT_FOUND" || /\bnot found\b/i.test(error.message);
}

/** What a request to a wallet failed with, in the words of the port; the wallet's own words stay out. */
export function toNwcError(error: unknown, method: string): LightningNodeError {
  if (error instanceof LightningNodeError) return error;
  if (error instanceof Nip47WalletError) {
    const code = /^[A-Z_]{1,40}$/.test(error.code) ? error.code : "OTHER";
    return new LightningNodeError(FAILURES[code] ?? "refused", `The wallet answered ${code} to ${method}`);
  }
  if (error instanceof Nip47TimeoutError)
    return new LightningNodeError("timeout", `The wallet did not answer ${method} in time`);
  if (error instanceof Nip47NetworkError || error instanceof Nip47PublishError)
    return new LightningNodeError("unreachable", "The wallet's relay does not take requests");
  if (error instanceof Nip47UnsupportedEncryptionError)
    return new LightningNodeError("malformed", "The wallet encrypts in no way that is known here");
  return new LightningNodeError("unavailable", `The wallet cannot be asked for ${method} now`);
}
