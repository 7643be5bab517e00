import type { IncomingMessage, ServerResponse } from "node:http";
import type { HeaderList, ResponseHead } from "../decision.ts";
import type { Exchange, ResponseSink } from "../forward/index.ts";
import { drainRequest } from "./drain-request.ts";

/** What a response needs to know of its connection. */
export interface ConnectionState {
  /** The request announced a body. */
  readonly hasBody: boolean;
  /** The payer waits for `100 Continue` and has not got it: its connection cannot be used again. */
  readonly awaitsContinue: () => boolean;
  readonly isClosing: () => boolean;
}

/** Above this, copying costs more than the second write. */
const MAX_JOINED = 16_384;

/** Writes an answer of ours: head and body in one piece. */
export function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: { readonly head: ResponseHead; readonly body: Uint8Array },
  connection: ConnectionState,
): void {
  if (response.destroyed) return;
  writeHead(response, answer.head, connection);
  // Where HTTP has no body (HEAD, 204, 304), Node refuses even an empty one.
  if (answer.body.length === 0 || request.method === "HEAD") response.end();
  else if (answer.body.length > MAX_JOINED) response.end(answer.body);
  else response.end(toLatin1(answer.body), "latin1");
  if (connection.hasBody && !connection.awaitsContinue()) drainRequest(request);
}

/** Each byte as one character: Node puts the head in front of a string and writes both at once; a buffer is a second write. */
function toLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** The payer's side of an exchange on a Node response. */
export class NodeResponseSink implements ResponseSink {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #connection: ConnectionState;
  #exchange: Exchange | undefined;
  #drains = false;
  #started = false;
  /** A small first chunk, as latin1: it waits for the end of what came with it, to leave in one write with the head. */
  #held = "";

  constructor(request: IncomingMessage, response: ServerResponse, connection: ConnectionState) {
    this.#request = request;
    this.#response = response;
    this.#connection = connection;
  }

  attach(exchange: Exchange): void {
    this.#exchange = exchange;
    const response = this.#response;
    if (response.destroyed) return exchange.close(false);
    // One event for both ends: the last byte was handed to the kernel, or the socket is gone.
    response.on("close", () => exchange.close(response.writableFinished));
  }

  head(head: ResponseHead): void {
    writeHead(this.#response, head, this.#connection);
  }

  write(chunk: Uint8Array): boolean {
    if (!this.#started && chunk.length <= MAX_JOINED) {
      this.#started = true;
      this.#held = toLatin1(chunk);
      process.nextTick(release, this);
      return true;
    }
    this.#started = true;
    this.release();
    if (this.#response.write(chunk)) return true;
    if (!this.#drains) {
      this.#drains = true;
      this.#response.on("drain", () => this.#exchange?.resume());
    }
    return false;
  }

  /** Writes what was held back. */
  release(): void {
    if (this.#held === "") return;
    const held = this.#held;
    this.#held = "";
    this.#response.write(held, "latin1");
  }

  flush(): void {
    this.#response.flushHeaders();
  }

  end(trailers: HeaderList = []): void {
    if (trailers.length > 0) {
      this.release();
      this.#response.addTrailers(trailers.map(([name, value]): [string, string] => [name, value]));
    }
    if (this.#held === "") this.#response.end();
    else this.#response.end(this.#held, "latin1");
    this.#held = "";
    if (this.#connection.hasBody) drainRequest(this.#request);
  }

  abort(): void {
    this.#held = "";
    this.#request.socket.destroy();
  }

  answer(head: ResponseHead, body: Uint8Array): void {
    sendAnswer(this.#request, this.#response, { head, body }, this.#connection);
  }
}

function release(sink: NodeResponseSink): void {
  sink.release();
}

function writeHead(response: ServerResponse, head: ResponseHead, connection: ConnectionState): void {
  const lines: string[] = [];
  for (const [name, value] of head.headers) lines.push(name, value);
  // After a 408 the rest of a body may still come, at any time: nothing else can be read from that socket.
  if (connection.isClosing() || connection.awaitsContinue() || head.status === 408)
    lines.push("Connection", "close");
  response.writeHead(head.status, lines);
}
