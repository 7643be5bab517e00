import type { Crypto, Quote } from "@x402-paywall/core";
import { concatBytes, equalBytes, fromBase64Url, hashBinding, utf8 } from "@x402-paywall/core";
import type { Endpoint } from "./endpoint.ts";
import type { Target } from "./target.ts";

/** What the present request is bound to, computed once for price, credential and receipt. */
export interface RequestBinding {
  readonly hash: string;
  /** 16 bytes, fresh. */
  newQuoteId(crypto: Crypto): Uint8Array;
  /** Whether a quote was made for this request but for another body. */
  differsInBodyOnly(quote: Quote, crypto: Crypto): boolean;
}

export interface BoundRequest {
  readonly method: string;
  readonly target: Target;
  /** Base64url; needed only where the endpoint binds bodies. */
  readonly bodySha256: string | undefined;
  /** What a computed price was made of. */
  readonly basis: string | undefined;
}

export function bindRequest(endpoint: Endpoint, request: BoundRequest, crypto: Crypto): RequestBinding {
  const { method, target, bodySha256, basis } = request;
  const head = {
    endpointId: endpoint.id,
    method,
    path: target.path,
    ...(endpoint.binding.query ? { query: target.query } : {}),
    ...(basis === undefined ? {} : { basis }),
  };
  if (!endpoint.binding.body || bodySha256 === undefined) {
    let hash: string | undefined;
    return {
      // A pass for the whole endpoint never asks for it.
      get hash() {
        hash ??= hashBinding(head, crypto);
        return hash;
      },
      newQuoteId: () => crypto.randomBytes(16),
      differsInBodyOnly: () => false,
    };
  }
  const headHash = hashBinding(head, crypto);
  return {
    hash: hashBinding({ ...head, bodySha256 }, crypto),
    newQuoteId: () => markedId(crypto.randomBytes(8), headHash, crypto),
    differsInBodyOnly: (quote) => {
      const id = fromBase64Url(quote.id);
      return (
        id !== undefined && id.length === 16 && equalBytes(id, markedId(id.subarray(0, 8), headHash, crypto))
      );
    },
  };
}

/**
 * A quote carries one hash of everything. So that a payer who sent another body can be told so, the quote's id repeats
 * the rest of the binding in its second half; nothing is decided by it but the error code.
 */
function markedId(random: Uint8Array, headHash: string, crypto: Crypto): Uint8Array {
  const mark = crypto.sha256(concatBytes(random, utf8(headHash))).subarray(0, 8);
  return concatBytes(random, mark);
}
