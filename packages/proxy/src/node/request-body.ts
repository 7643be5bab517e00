import { PaywallError } from "@x402-paywall/core";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

export interface RequestBodyOptions {
  readonly maxBytes: number;
  /** Longest silence of the payer while the upstream could take more. */
  readonly idleTimeoutMs: number;
  /** Called before the first byte is read: an `Expect: 100-continue` is answered then, not earlier. */
  readonly onRead?: () => void;
}

/**
 * The payer's body on its way to the upstream, at the upstream's speed. A stream of its own, because undici destroys the
 * body that it was given, and the payer's socket must live on to carry the answer. Fails with `payload_too_large` or
 * `request_timeout`.
 */
export class RequestBody extends Readable {
  readonly #request: IncomingMessage;
  readonly #options: RequestBodyOptions;
  #bytes = 0;
  #attached = false;
  #waiting = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(request: IncomingMessage, options: RequestBodyOptions) {
    super({ highWaterMark: 65_536 });
    this.#request = request;
    this.#options = options;
  }

  override _read(): void {
    this.#waiting = true;
    if (this.#attached) {
      this.#timer?.refresh();
      this.#request.resume();
      return;
    }
    this.#attached = true;
    this.#options.onRead?.();
    this.#timer = setTimeout(() => this.#onIdle(), this.#options.idleTimeoutMs);
    this.#request
      .on("data", this.#onData)
      .on("end", this.#onEnd)
      .on("error", this.#onError)
      .on("close", this.#onClose);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    const request = this.#request;
    request
      .off("data", this.#onData)
      .off("end", this.#onEnd)
      .off("error", this.#onError)
      .off("close", this.#onClose);
    // Not paused: who answers without the rest lets it run out.
    done(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#options.maxBytes) {
      this.destroy(
        new PaywallError("payload_too_large", { detail: `At most ${this.#options.maxBytes} bytes.` }),
      );
      return;
    }
    this.#timer?.refresh();
    if (this.push(chunk)) return;
    this.#waiting = false;
    this.#request.pause();
  };

  readonly #onEnd = (): void => {
    clearTimeout(this.#timer);
    this.push(null);
  };

  readonly #onError = (error: Error): void => {
    this.destroy(error);
  };

  readonly #onClose = (): void => {
    if (!this.#request.complete) this.destroy(new Error("The payer has left"));
  };

  #onIdle(): void {
    if (this.#waiting) this.destroy(new PaywallError("request_timeout"));
    else this.#timer?.refresh();
  }
}

/** Reads a whole body. @throws PaywallError `payload_too_large`, `request_timeout`; rejects when the payer leaves. */
export async function readWhole(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
