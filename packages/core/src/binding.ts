import { toBase64Url } from "./base64.ts";
import { utf8 } from "./bytes.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { Crypto } from "./crypto.ts";

/**
 * What a credential is good for. Its canonical form (RFC 8785 JSON) is hashed into the quote, which each wire
 * authenticates, so a proof that was bought for one request does not open another.
 */
export interface Binding {
  readonly endpointId: string;
  readonly method: string;
  /** The raw path after the slug, byte for byte, never decoded or lower-cased. */
  readonly path: string;
  /** The raw query without `?`; absent where the endpoint's policy ignores it. */
  readonly query?: string;
  /** Base64url SHA-256 of the raw body; present only where the endpoint binds bodies. */
  readonly bodySha256?: string;
  /** The facts that a computed price was made of, so that a cheap request's payment does not open a dear one. */
  readonly basis?: string;
}

/** RFC 8785 text of a binding; `vectors/binding.json` holds examples. */
export function canonicalBinding(binding: Binding): string {
  return canonicalJson({
    basis: binding.basis,
    body_sha256: binding.bodySha256,
    endpoint: binding.endpointId,
    method: binding.method,
    path: binding.path,
    query: binding.query,
    v: 1,
  });
}

/** Base64url SHA-256 of {@link canonicalBinding}: 43 characters. */
export function hashBinding(binding: Binding, crypto: Crypto): string {
  return toBase64Url(crypto.sha256(utf8(canonicalBinding(binding))));
}

/** What a payment for more than one request is bound to: the endpoint and an entitlement's scope, no single request. */
export function hashScope(endpointId: string, scope: string, crypto: Crypto): string {
  return hashBinding({ endpointId, method: "*", path: scope }, crypto);
}
