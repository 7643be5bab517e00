import { PaywallError } from "@x402-paywall/core";
import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { BodyMeter, CommittedHead, Grant, ResponseHead } from "../decision.ts";
import { readRawHeaders } from "../egress/raw-headers.ts";
import { toUpstreamError } from "../egress/upstream-error.ts";
import type { Exchange, ForwardRequest, ResponseSink } from "./exchange.ts";

/** Early hints cost nothing to send; more of them than any server needs is an attack. */
const MAX_INTERIM = 16;

/** `ending`: the upstream is done, the meter is not. `draining`: the payer has left, the upstream is read on. */
type State = "waiting" | "committing" | "streaming" | "ending" | "flushing" | "draining" | "over";

/** One object for each request, handler and exchange in one: the hot path makes no closures. */
export class UpstreamExchange implements Exchange, Dispatcher.DispatchHandler {
  readonly #grant: Grant;
  readonly #sink: ResponseSink;
  readonly #onSettled: (() => void) | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #state: State = "waiting";
  #interim = 0;
  #bytes = 0;
  #written = 0;
  /** The upstream's answer ended while the grant was still committing (HEAD). */
  #ended = false;
  #startTimer: NodeJS.Timeout | undefined;
  #stallTimer: NodeJS.Timeout | undefined;
  #paused = false;
  #meter: BodyMeter | undefined;
  #drainTimer: NodeJS.Timeout | undefined;
  #stopped = false;
  #drained = 0;
  #resumes = 0;

  constructor(grant: Grant, sink: ResponseSink, onSettled?: () => void) {
    this.#grant = grant;
    this.#sink = sink;
    this.#onSettled = onSettled;
  }

