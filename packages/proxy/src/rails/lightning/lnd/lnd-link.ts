import { Client, type ClientReadableStream, Metadata } from "@grpc/grpc-js";
import { LightningNodeError } from "../backend.ts";
import { withDeadline } from "../deadline.ts";
import type { NodeReach } from "../node-reach.ts";
import { createLndCredentials } from "./lnd-credentials.ts";
import { toLndError } from "./lnd-error.ts";
import type { LndMethod } from "./lnd-methods.ts";

export interface LinkOptions {
  readonly host: string;
  readonly port: number;
  /** Base64 of the PEM, or empty. */
  readonly cert: string;
  /** Hex. */
  readonly macaroon: string;
  readonly reach: NodeReach;
  readonly timeoutMs: number;
}

/** A call that goes on answering. */
export interface LndStream<Answer> {
  readonly answers: ClientReadableStream<Answer>;
  /** Reads what it failed with. */
  fail(error: unknown): LightningNodeError;
}

/** A node that went away without a word is noticed after both; lnd cuts off who asks more often than each five seconds. */
const KEEPALIVE_MS = 10_000;
const KEEPALIVE_TIMEOUT_MS = 5_000;

/**
 * The way to one lnd: one HTTP/2 connection for all calls. When it fails, the next call resolves the name and connects
 * anew, at once; grpc-js would wait up to two minutes between its own attempts, and stay with the address.
 */
export class LndLink {
  readonly #options: LinkOptions;
  readonly #credentials: ReturnType<typeof createLndCredentials>;
  readonly #metadata = new Metadata();
  #client: Promise<Client> | undefined;
  #closed = false;

  /** @throws LightningNodeError `certificate` */
  constructor(options: LinkOptions) {
    this.#options = options;
    this.#credentials = createLndCredentials(options.cert, options.host);
    this.#metadata.set("macaroon", options.macaroon);
  }

  /** One call. @throws LightningNodeError */
  async ask<Request, Answer>(method: LndMethod<Request, Answer>, request: Request): Promise<Answer> {
    const { path, requestSerialize: write, responseDeserialize: read } = method;
    const deadline = Date.now() + this.#options.timeoutMs;
    const { client, leave } = await this.#connect(path);
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, write, read, request, this.#metadata, { deadline }, (error, answer) => {
        if (answer === undefined) reject(leave(error));
        else resolve(answer);
      });
    });
  }

  /** @throws LightningNodeError */
  async listen<Request, Answer>(
    method: LndMethod<Request, Answer>,
    request: Request,
  ): Promise<LndStream<Answer>> {
    const { path, requestSerialize: write, responseDeserialize: read } = method;
    const { client, leave } = await this.#connect(path);
    const answers = client.makeServerStreamRequest(path, write, read, request, this.#metadata);
    // It is read until it ends; what comes after that must not end the process.
    answers.on("error", () => {});
    const deadline = Date.now() + this.#options.timeoutMs;
    client.waitForReady(deadline, (error) => {
      if (error !== undefined)
        answers.destroy(new LightningNodeError("timeout", `lnd, ${nameOf(path)}: no connection in time`));
    });
    return { answers, fail: leave };
  }

  close(): void {
    this.#closed = true;
    closeLater(this.#client);
  }

  async #connect(path: string) {
    if (this.#closed) throw new LightningNodeError("unreachable", "The connection to lnd is closed");
    const opening = (this.#client ??= this.#open());
    /** Who still waits on a connection that is left may go on; new calls take a new one. */
    const leave = (error: unknown): LightningNodeError => {
      const failure = toLndError(error, nameOf(path));
      if (LOST.has(failure.failure)) {
        if (this.#client === opening) this.#client = undefined;
        closeLater(opening);
      }
      return failure;
    };
    try {
      return { client: await withDeadline(opening, this.#options.timeoutMs, `lnd, ${nameOf(path)}`), leave };
    } catch (error) {
      throw leave(error);
    }
  }

  async #open(): Promise<Client> {
    const { host, port, reach } = this.#options;
    const ip = await reach.lookUpAddress(host, port);
    const isSix = ip.includes(":");
    return new Client(isSix ? `ipv6:[${ip}]:${port}` : `ipv4:${ip}:${port}`, this.#credentials, {
      "grpc.default_authority": `${host.includes(":") ? `[${host}]` : host}:${port}`,
      // TLS names no address; each lnd's own certificate is for this name, and whom it is for is checked by the credentials.
      "grpc.ssl_target_name_override": IS_ADDRESS.test(host) ? "localhost" : host,
      "grpc.keepalive_time_ms": KEEPALIVE_MS,
      "grpc.keepalive_timeout_ms": KEEPALIVE_TIMEOUT_MS,
      // A proxy of the environment would be asked for an address that nobody vetted.
      "grpc.enable_http_proxy": 0,
      "grpc.service_config_disable_resolution": 1,
      "grpc.enable_retries": 0,
    });
  }
}

/** Failures after which the connection is not used again. */
const LOST: ReadonlySet<string> = new Set(["unreachable", "timeout", "certificate"]);
const IS_ADDRESS = /^[\d.]+$|:/;

function closeLater(opening: Promise<Client> | undefined): void {
  opening?.then(
    (client) => client.close(),
    () => {},
  );
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
