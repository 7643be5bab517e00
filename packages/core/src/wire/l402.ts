import { fromBase64, toBase64 } from "../base64.ts";
import { concatBytes, equalBytes, fromHex, toHex } from "../bytes.ts";
import type { Crypto } from "../crypto.ts";
import { currentHmac } from "../keys.ts";
import type { KeyRing } from "../keys.ts";
import type { ProblemCode } from "../problem.ts";
import type { Quote } from "../quote.ts";
import { caveatsOf, readCaveats, type TokenLimits } from "./l402-caveats.ts";
import { decodeMacaroon, encodeMacaroon } from "./macaroon-codec.ts";
import { mintMacaroon, verifyMacaroonChain } from "./macaroon.ts";
import type { MacaroonV2 } from "./macaroon.ts";

export type { TokenLimits };

export interface L402Mint {
  readonly quote: Quote;
  /** Lower-case hex of 32 bytes. */
  readonly paymentHash: string;
  readonly slug: string;
  readonly keys: KeyRing;
  readonly crypto: Crypto;
}

/** Each try shifts the encoding; that three of them in a row are bad happens once in 10^15 times. */
const MAX_TRIES = 32;

/**
 * A macaroon for one quote, standard base64. Stateless: its root key is an HMAC of its identifier (version 0, payment
 * hash, 32 random bytes).
 */
export function mintL402(input: L402Mint): string {
  const { quote, slug, keys, crypto } = input;
  const paymentHash = fromHex(input.paymentHash);
  if (paymentHash?.length !== 32) throw new RangeError("A payment hash has 32 bytes");
  const caveats = caveatsOf(quote, slug);
  const master = currentHmac(keys, "macaroon");
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    // The payment hash cannot be changed, so the words may stand in what it encodes to: a location moves all behind it.
    const location = tries === 0 ? {} : { location: "-".repeat(tries) };
    const identifier = concatBytes(Uint8Array.of(0, 0), paymentHash, crypto.randomBytes(32));
    const macaroon = mintMacaroon({ rootKey: master(identifier), identifier, caveats, ...location }, crypto);
    const token = toBase64(encodeMacaroon(macaroon));
    // One client cuts these words out of the token wherever they stand, and its payer would lose the money.
    if (!/LSAT|L402/.test(token)) return token;
  }
  throw new RangeError("No token could be minted for this payment hash");
}

/** Value of the `WWW-Authenticate` line, in the one form that all deployed clients read. */
export function formatL402Challenge(input: { readonly token: string; readonly bolt11: string }): string {
  const { token, bolt11 } = input;
  return `L402 macaroon="${token}", invoice="${bolt11}", version="0", token="${token}"`;
}

export interface L402Credential {
  readonly macaroon: MacaroonV2;
  /** 32 bytes, lower-case hex. */
  readonly preimage: string;
}

/** `<scheme> <base64>[,<base64>…]:<hex>`: the first macaroon counts, the others are discharges that we never ask for. */
export const l402Pattern = /^(?:L402|LSAT) +([A-Za-z0-9+/_=-]+)(?:,[A-Za-z0-9+/_=-]+)*:([0-9a-f]{64})$/i;

/** Reads an `Authorization` value (`L402` or `LSAT`, any case; base64 or base64url). */
export function parseL402Credential(value: string): L402Credential | undefined {
  const [, token, preimage] = l402Pattern.exec(value.trim()) ?? [];
  const bytes = token === undefined ? undefined : fromBase64(token);
  const macaroon = bytes === undefined ? undefined : decodeMacaroon(bytes);
  if (macaroon === undefined || preimage === undefined) return undefined;
  return { macaroon, preimage: preimage.toLowerCase() };
}

export interface L402Context {
  readonly keys: KeyRing;
  readonly crypto: Crypto;
  /** Unix seconds. */
  readonly now: number;
  readonly slug: string;
  readonly method: string;
  /** Raw path after the slug. */
  readonly path: string;
}

/**
 * With `payment_expired` come `quote` and `paymentHash`, where the time is the quote's own: what was paid in time may still be
 * owed.
 */
export type L402Verification =
  | {
      readonly ok: true;
      readonly quote: Quote;
      readonly paymentHash: string;
      readonly limits?: TokenLimits;
    }
  | {
      readonly ok: false;
      readonly code: ProblemCode;
      readonly detail: string;
      readonly quote?: Quote;
      readonly paymentHash?: string;
      readonly limits?: TokenLimits;
    };

/**
 * Verifies preimage, HMAC chain and caveats, in this order. Whether the invoice is settled on the node, and whether the
 * quote's binding fits the request, is for the caller.
 */
export function verifyL402(credential: L402Credential, context: L402Context): L402Verification {
  const { keys, crypto } = context;
  const { identifier, caveats } = credential.macaroon;
  if (identifier.length !== 66 || identifier[0] !== 0 || identifier[1] !== 0) {
    return {
      ok: false,
      code: "malformed_credential",
      detail: "The macaroon's identifier is not of version 0",
    };
  }
  const hash = identifier.slice(2, 34);
  const preimage = fromHex(credential.preimage);
  if (preimage?.length !== 32 || !equalBytes(crypto.sha256(preimage), hash)) {
    return { ok: false, code: "verification_failed", detail: "The preimage does not belong to the invoice" };
  }
  const masters = keys.hmacs("macaroon");
  if (!masters.some((master) => verifyMacaroonChain(credential.macaroon, master(identifier), crypto))) {
    return {
      ok: false,
      code: "invalid_challenge",
      detail: "The macaroon was not issued here, or was changed",
    };
  }
  const read = readCaveats(caveats, context);
  return read.ok || read.code === "payment_expired" ? { ...read, paymentHash: toHex(hash) } : read;
}
