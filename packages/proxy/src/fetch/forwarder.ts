import type { Grant, ResponseHead } from "../decision.ts";

/** Carries granted requests to upstreams: undici behind the address policy on Node, the platform's `fetch` elsewhere. */
export interface Forwarder {
  /**
   * Sends the request, commits the grant at the upstream's head, and gives the answer: the upstream's, or the grant's own
   * where the upstream failed. Finishes the grant when the body was read or given up. Rejects only when `signal` aborts.
   */
  forward(grant: Grant, request: ForwarderRequest): Promise<ForwardedAnswer>;
}

export interface ForwarderRequest {
  readonly method: string;
  readonly body: ReadableStream<Uint8Array> | Uint8Array | null;
  /** Aborts when the payer leaves. */
  readonly signal: AbortSignal;
}

export interface ForwardedAnswer {
  readonly head: ResponseHead;
  readonly body: ReadableStream<Uint8Array> | Uint8Array | null;
}
