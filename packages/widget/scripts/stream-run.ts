import { asObject } from "../src/checkout/problem.ts";
import { toUrl } from "../src/checkout/to-url.ts";
import { parseJson } from "../src/parts/base64-json.ts";
import { amountOf } from "./meter.ts";
import type { Meter } from "./meter.ts";
import { createEventReader } from "../src/stream/read-events.ts";
import { readReceiptNote, trustedLink } from "../src/stream/receipt-note.ts";
import { textOf } from "../src/stream/text-of.ts";
import type { StreamState } from "../src/page/stream-messages.ts";
import type { StreamWord } from "../src/page/stream-page.ts";

/** What the page does with what a stream says. */
export interface StreamListeners {
  readonly piece: (index: number, text: string) => void;
  readonly resumed: () => void;
  readonly needsTopUp: (asked: Readonly<Record<string, unknown>>) => void;
  readonly timedOut: (charged: string) => void;
}

/** One request for the stream: what it says is kept here until its end. */
export class StreamRun {
  readonly abort = new AbortController();
  readonly meter: Meter;
  /** Why it ended, where the stream or the server has said it: goes before what the connection shows. */
  reason: { readonly state: StreamState; readonly text: string } | undefined;
  done = false;
  receiptUrl = "";
  readonly #on: StreamListeners;
  readonly #word: (name: StreamWord) => string;
  #origins: readonly string[] = [location.origin];

  constructor(meter: Meter, on: StreamListeners, word: (name: StreamWord) => string) {
    this.meter = meter;
    this.#on = on;
    this.#word = word;
  }

  /** The head is ours: where the receipt lies, its origin may also be named by the stream. */
  readHead(answer: Response): void {
    const url = answer.headers.get("Payment-Receipt-Url") ?? "";
    this.#origins = [location.origin, toUrl(url, location.href)?.origin ?? location.origin];
    this.receiptUrl = trustedLink(url, this.#origins);
  }

  /** Reads until the end, or until the run is done for another reason. */
  async receive(answer: Response): Promise<void> {
    const isEvents = /^text\/event-stream/i.test(answer.headers.get("Content-Type") ?? "");
    const push = isEvents
      ? createEventReader({
          event: (name, text) => this.#take(name, text),
          comment: (text) => this.#note(text),
        })
      : (text: string) => text !== "" && this.#on.piece(0, text);
    const decoder = new TextDecoder();
    const reader = answer.body?.getReader();
    if (reader === undefined) return;
    for (;;) {
      const { done, value } = await reader.read();
      if (this.done) return;
      push(done ? decoder.decode() : decoder.decode(value, { stream: true }));
      if (done) return;
    }
  }

  #take(name: string, text: string): void {
    if (name === "payment-need-topup") return this.#on.needsTopUp(asObject(parseJson(text)));
    if (name === "payment-receipt") return this.#keepReceipt(text);
    if (name === "session-timeout") return this.#timeOut(asObject(parseJson(text))["charged"]);
    const { pieces, error } = textOf(text);
    if (error !== undefined)
      this.reason = { state: "upstream", text: this.#word("upstream").replace("{error}", () => error) };
    this.#on.resumed();
    for (const [index, piece] of pieces) this.#on.piece(index, piece);
  }

  #note(text: string): void {
    if (text.startsWith("payment-receipt ")) this.#keepReceipt(text.slice("payment-receipt ".length).trim());
  }

  #keepReceipt(text: string): void {
    const { url, charged } = readReceiptNote(text);
    const link = trustedLink(url, this.#origins);
    if (link !== "") this.receiptUrl = link;
    this.meter.charged = charged;
  }

  #timeOut(amount: unknown): void {
    const charged = typeof amount === "string" ? amountOf(amount) : "";
    if (charged !== "") this.meter.charged = charged.slice(1);
    const text = charged === "" ? "" : this.#word("timeoutCharged").replace("{charged}", charged);
    this.reason = { state: "timeout", text };
    this.#on.timedOut(charged);
  }
}
