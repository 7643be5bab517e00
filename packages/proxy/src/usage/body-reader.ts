import type { Usage } from "@x402-paywall/core";
import type { UsageFormat, UsageReader } from "./usage-reader.ts";
import type { UsageTally } from "./usage-tally.ts";

const NOTHING = new Uint8Array(0);
export type BodyKind = "json" | "text" | "opaque";

/**
 * Reads a body that is no event stream, which always passes as it is. `json`: a document, an array of them (Gemini without
 * `alt=sse`), or one a line, read as it passes, so of any length; `text`: counted whole; `opaque`: not at all.
 */
export class BodyReader implements UsageReader {
  readonly #tally: UsageTally;
  readonly #kind: BodyKind;

  constructor(tally: UsageTally, kind: BodyKind) {
    this.#tally = tally;
    this.#kind = kind;
  }

  get usage(): Usage {
    return this.#tally.usage;
  }

  get reported(): boolean {
    return this.#tally.reported;
  }

  get format(): UsageFormat | undefined {
    return this.#tally.format;
  }

  push(chunk: Uint8Array): Uint8Array {
    if (this.#kind === "json") this.#tally.json(chunk, 0, chunk.length);
    else if (this.#kind === "text") this.#tally.plain(chunk, 0, chunk.length);
    return chunk;
  }

  end(): Uint8Array {
    return NOTHING;
  }

  settle(): Promise<Usage> {
    return this.#tally.settle();
  }
}
