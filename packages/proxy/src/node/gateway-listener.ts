import { PaywallError } from "@x402-paywall/core";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Authorizer, Decision, Grant } from "../decision.ts";
import type { Egress } from "../egress/index.ts";
import { forward } from "../forward/index.ts";
import type { Answer, OwnResources } from "./own-resources.ts";
import { problemAnswer } from "./problem-answer.ts";
import { readHead } from "./read-head.ts";
import type { ReadHead } from "./read-head.ts";
import { readWhole, RequestBody } from "./request-body.ts";
import { NodeResponseSink, sendAnswer } from "./response-sink.ts";
import type { ConnectionState } from "./response-sink.ts";

export interface GatewayListenerOptions {
  readonly egress: Pick<Egress, "dispatcher">;
  /** Where our problem types are documented. */
  readonly docsBase: string;
  /** Our own resources by exact path, looked up before the engine is asked. */
  readonly resources?: OwnResources;
  /** From then on answers close their connections. */
  readonly isClosing?: () => boolean;
  /** Told of what should not happen; never of a request's contents. */
  readonly onError?: (error: unknown) => void;
  /** Told with +1 and -1 of each grant under way, until it is finished. */
  readonly onGrant?: (change: 1 | -1) => void;
}

/** @param awaitsContinue The payer sent `Expect: 100-continue` and nobody has answered that yet. */
export type GatewayListener = (
  request: IncomingMessage,
  response: ServerResponse,
  awaitsContinue?: boolean,
) => void;

/** A body that the engine reads (its hash, its price, its model) cannot be held without a limit. */
const MAX_BOUND_BYTES = 8 * 1024 * 1024;
/** Longest silence within a body that is read before the endpoint's own limit is known. */
const READ_IDLE_MS = 30_000;

/** The request listener of a `node:http` server: reads the head, asks the engine, answers or forwards. */
export function createGatewayListener(paywall: Authorizer, options: GatewayListenerOptions): GatewayListener {
  return (request, response, awaitsContinue = false) => {
    const visit = new GatewayVisit(request, response, { paywall, ...options }, awaitsContinue);
    visit.serve();
  };
}

interface VisitContext extends GatewayListenerOptions {
  readonly paywall: Authorizer;
}

class GatewayVisit implements ConnectionState {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #context: VisitContext;
  #awaitsContinue: boolean;
  #read: ReadHead | undefined;
  #held: Promise<Buffer> | undefined;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    context: VisitContext,
    awaitsContinue: boolean,
  ) {
    this.#request = request;
    this.#response = response;
    this.#context = context;
    this.#awaitsContinue = awaitsContinue;
  }

  get hasBody(): boolean {
    return this.#read?.hasBody ?? false;
  }

  readonly awaitsContinue = (): boolean => this.#awaitsContinue;

  readonly isClosing = (): boolean => this.#context.isClosing?.() ?? false;

  serve(): void {
    try {
      const read = readHead(this.#request, this.#readBody);
      this.#read = read;
      // The parser still has the rest of the packet: a body that is framed wrongly there must never be acted on.
      if (read.hasBody) setImmediate(() => this.#decideIfOpen(read));
      else this.#decide(read);
    } catch (error) {
      this.#refuse(error, true);
    }
  }

  #decideIfOpen(read: ReadHead): void {
    const { socket } = this.#request;
    if (!socket.destroyed && !socket.writableEnded) this.#decide(read);
  }

  #decide(read: ReadHead): void {
    const { paywall, resources } = this.#context;
    try {
      const resource = resources?.get(read.head.target);
      if (resource !== undefined) return this.#serveOwn(resource);
      const decision = paywall.authorize(read.head);
      if (decision instanceof Promise) void this.#wait(decision);
      else this.#carryOut(decision);
    } catch (error) {
      this.#refuse(error, true);
    }
  }

  async #wait(decision: Promise<Decision>): Promise<void> {
    try {
      this.#carryOut(await decision);
    } catch (error) {
      this.#refuse(error, true);
    }
  }

  #serveOwn(resource: () => Answer | Promise<Answer>): void {
    const { method } = this.#request;
    if (method !== "GET" && method !== "HEAD")
      return this.#refuse(new PaywallError("method_not_allowed"), false);
    void this.#answerLater(resource);
  }

  async #answerLater(resource: () => Answer | Promise<Answer>): Promise<void> {
    try {
      this.#answer(await resource());
    } catch (error) {
      this.#refuse(error, false);
    }
  }

  #carryOut(decision: Decision): void {
    if (decision.kind === "refused") this.#answer(decision);
    else if (decision.kind === "granted") this.#forward(decision.grant);
    else this.#refuse(new PaywallError("not_found"), false);
  }

  #forward(grant: Grant): void {
    const { maxRequestBytes } = grant.endpoint.upstream;
    if (this.#response.destroyed) return void this.#finishUnsent(grant);
    if ((this.#read?.contentLength ?? 0) > maxRequestBytes)
      return void this.#refuseBody(grant, maxRequestBytes);
    if (this.#held !== undefined) return void this.#held.then((body) => this.#send(grant, body));
    this.#send(
      grant,
      this.hasBody ? this.#bodyStream(maxRequestBytes, grant.endpoint.upstream.idleTimeoutMs) : null,
    );
  }

  #send(grant: Grant, body: Buffer | RequestBody | null): void {
    const { egress, onGrant } = this.#context;
    onGrant?.(1);
    const sink = new NodeResponseSink(this.#request, this.#response, this);
    const exchange = forward(grant, { method: this.#request.method ?? "", body }, sink, {
      dispatcher: egress.dispatcher,
      ...(onGrant === undefined ? {} : { onSettled: () => onGrant(-1) }),
    });
    sink.attach(exchange);
  }

  /** The payer left while the engine was at work. */
  async #finishUnsent(grant: Grant): Promise<void> {
    this.#context.onGrant?.(1);
    await grant.finish({ complete: false, bytes: 0 });
    this.#context.onGrant?.(-1);
  }

  async #refuseBody(grant: Grant, maxBytes: number): Promise<void> {
    this.#answer(
      await grant.fail(new PaywallError("payload_too_large", { detail: `At most ${maxBytes} bytes.` })),
    );
  }

  readonly #readBody = (maxBytes: number): Promise<Uint8Array> => {
    this.#held ??= this.#hold(Math.min(maxBytes, MAX_BOUND_BYTES));
    return this.#held;
  };

  async #hold(maxBytes: number): Promise<Buffer> {
    if (!this.hasBody) return Buffer.alloc(0);
    if ((this.#read?.contentLength ?? 0) > maxBytes) {
      throw new PaywallError("payload_too_large", { detail: `At most ${maxBytes} bytes.` });
    }
    return readWhole(this.#bodyStream(maxBytes, READ_IDLE_MS));
  }

  #bodyStream(maxBytes: number, idleTimeoutMs: number): RequestBody {
    return new RequestBody(this.#request, { maxBytes, idleTimeoutMs, onRead: this.#continue });
  }

  readonly #continue = (): void => {
    if (!this.#awaitsContinue) return;
    this.#awaitsContinue = false;
    this.#response.writeContinue();
  };

  #answer(answer: Answer): void {
    sendAnswer(this.#request, this.#response, answer, this);
  }

  #refuse(error: unknown, close: boolean): void {
    if (!(error instanceof PaywallError)) this.#context.onError?.(error);
    if (this.#response.headersSent) this.#response.destroy();
    else this.#answer(problemAnswer(error, this.#context.docsBase, close));
  }
}
