import { equalBytes, utf8 } from "../bytes.ts";
import type { Crypto, Hmac } from "../crypto.ts";

/** A version 2 binary macaroon without third-party caveats (libmacaroons' format, as L402 uses it). */
export interface MacaroonV2 {
  readonly location?: string;
  readonly identifier: Uint8Array;
  /** First-party caveats in order, `condition=value`. */
  readonly caveats: readonly string[];
  /** 32 bytes. */
  readonly signature: Uint8Array;
}

export interface NewMacaroon {
  /** Any length: libmacaroons derives the real key from it. */
  readonly rootKey: Uint8Array;
  readonly identifier: Uint8Array;
  readonly location?: string;
  readonly caveats: readonly string[];
}

/** Mints a macaroon under a root key. */
export function mintMacaroon(input: NewMacaroon, crypto: Crypto): MacaroonV2 {
  const { rootKey, identifier, location, caveats } = input;
  const signature = chain(rootKey, identifier, caveats, crypto);
  return { ...(location === undefined ? {} : { location }), identifier, caveats, signature };
}

/** Narrows a macaroon; needs no key. */
export function addCaveat(macaroon: MacaroonV2, caveat: string, crypto: Crypto): MacaroonV2 {
  const signature = crypto.hmac(macaroon.signature)(utf8(caveat));
  return { ...macaroon, caveats: [...macaroon.caveats, caveat], signature };
}

/** Recomputes the HMAC chain; constant time in the signature. */
export function verifyMacaroonChain(macaroon: MacaroonV2, rootKey: Uint8Array, crypto: Crypto): boolean {
  return equalBytes(chain(rootKey, macaroon.identifier, macaroon.caveats, crypto), macaroon.signature);
}

const generators = new WeakMap<Crypto, Hmac>();

/** The constant with which libmacaroons derives its keys; the published L402 text leaves this step out. */
function generator(crypto: Crypto): Hmac {
  const known = generators.get(crypto);
  if (known) return known;
  const hmac = crypto.hmac(utf8("macaroons-key-generator"));
  generators.set(crypto, hmac);
  return hmac;
}

function chain(
  rootKey: Uint8Array,
  identifier: Uint8Array,
  caveats: readonly string[],
  crypto: Crypto,
): Uint8Array {
  let signature = crypto.hmac(generator(crypto)(rootKey))(identifier);
  for (const caveat of caveats) signature = crypto.hmac(signature)(utf8(caveat));
  return signature;
}
