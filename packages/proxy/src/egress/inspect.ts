import type { HeaderList } from "@x402-paywall/core";
import type { Dispatcher } from "undici";
import { readRawHeaders } from "./raw-headers.ts";
import { toUpstreamError } from "./upstream-error.ts";
import type { UpstreamUrl } from "./upstream-url.ts";

export interface InspectOptions {
  readonly method?: "GET" | "HEAD";
  readonly headers?: HeaderList;
  /** Default 65,536. */
  readonly maxBytes?: number;
  /** For the whole look. Default 5,000. */
  readonly timeoutMs?: number;
}

export interface Inspection {
  readonly status: number;
  readonly headers: HeaderList;
  /** The first `maxBytes` bytes, still encoded as the upstream sent them. */
  readonly body: Uint8Array;
  /** The upstream had more to say, or was still talking when the time was up. */
  readonly truncated: boolean;
}

/** Asks an upstream once, never follows a redirect, and stops reading at the limit. @throws PaywallError */
export async function inspect(
  dispatcher: Dispatcher,
  upstream: UpstreamUrl,
  options: InspectOptions = {},
): Promise<Inspection> {
  const { method = "GET", headers = [], maxBytes = 65_536, timeoutMs = 5000 } = options;
  return new Promise((resolve, reject) => {
    const glance = new Glance(maxBytes, resolve, (error) => reject(toUpstreamError(error)));
    const timer = setTimeout(() => glance.timeOut(), timeoutMs);
    glance.onDone = () => clearTimeout(timer);
    const query = upstream.baseQuery === "" ? "" : `?${upstream.baseQuery}`;
    dispatcher.dispatch(
      {
        method,
        path: `${upstream.basePath}${query}`,
        headers: [["user-agent", "x402-paywall"], ["accept", "*/*"], ...headers].flat(),
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      },
      glance,
    );
  });
}

class Glance implements Dispatcher.DispatchHandler {
  onDone: () => void = () => undefined;
  readonly #maxBytes: number;
  readonly #resolve: (inspection: Inspection) => void;
  readonly #reject: (error: unknown) => void;
  readonly #chunks: Uint8Array[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #head: { readonly status: number; readonly headers: HeaderList } | undefined;
  #bytes = 0;
  #timedOut = false;

  constructor(maxBytes: number, resolve: (inspection: Inspection) => void, reject: (error: unknown) => void) {
    this.#maxBytes = maxBytes;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#timedOut) controller.abort(timeoutError());
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status >= 200) this.#head = { status, headers: readRawHeaders(controller.rawHeaders) };
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    const rest = this.#maxBytes - this.#bytes;
    this.#chunks.push(Uint8Array.from(chunk.subarray(0, rest)));
    this.#bytes += Math.min(chunk.length, rest);
    if (chunk.length <= rest && this.#bytes < this.#maxBytes) return;
    this.#finish(true);
    controller.abort(new Error("Enough was read"));
  }

  onResponseEnd(): void {
    this.#finish(false);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  /** A stream that talks on is an answer; silence is not. */
  timeOut(): void {
    this.#timedOut = true;
    if (this.#head !== undefined) this.#finish(true);
    else this.#fail(timeoutError());
    this.#controller?.abort(timeoutError());
  }

  #fail(error: Error): void {
    this.onDone();
    this.#reject(error);
  }

  #finish(truncated: boolean): void {
    this.onDone();
    if (this.#head !== undefined)
      this.#resolve({ ...this.#head, body: Buffer.concat(this.#chunks), truncated });
  }
}

function timeoutError(): Error {
  return Object.assign(new Error("The upstream did not answer in time"), { code: "ETIMEDOUT" });
}
