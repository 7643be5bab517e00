import type { IncomingMessage, ServerResponse } from "node:http";
import type { BodyMeter, CommittedHead, Grant, HeaderList, ResponseHead } from "../../decision.ts";
import { applyHead, listSetHeaders, toBytes } from "./response-head.ts";

type Done = (error?: Error | null) => void;
/** `held`: the head is known, the money is not moved yet; what is written waits. */
type State = "open" | "held" | "streaming" | "refused" | "over";

/**
 * Stands between an application and the response it writes: the grant is committed when the head is known, before the
 * first byte leaves; then each byte passes at once. Whatever the application wrote with (`res.json`, pipes, frameworks on
 * top) ends in the four methods that are replaced here.
 */
export function guardResponse(request: IncomingMessage, response: ServerResponse, grant: Grant): void {
  new GuardedResponse(request, response, grant).install();
}

class GuardedResponse {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #grant: Grant;
  readonly #sent: Pick<ServerResponse, "writeHead" | "write" | "end" | "flushHeaders" | "destroy">;
  #state: State = "open";
  #waiting: (() => void)[] = [];
  #meter: BodyMeter | undefined;
  #bytes = 0;
  #ended = false;
  /** The application was told to wait, and has to be told to go on. */
  #owesDrain = false;
  #stopped = false;
  #destroyed = false;

