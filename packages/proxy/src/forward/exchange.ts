import type { Readable } from "node:stream";
import type { HeaderList, ResponseHead } from "../decision.ts";

/** Where an answer goes: a socket, a stream. Called in the order `head`, `write`*, then `end` or `abort`; or `answer` alone. */
export interface ResponseSink {
  head(head: ResponseHead): void;
  /** @returns `false` where nothing more should come until {@link Exchange.resume}. */
  write(chunk: Uint8Array): boolean;
  /** Everything that was delivered at once has been written: what waits for more may go out now. */
  flush(): void;
  /** The answer is whole. The owner reports with {@link Exchange.close} when it left. Trailers: where the head announced them. */
  end(trailers?: HeaderList): void;
  /** The answer broke off: the payer must see that, not a clean end. */
  abort(): void;
  /** A whole answer of ours in place of the upstream's. */
  answer(head: ResponseHead, body: Uint8Array): void;
}

/** One request on its way; driven by the upstream on one side, by the owner of the sink on the other. */
export interface Exchange {
  /** The sink can take more. */
  resume(): void;
  /** The payer's side is over. @param delivered Whether all of the answer left; else the upstream is aborted at once. */
  close(delivered: boolean): void;
}

export interface ForwardRequest {
  readonly method: string;
  /** Streams are read only as fast as the upstream takes them, and never sent twice. */
  readonly body: Readable | Uint8Array | null;
}
