/** The least that a Node proxy can be: node:http in front of undici's `dispatch`, headers as they come, back-pressure. */
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { Pool } from "undici";
import type { Dispatcher } from "undici";
import { serve } from "./ready.ts";

const [tiny = "", stream = ""] = process.argv.slice(2);
const pools = { tiny: new Pool(tiny), stream: new Pool(stream, { bodyTimeout: 0 }) };

serve(
  createServer((request, response) => {
    const { method = "GET", url: path = "/", headers } = request;
    delete headers.connection;
    const pool = path.startsWith("/json") ? pools.tiny : pools.stream;
    const body = method === "GET" || method === "HEAD" ? null : request;
    pool.dispatch({ path, method, headers, body }, new Copy(request, response));
  }),
);

class Copy implements Dispatcher.DispatchHandler {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#response.once("close", () => {
      if (!this.#response.writableFinished) controller.abort(new Error("The client left"));
    });
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    delete headers.connection;
    delete headers["keep-alive"];
    this.#response.writeHead(status, headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#response.write(chunk)) return;
    controller.pause();
    this.#response.once("drain", () => controller.resume());
  }

  onResponseEnd(): void {
    this.#response.end();
  }

  onResponseError(): void {
    if (this.#response.headersSent) this.#request.socket.destroy();
    else this.#response.writeHead(502).end();
  }
}