  start(request: ForwardRequest, dispatcher: (origin: string) => Dispatcher): void {
    const { upstream } = this.#grant.endpoint;
    try {
      dispatcher(upstream.origin).dispatch(
        {
          method: request.method,
          path: this.#grant.upstreamTarget,
          headers: this.#grant.upstreamHeaders.flat(),
          body: toBody(request.body),
          headersTimeout: upstream.headTimeoutMs,
          bodyTimeout: upstream.idleTimeoutMs,
        },
        this,
      );
    } catch (error) {
      this.#fail(error);
    }
    if (this.#controller !== undefined || this.#state !== "waiting") return;
    // Undici's own timer starts at the socket; waiting for one must end too.
    this.#startTimer = setTimeout(
      () => this.#giveUp(new PaywallError("upstream_timeout")),
      upstream.headTimeoutMs,
    );
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    clearTimeout(this.#startTimer);
    this.#controller = controller;
    if (this.#state === "over") controller.abort(new Error("The payer has left"));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) {
      this.#interim++;
      if (this.#interim > MAX_INTERIM || status < 100) this.#giveUp(new PaywallError("upstream_invalid"));
      return;
    }
    if (status > 599) return this.#giveUp(new PaywallError("upstream_invalid"));
    this.#state = "committing";
    const head: ResponseHead = { status, headers: readRawHeaders(controller.rawHeaders) };
    const { commitNow } = this.#grant;
    if (commitNow !== undefined) return this.#beginNow(commitNow, head);
    controller.pause();
    this.#grant.commit(head).then(
      (committed) => this.#begin(committed),
      (error: unknown) => this.#giveUp(error),
    );
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    // After a pause undici may hand out an empty chunk first; pausing on that one would never end.
    if (chunk.length === 0) return;
    if (this.#state === "draining") return this.#drain(chunk);
    if (this.#state !== "streaming") return;
    const passed = this.#meter === undefined ? chunk : this.#meter.push(chunk);
    if (passed.length > 0) this.#write(passed, controller);
    if (this.#meter?.blocked === true) controller.pause();
  }

  #write(bytes: Uint8Array, controller: Dispatcher.DispatchController | undefined): void {
    this.#bytes += bytes.length;
    this.#written++;
    if (this.#sink.write(bytes)) return;
    controller?.pause();
    this.#paused = true;
    this.#watchStall();
  }

  /** Trailers end here: nothing vouches for them. */
  onResponseEnd(): void {
    if (this.#state === "committing") this.#ended = true;
    else if (this.#state === "streaming") this.#end();
    else if (this.#state === "draining") this.#finish(false);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    switch (this.#state) {
      case "waiting":
      case "committing":
        return this.#fail(error);
      case "streaming":
        this.#sink.abort();
        return this.#finish(false, "upstream");
      case "draining":
        return this.#finish(false, "upstream");
      default:
    }
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#resumes++;
    if (this.#meter?.blocked !== true) this.#controller?.resume();
  }

  close(delivered: boolean): void {
    if (this.#state === "over" || this.#state === "draining") return;
    if (this.#state === "streaming" && this.#startDraining()) return;
    const complete = delivered && this.#state === "flushing" && !this.#stopped;
    this.#finish(complete);
    if (!complete) this.#controller?.abort(new Error("The payer has left"));
  }

  /** The creator wants to know what the upstream reports at its end: it is read on for a while, for nobody. */
  #startDraining(): boolean {
    const { drain } = this.#grant;
    if (drain === undefined || this.#meter === undefined) return false;
    this.#state = "draining";
    clearTimeout(this.#stallTimer);
    this.#drainTimer = setTimeout(() => this.#stopDraining(), drain.milliseconds);
    this.#controller?.resume();
    return true;
  }

  #drain(chunk: Uint8Array): void {
    this.#meter?.push(chunk);
    this.#drained += chunk.length;
    if (this.#drained > (this.#grant.drain?.bytes ?? 0)) this.#stopDraining();
  }

  #stopDraining(): void {
    if (this.#state !== "draining") return;
    this.#finish(false);
    this.#controller?.abort(new Error("The payer has left"));
  }

  #beginNow(commitNow: NonNullable<Grant["commitNow"]>, head: ResponseHead): void {
    let committed: ResponseHead;
    try {
      committed = commitNow(head);
    } catch (error) {
      return this.#giveUp(error);
    }
    this.#begin(committed);
  }

  #begin(head: CommittedHead): void {
    if (this.#state !== "committing") return;
    this.#state = "streaming";
    this.#attach(head.meter);
    try {
      this.#sink.head(head);
    } catch {
      // A head that cannot be written after the charge: the payer sees a broken answer and may try again.
      this.#sink.abort();
      return this.close(false);
    }
    if (this.#ended) return this.#end();
    this.#controller?.resume();
    // What came with the head is delivered before microtasks run, and leaves in one packet with it.
    queueMicrotask(() => {
      if (this.#written === 0 && this.#state === "streaming") this.#sink.flush();
    });
  }

  #attach(meter: BodyMeter | undefined): void {
    this.#meter = meter;
    meter?.attach({
      write: (bytes) => {
        if (this.#state === "streaming" || this.#state === "ending") this.#write(bytes, this.#controller);
      },
      resume: () => {
        if (!this.#paused) this.#controller?.resume();
      },
      stop: (clean) => this.#stop(clean),
    });
  }

  /** The meter gave up: nothing more was paid. */
  #stop(clean: boolean): void {
    if (this.#state !== "streaming" && this.#state !== "ending") return this.#stopDraining();
    this.#stopped = true;
    this.#state = "flushing";
    if (clean) this.#sink.end();
    else {
      this.#sink.abort();
      this.#finish(false);
    }
    this.#controller?.abort(new Error("Nothing more was paid"));
  }

  #end(): void {
    if (this.#meter === undefined) {
      this.#state = "flushing";
      return this.#sink.end();
    }
    this.#state = "ending";
    void this.#meter.end().then(({ body, trailers }) => {
      if (this.#state !== "ending") return;
      if (body.length > 0) this.#write(body, undefined);
      this.#state = "flushing";
      this.#sink.end(trailers);
    });
  }

  #giveUp(error: unknown): void {
    this.#fail(error);
    this.#controller?.abort(error instanceof Error ? error : new Error("Given up"));
  }

  #fail(error: unknown): void {
    if (this.#state === "over" || this.#state === "streaming") return;
    this.#over();
    void this.#answerFailure(error);
  }

  async #answerFailure(error: unknown): Promise<void> {
    try {
      const { head, body } = await this.#grant.fail(toUpstreamError(error));
      this.#sink.answer(head, body);
    } catch {
      this.#sink.abort();
    } finally {
      this.#onSettled?.();
    }
  }

  #finish(complete: boolean, brokenBy: "payer" | "upstream" = "payer"): void {
    this.#over();
    const settle = (): void => this.#onSettled?.();
    this.#grant.finish({ complete, bytes: this.#bytes, brokenBy }).then(settle, settle);
  }

  #over(): void {
    this.#state = "over";
    clearTimeout(this.#startTimer);
    clearTimeout(this.#stallTimer);
    clearTimeout(this.#drainTimer);
  }

  /** A payer who reads nothing for as long as an upstream may be silent holds two sockets for nothing. */
  #watchStall(): void {
    if (this.#stallTimer !== undefined) return;
    const seen = this.#resumes;
    this.#stallTimer = setTimeout(() => {
      this.#stallTimer = undefined;
      if (!this.#paused) return;
      if (this.#resumes !== seen) return this.#watchStall();
      this.#sink.abort();
      this.close(false);
    }, this.#grant.endpoint.upstream.idleTimeoutMs);
  }
}

function toBody(body: ForwardRequest["body"]): Buffer | Readable | null {
  if (body === null) return null;
  return body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : body;
}