  constructor(request: IncomingMessage, response: ServerResponse, grant: Grant) {
    this.#request = request;
    this.#response = response;
    this.#grant = grant;
    // Whoever stands below us already (a compressor) stays there.
    this.#sent = {
      writeHead: response.writeHead.bind(response),
      write: response.write.bind(response),
      end: response.end.bind(response),
      flushHeaders: response.flushHeaders.bind(response),
      destroy: response.destroy.bind(response),
    };
  }

  install(): void {
    const response = this.#response;
    Object.defineProperties(response, {
      writeHead: method((...args) => {
        if (this.#state !== "open") throw headersSent();
        applyHead(response, args);
        this.#hold();
        return response;
      }),
      write: method((chunk, encoding, done) => this.#write(chunk, encoding, done)),
      end: method((...args) => this.#end(args)),
      flushHeaders: method(() => {
        if (this.#state === "open") this.#hold();
      }),
      destroy: method((error) => {
        this.#destroyed = true;
        return this.#sent.destroy(error instanceof Error ? error : undefined);
      }),
      headersSent: { configurable: true, get: () => this.#state !== "open" },
      writableEnded: { configurable: true, get: () => this.#ended },
    });
    response.once("close", () => void this.#close());
  }

  /** The head is complete. @param length Of the whole body, where it is known already. */
  #hold(length?: number): void {
    this.#state = "held";
    const headers = [...listSetHeaders(this.#response), ...this.#lengthFields(length)];
    const head: ResponseHead = { status: this.#response.statusCode, headers };
    this.#grant.commit(head).then(
      (committed) => this.#begin(committed),
      (error: unknown) => void this.#refuse(error),
    );
  }

  /** What Node itself adds to an answer that is written in one piece. */
  #lengthFields(length: number | undefined): HeaderList {
    const { statusCode } = this.#response;
    const framed =
      this.#response.hasHeader("content-length") || this.#response.hasHeader("transfer-encoding");
    const isBodyless = this.#request.method === "HEAD" || statusCode === 204 || statusCode === 304;
    if (length === undefined || framed || isBodyless) return [];
    return [["Content-Length", String(length)]];
  }

  #begin(head: CommittedHead): void {
    if (this.#state !== "held") return;
    this.#meter = head.meter;
    this.#sendHead(head);
    this.#state = "streaming";
    this.#meter?.attach({
      write: (bytes) => void this.#pass(bytes),
      resume: () => this.#drain(),
      stop: (clean) => this.#stop(clean),
    });
    if (this.#waiting.length === 0) this.#sent.flushHeaders();
    for (const write of this.#waiting.splice(0)) write();
    this.#drain();
  }

  #sendHead({ status, headers }: ResponseHead): void {
    const response = this.#response;
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    this.#sent.writeHead(status, headers.flat());
  }

  #write(chunk: unknown, encoding: unknown, callback: unknown): boolean {
    const done = findDone(encoding, callback);
    if (this.#ended) return false;
    const bytes = toBytes(chunk, encoding);
    if (this.#state === "open") this.#hold();
    if (this.#state === "held") {
      this.#waiting.push(() => void this.#take(bytes, done));
      this.#owesDrain = true;
      return false;
    }
    return this.#take(bytes, done);
  }

  /** Counts a chunk of the application's and sends what comes of it. */
  #take(bytes: Uint8Array, done?: Done): boolean {
    if (this.#state !== "streaming") {
      // Nobody reads any more; the application finds out by `close`.
      if (done !== undefined) process.nextTick(done);
      return true;
    }
    const passed = this.#meter === undefined ? bytes : this.#meter.push(bytes);
    const goesOn = this.#pass(passed, done);
    if (this.#meter?.blocked !== true) return goesOn;
    this.#owesDrain = true;
    return false;
  }

  #pass(bytes: Uint8Array, done?: Done): boolean {
    this.#bytes += bytes.length;
    if (bytes.length > 0) return this.#sent.write(bytes, done);
    if (done !== undefined) process.nextTick(done);
    return true;
  }

  #end(args: readonly unknown[]): ServerResponse {
    const [chunk, encoding] = typeof args[0] === "function" ? [] : args;
    const done = findDone(...args);
    if (this.#ended) return this.#response;
    const bytes = chunk === undefined || chunk === null ? undefined : toBytes(chunk, encoding);
    if (this.#state === "open") this.#hold(bytes?.length ?? 0);
    this.#ended = true;
    const finish = (): void => void this.#finish(bytes, done);
    if (this.#state === "held") this.#waiting.push(finish);
    else finish();
    return this.#response;
  }

  async #finish(bytes: Uint8Array | undefined, done: Done | undefined): Promise<void> {
    if (bytes !== undefined && bytes.length > 0) this.#take(bytes);
    if (this.#state !== "streaming") return done?.();
    if (this.#meter !== undefined) {
      const { body, trailers } = await this.#meter.end();
      if (this.#stopped || this.#response.destroyed) return done?.();
      this.#pass(body);
      this.#response.addTrailers(trailers.map(([name, value]): [string, string] => [name, value]));
    }
    this.#sent.end(done === undefined ? undefined : () => done());
  }

  /** The meter gave up: nothing more was paid. */
  #stop(clean: boolean): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#ended = true;
    if (clean) this.#sent.end();
    else this.#sent.destroy();
  }

  /** The money did not move: the answer is ours, and what the application wrote goes nowhere. */
  async #refuse(error: unknown): Promise<void> {
    const { head, body } = await this.#grant.fail(error);
    if (this.#state !== "held") return;
    this.#state = "refused";
    this.#sendHead(head);
    this.#sent.end(body);
    for (const write of this.#waiting.splice(0)) write();
    this.#drain();
  }

  #drain(): void {
    if (!this.#owesDrain || this.#meter?.blocked === true || this.#response.writableNeedDrain) return;
    this.#owesDrain = false;
    this.#response.emit("drain");
  }

  async #close(): Promise<void> {
    const wasRefused = this.#state === "refused";
    const complete =
      this.#ended && !this.#stopped && this.#response.writableFinished && this.#state === "streaming";
    this.#state = "over";
    for (const write of this.#waiting.splice(0)) write();
    if (wasRefused) return;
    const brokenBy = this.#destroyed ? "upstream" : "payer";
    await this.#grant.finish({ complete, bytes: this.#bytes, brokenBy });
  }
}

function method(value: (...args: readonly unknown[]) => unknown): PropertyDescriptor {
  return { configurable: true, writable: true, value };
}

function findDone(...args: readonly unknown[]): Done | undefined {
  const done = args.find((arg) => typeof arg === "function");
  return typeof done === "function" ? (error) => void Reflect.apply(done, undefined, [error]) : undefined;
}

function headersSent(): Error {
  const error = new Error("Cannot write headers after they are sent to the client");
  return Object.assign(error, { code: "ERR_HTTP_HEADERS_SENT" });
}
