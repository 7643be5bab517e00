import type { HeaderList, MeteredPrice, Price } from "@x402-paywall/core";
import { findHeader, utf8 } from "@x402-paywall/core";
import type { CommittedHead, Grant, MeterPort, ResponseHead } from "../src/decision.ts";
import type { Endpoint } from "../src/endpoint.ts";
import { makeEndpoint } from "./engine-fixtures.ts";

export const DAY = 86_400;

/** The demo endpoint at another price. */
export function priced(price: Price, more: Partial<Endpoint> = {}): Endpoint {
  return makeEndpoint({ defaultPrice: { ...price, version: 1 }, ...more });
}

/** A micro-dollar a token, a dollar deposited, ten cents at most. */
export function perToken(more: Partial<MeteredPrice> = {}): MeteredPrice {
  return {
    model: "metered",
    rates: { outputToken: 1_000_000n },
    deposit: 1_000_000n,
    validSeconds: DAY,
    minimum: 0n,
    cap: 100_000n,
    clampOutput: false,
    onLeave: "cancel",
    ...more,
  };
}

export const SSE: ResponseHead = { status: 200, headers: [["Content-Type", "text/event-stream"]] };

/** One token, as OpenAI streams it. */
export function delta(text: string): Uint8Array {
  return utf8(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: text } }] })}\n\n`);
}

export function report(outputTokens: number, inputTokens = 0): Uint8Array {
  const usage = { prompt_tokens: inputTokens, completion_tokens: outputTokens };
  return utf8(`data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`);
}

/** What a transport does with a metered answer, in slow motion. */
export class FakeTransport implements MeterPort {
  readonly #grant: Grant;
  #head: CommittedHead | undefined;
  #out = "";
  #bytes = 0;
  resumed = 0;
  stopped: "no" | "clean" | "broken" = "no";

  constructor(grant: Grant) {
    this.#grant = grant;
  }

  async begin(head: ResponseHead = SSE): Promise<HeaderList> {
    this.#head = await this.#grant.commit(head);
    this.#head.meter?.attach(this);
    return this.#head.headers;
  }

  /** @returns Whether the upstream would be read on. */
  push(chunk: Uint8Array): boolean {
    const { meter } = this.#head ?? {};
    this.write(meter === undefined ? chunk : meter.push(chunk));
    return meter?.blocked !== true;
  }

  write(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#out += new TextDecoder().decode(bytes);
  }

  resume(): void {
    this.resumed++;
  }

  stop(clean: boolean): void {
    this.stopped = clean ? "clean" : "broken";
  }

  async end(): Promise<void> {
    const last = await this.#head?.meter?.end();
    if (last !== undefined) this.write(last.body);
    await this.#grant.finish({ complete: true, bytes: this.#bytes });
  }

  /** The payer is gone. */
  leave(): Promise<void> {
    return this.#grant.finish({ complete: false, bytes: this.#bytes });
  }

  get blocked(): boolean {
    return this.#head?.meter?.blocked ?? false;
  }

  get sent(): string {
    return this.#out;
  }
}

/** The token that a first paid answer names, as the header that presents it. */
export function bearer(headers: HeaderList): HeaderList {
  return [["Authorization", `Bearer ${findHeader(headers, "paywall-access-token") ?? ""}`]];
}
