import { type Json, parseJson, toBase64, utf8 } from "@x402-paywall/core";
import type { HttpAnswer } from "../../../http-send.ts";
import { LightningNodeError, type NodeFailure } from "../backend.ts";
import type { BackendOptions } from "../node-reach.ts";

/** Of a page of payments. */
const MAX_BYTES = 1_048_576;

/** phoenixd's HTTP API: basic authentication with a password alone, forms in, JSON out. */
export class PhoenixdClient {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly #reach: BackendOptions["reach"];
  #closed = false;

  /** @throws LightningNodeError `unreachable` where the URL is none of HTTP. */
  constructor(url: string, password: string, { reach }: Pick<BackendOptions, "reach">) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (
      parsed === undefined ||
      !/^https?:$/.test(parsed.protocol) ||
      parsed.username !== "" ||
      parsed.password !== ""
    )
      throw new LightningNodeError(
        "unreachable",
        "phoenixd's address is an http or https URL without a password in it",
      );
    this.origin = parsed.origin;
    this.headers = { Authorization: `Basic ${toBase64(utf8(`:${password.trim()}`))}` };
    this.#reach = reach;
  }

  /** `undefined`: there is no such thing. @throws LightningNodeError */
  async get(path: string, timeoutMs: number): Promise<Json | undefined> {
    const answer = await this.#send({ method: "GET", path, timeoutMs });
    if (answer.status === 404) return undefined;
    return readAnswer(answer);
  }

  /** @throws LightningNodeError */
  async post(path: string, form: Readonly<Record<string, string>>, timeoutMs: number): Promise<Json> {
    const body = new URLSearchParams(form).toString();
    return readAnswer(await this.#send({ method: "POST", path, body, timeoutMs }));
  }

  /**
   * Whether the password may pay: asked with a payment of nothing, which the limited password is refused before anybody
   * looks at it, and the full one because it names no invoice. @throws LightningNodeError
   */
  async mayPay(timeoutMs: number): Promise<boolean> {
    const { status } = await this.#send({ method: "POST", path: "/payinvoice", body: "", timeoutMs });
    if (status >= 500) throw failed(status);
    return status !== 401 && status !== 403;
  }

  close(): void {
    this.#closed = true;
  }

  async #send(ask: {
    method: "GET" | "POST";
    path: string;
    body?: string;
    timeoutMs: number;
  }): Promise<HttpAnswer> {
    const { path, ...rest } = ask;
    if (this.#closed) throw new LightningNodeError("unreachable", "The connection to phoenixd is closed");
    try {
      return await this.#reach.send({
        ...rest,
        url: this.origin + path,
        headers: this.headers,
        contentType: "application/x-www-form-urlencoded",
        maxBytes: MAX_BYTES,
      });
    } catch (error) {
      if (error instanceof LightningNodeError) throw error;
      throw new LightningNodeError("unreachable", "phoenixd cannot be reached", { cause: error });
    }
  }
}

function readAnswer({ status, body }: HttpAnswer): Json {
  if (status !== 200) throw failed(status);
  const json = parseJson(body);
  if (json === undefined) throw new LightningNodeError("malformed", "phoenixd's answer is no JSON");
  return json;
}

const FAILURES: Readonly<Record<number, NodeFailure>> = {
  400: "refused",
  401: "unauthorized",
  403: "forbidden",
};

function failed(status: number): LightningNodeError {
  const failure = FAILURES[status] ?? (status >= 500 || status === 429 ? "unavailable" : "malformed");
  return new LightningNodeError(failure, `phoenixd answered ${status}`);
}
