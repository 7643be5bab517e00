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
}
