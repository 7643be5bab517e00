import { PaywallError } from "@x402-paywall/core";
import { Readable } from "node:stream";
import type { ResponseHead } from "../decision.ts";
import type { Egress } from "../egress/index.ts";
import type { ForwardedAnswer, Forwarder, ForwarderRequest } from "../fetch/index.ts";
import { forward } from "../forward/index.ts";
import type { Exchange, ResponseSink } from "../forward/index.ts";

/** Node's way to upstreams for the fetch transport: the same undici pools and address policy as the server's. */
export function createNodeForwarder(egress: Pick<Egress, "dispatcher">): Forwarder {
  return {
    forward: (grant, request) =>
      new Promise<ForwardedAnswer>((resolve, reject) => {
        const sink = new StreamSink(resolve, reject);
        const body = toNodeBody(request.body, grant.endpoint.upstream.maxRequestBytes);
        sink.attach(forward(grant, { method: request.method, body }, sink, egress), request.signal);
      }),
  };
}

/** An exchange's answer as a stream that holds nothing: the upstream moves when somebody reads. */
class StreamSink implements ResponseSink {
  readonly #resolve: (answer: ForwardedAnswer) => void;
  readonly #reject: (reason: unknown) => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #exchange: Exchange | undefined;
  #detach: () => void = () => undefined;

  constructor(resolve: (answer: ForwardedAnswer) => void, reject: (reason: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  attach(exchange: Exchange, signal: AbortSignal): void {
    this.#exchange = exchange;
    const leave = (): void => {
      exchange.close(false);
      this.#fail(signal.reason);
    };
    if (signal.aborted) return leave();
    signal.addEventListener("abort", leave, { once: true });
    this.#detach = () => signal.removeEventListener("abort", leave);
  }

  head(head: ResponseHead): void {
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#controller = controller),
        pull: () => this.#exchange?.resume(),
        cancel: () => {
          this.#detach();
          this.#exchange?.close(false);
        },
      },
      // No queue: `pull` comes only when somebody waits, so that an end means that all before it was read.
      { highWaterMark: 0 },
    );
    this.#resolve({ head, body });
  }

  write(chunk: Uint8Array): boolean {
    this.#controller?.enqueue(chunk);
    return (this.#controller?.desiredSize ?? 0) > 0;
  }

  flush(): void {
    // Streams hold nothing back.
  }

  end(): void {
    this.#detach();
    this.#controller?.close();
    this.#exchange?.close(true);
  }

  abort(): void {
    this.#detach();
    this.#fail(new Error("The upstream's answer broke off"));
  }

  answer(head: ResponseHead, body: Uint8Array): void {
    this.#detach();
    this.#resolve({ head, body });
  }

  #fail(reason: unknown): void {
    this.#reject(reason);
    try {
      this.#controller?.error(reason);
    } catch {
      // The stream is over already.
    }
  }
}

function toNodeBody(body: ForwarderRequest["body"], maxBytes: number): Readable | Uint8Array | null {
  return body instanceof ReadableStream
    ? Readable.from(readLimited(body, maxBytes), { objectMode: false })
    : body;
}

async function* readLimited(
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.length;
      if (bytes > maxBytes)
        throw new PaywallError("payload_too_large", { detail: `At most ${maxBytes} bytes.` });
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
