import { createServer } from "node:http";
import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import { PaywallError } from "@x402-paywall/core";
import type { Authorizer } from "../decision.ts";
import { createGatewayListener } from "./gateway-listener.ts";
import type { GatewayListenerOptions } from "./gateway-listener.ts";
import { healthResources } from "./own-resources.ts";
import { problemAnswer } from "./problem-answer.ts";

export interface GatewayServerOptions extends Omit<GatewayListenerOptions, "isClosing" | "onGrant"> {
  /** Whether this process can serve now, for `/readyz`. */
  readonly isReady?: () => boolean | Promise<boolean>;
  /** Sockets at once; no limit by default. */
  readonly maxConnections?: number;
  /** For tests: how long a client may take to send its headers. Default 10,000. */
  readonly headersTimeoutMs?: number;
}

export interface GatewayServer {
  /** Not yet listening. */
  readonly server: Server;
  /**
   * Stops listening, lets open answers finish for so many milliseconds, then cuts what is left. Resolves when every
   * grant has been finished, or at the latest one second after the limit.
   */
  close(timeoutMs: number): Promise<void>;
}

/**
 * The data plane's HTTP server. Strict parsing, ten seconds for headers, 16 KiB and 100 lines of them, no limit on how
 * long a body may take as long as it moves.
 * @example
 * const gateway = createGatewayServer(paywall, { egress, docsBase });
 * gateway.server.listen(4020);
 */
export function createGatewayServer(paywall: Authorizer, options: GatewayServerOptions): GatewayServer {
  let closing = false;
  const grants = new PendingGrants();
  const isClosing = (): boolean => closing;
  const health = healthResources({
    isClosing,
    ...(options.isReady === undefined ? {} : { isReady: options.isReady }),
  });
  const listener = createGatewayListener(paywall, {
    ...options,
    resources: new Map([...health, ...(options.resources ?? [])]),
    isClosing,
    onGrant: (change) => grants.add(change),
  });
  const server = createHardenedServer(options.headersTimeoutMs ?? 10_000);
  if (options.maxConnections !== undefined) server.maxConnections = options.maxConnections;
  server.on("request", (request, response) => listener(request, response));
  server.on("checkContinue", (request, response) => listener(request, response, true));
  server.on("connect", (_request, socket) =>
    refuseRaw(socket, new PaywallError("method_not_allowed"), options.docsBase),
  );
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ECONNRESET" || !socket.writable) socket.destroy();
    else refuseRaw(socket, toParseProblem(error), options.docsBase);
  });

  const close = async (timeoutMs: number): Promise<void> => {
    closing = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const cut = setTimeout(() => server.closeAllConnections(), timeoutMs);
    // A connection that becomes idle after its last answer would wait for its keep-alive time.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    await closed;
    clearTimeout(cut);
    clearInterval(sweep);
    await grants.whenNone(1000);
  };
  return { server, close };
}

/** Grants that are not finished: what they write must be written before the process ends. */
class PendingGrants {
  #count = 0;
  #onNone: () => void = () => undefined;

  add(change: 1 | -1): void {
    this.#count += change;
    if (this.#count === 0) this.#onNone();
  }

  async whenNone(timeoutMs: number): Promise<void> {
    if (this.#count === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#onNone = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function createHardenedServer(headersTimeout: number): Server {
  const server = createServer({
    insecureHTTPParser: false,
    // The listener asks for more than one Host field: for a valid one.
    requireHostHeader: false,
    joinDuplicateHeaders: false,
    rejectNonStandardBodyWrites: true,
    maxHeaderSize: 16 * 1024,
    headersTimeout,
    // Uploads may take as long as they move: RequestBody watches for silence.
    requestTimeout: 0,
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: Math.min(1000, headersTimeout),
    noDelay: true,
  });
  // One more than is served, so that too many are seen and refused, never cut silently.
  server.maxHeadersCount = 101;
  return server;
}

function toParseProblem(error: NodeJS.ErrnoException): PaywallError {
  if (error.code === "HPE_HEADER_OVERFLOW") return new PaywallError("headers_too_large", { cause: error });
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") return new PaywallError("request_timeout", { cause: error });
  return new PaywallError("bad_request", { detail: "This is not a valid HTTP request.", cause: error });
}

/** Answers on the bare socket, where there is no response object, and ends it. */
function refuseRaw(socket: Duplex, error: PaywallError, docsBase: string): void {
  const { head, body } = problemAnswer(error, docsBase, true);
  const lines = head.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.on("error", () => socket.destroy());
  socket.end(`HTTP/1.1 ${head.status} Refused\r\n${lines}\r\n${Buffer.from(body).toString()}`, () =>
    socket.destroy(),
  );
}
