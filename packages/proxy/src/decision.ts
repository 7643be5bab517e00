import type { Endpoint } from "./endpoint.ts";
import type { Locate } from "./place.ts";

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

/** A head for the payer; a metered answer says through what its body must pass. */
export interface CommittedHead extends ResponseHead {
  readonly meter?: BodyMeter;
}

/**
 * A metered body on its way: transports give it each chunk and send what comes back. Where the money ahead is used up it
 * stops the upstream, asks the payer for more, and goes on or ends.
 */
export interface BodyMeter {
  /** Called once, before the first chunk. */
  attach(port: MeterPort): void;
  /** Counts a chunk; the bytes to pass on, possibly none. */
  push(chunk: Uint8Array): Uint8Array;
  /** Do not pull from the upstream until the port is told to. */
  readonly blocked: boolean;
  /** After the upstream's last byte: charges what was used. The bytes and trailers that tell the payer; never rejects. */
  end(): Promise<{ readonly body: Uint8Array; readonly trailers: HeaderList }>;
  /** The payer left or the upstream broke off: no more chunks, no more timers. Read `usage` afterwards. */
  close(): void;
}

/** The meter's hands on a transport. */
export interface MeterPort {
  /** Sends bytes of the meter's own. */
  write(bytes: Uint8Array): void;
  /** Pulls again. */
  resume(): void;
  /** Ends the answer here and gives the upstream up. @param clean In good order; else the payer sees it break off. */
  stop(clean: boolean): void;
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
  /** @param locate Where an application has routed the request itself; else its target says. */
  authorize(request: RequestHead, locate?: Locate): Decision | Promise<Decision>;
}

export interface DeliveryOutcome {
  readonly complete: boolean;
  /** Of the body, as they went out. */
  readonly bytes: number;
  /** Who broke off an answer that is not complete; default: the payer. */
  readonly brokenBy?: "payer" | "upstream";
}

/** A request that may go on. Call `commit` once before the first byte, then `finish` once; or `fail` instead. */
export interface Grant {
  readonly endpoint: Endpoint;
  /** Raw path and query to ask of the upstream, base included, byte for byte. */
  readonly upstreamTarget: string;
  /** Filtered request headers, creator's headers last. */
  readonly upstreamHeaders: HeaderList;
  /** Sent in place of the body that was read: usage asked for, limits lowered. */
  readonly upstreamBody?: Uint8Array;
  /** The payer may leave and the upstream is read on, so long and no longer: then its report is what is charged. */
  readonly drain?: { readonly milliseconds: number; readonly bytes: number };
  /**
   * Charges where the upstream's status says so and returns the head for the payer: filtered upstream headers and
   * ours. Throws `PaywallError` where nothing may be served: pass it to `fail` for the answer.
   */
  commit(head: ResponseHead): Promise<CommittedHead>;
  /** `commit` of a grant that has nothing to wait for; throws alike. Where it is there, either may be called. */
  readonly commitNow?: (head: ResponseHead) => ResponseHead;
  /** Never throws: what could not be written is retried and logged. */
  finish(outcome: DeliveryOutcome): Promise<void>;
  /** The upstream failed before a head, or `commit` threw: charges nobody, leaves the credential good. Returns the answer. */
  fail(error: unknown): Promise<{ readonly head: ResponseHead; readonly body: Uint8Array }>;
}
