import type { Endpoint } from "./endpoint.ts";

/** Header fields as they go over the wire, in order; names keep their case, repeated names repeat. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** What steps 1-6 see of a request: neither a body nor a framework. */
export interface RequestHead {
  readonly method: string;
  /** Raw origin-form target as received: `/p/slug/v1/x?y=1`. Never decoded, never normalised. */
  readonly target: string;
  /** Each line on its own, so that duplicates can be counted. */
  readonly headers: HeaderList;
  /** Host of the request, lower-case, with port. */
  readonly host: string;
  /** Peer address, for limits. */
  readonly remoteAddress: string;
  /** Base64url SHA-256 of the raw body; given by the transport only where the endpoint binds bodies. */
  readonly bodySha256?: string;
  /**
   * Reads the whole body, at most so many bytes (else rejects with `payload_too_large`). Called at most once, only for
   * our own resources and for endpoints that bind bodies; the transport then forwards the bytes it read.
   */
  readonly readBody?: (maxBytes: number) => Promise<Uint8Array>;
}

export interface ResponseHead {
  readonly status: number;
  readonly headers: HeaderList;
}

/** Adapters translate this and nothing more. */
export type Decision =
  /** Not a paywalled target (adapters only; the gateway answers not_found). */
  | { readonly kind: "passthrough" }
  /** 402 and every other refusal; also preflights and our own resources below the slug. */
  | { readonly kind: "refused"; readonly head: ResponseHead; readonly body: Uint8Array }
  | { readonly kind: "granted"; readonly grant: Grant };

/** The engine as transports see it. Never throws and never rejects; synchronous where nothing has to be waited for. */
export interface Authorizer {
  authorize(request: RequestHead): Decision | Promise<Decision>;
}

/** A request that may go on. Call `commit` once before the first byte, then `finish` once; or `fail` instead. */
export interface Grant {
  readonly endpoint: Endpoint;
  /** Raw path and query to ask of the upstream, base included, byte for byte. */
  readonly upstreamTarget: string;
  /** Filtered request headers, creator's headers last. */
  readonly upstreamHeaders: HeaderList;
  /**
   * Charges where the upstream's status says so and returns the head for the payer: filtered upstream headers and
   * ours. Throws `PaywallError` where nothing may be served: pass it to `fail` for the answer.
   */
  commit(head: ResponseHead): Promise<ResponseHead>;
  /** `commit` of a grant that has nothing to wait for; throws alike. Where it is there, either may be called. */
  readonly commitNow?: (head: ResponseHead) => ResponseHead;
  /** Never throws: what could not be written is retried and logged. */
  finish(outcome: { readonly complete: boolean; readonly bytes: number }): Promise<void>;
  /** The upstream failed before a head, or `commit` threw: charges nobody, leaves the credential good. Returns the answer. */
  fail(error: unknown): Promise<{ readonly head: ResponseHead; readonly body: Uint8Array }>;
}
