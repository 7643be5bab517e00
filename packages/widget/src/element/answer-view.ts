import { copyText } from "../checkout/copy-from.ts";
import { asObject, asText } from "../checkout/problem.ts";
import { toUrl } from "../checkout/to-url.ts";
import { parseJson } from "../parts/base64-json.ts";
import { fill } from "../parts/messages.ts";
import { createEventReader } from "../stream/read-events.ts";
import { readReceiptNote, trustedLink } from "../stream/receipt-note.ts";
import { StreamText } from "../stream/stream-text.ts";
import { textOf } from "../stream/text-of.ts";
import { answerHtml, jsonHtml } from "./answer-html.ts";
import { fileNameOf, formatSize, kindOf } from "./answer-kind.ts";
import type { AnswerKind } from "./answer-kind.ts";
import { setHtml } from "./set-html.ts";
import type { Stage } from "./stage.ts";

export interface AnswerContext extends Pick<Stage, "root" | "place" | "messages" | "signal"> {
  /** Pays at an address of the same server; resolves to whether it was paid. */
  readonly topUp: (url: string) => Promise<boolean>;
}

/** More than this is a file, not something to look at. */
const MOST_SHOWN_BYTES = 2_000_000;
const FRAME_POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline';img-src data:">`;

/** Shows an answer as it arrives: JSON, text, a stream, a picture, a page without its scripts, or a file to save. */
export class AnswerView {
  readonly #context: AnswerContext;
  readonly #answer: Response;
  readonly #url: string;
  #isStopped = false;
  #topUpUrl = "";

  constructor(context: AnswerContext, answer: Response, url: string) {
    this.#context = context;
    this.#answer = answer;
    this.#url = answer.url || url;
  }

  /** Resolves at the end of the answer. */
  async show(receiptUrl: string, isPaid: boolean): Promise<void> {
    const { place, messages } = this.#context;
    const said = messages.answer;
    const done = isPaid ? said.paid : said.answered;
    setHtml(place, answerHtml(messages, receiptUrl, done));
    try {
      const kind = kindOf(this.#answer);
      if (kind === "stream" || kind === "text") await this.#showText(kind);
      else await this.#showWhole(kind, done);
    } catch {
      if (!this.#isStopped) this.#say("broken", said.broken);
    }
    if (this.#isStopped) this.#say("done", said.stopped);
    this.#find("stop").hidden = true;
  }

  async #showWhole(kind: AnswerKind, done: string): Promise<void> {
    const said = this.#context.messages.answer;
    const parts: BlobPart[] = [];
    let bytes = 0;
    await this.#read((chunk) => {
      parts.push(chunk);
      bytes += chunk.length;
      this.#say("arriving", `${said.arriving} ${formatSize(bytes)}`);
    });
    const blob = new Blob(parts, { type: this.#answer.headers.get("Content-Type") ?? "" });
    const save = this.#find("save");
    const href = URL.createObjectURL(blob);
    this.#context.signal.addEventListener("abort", () => URL.revokeObjectURL(href));
    save.setAttribute("href", href);
    save.setAttribute("download", fileNameOf(this.#answer, this.#url));
    save.hidden = bytes === 0;
    this.#say("done", done);
    if (bytes === 0) return this.#say("done", said.empty);
    if (kind === "json" && bytes < MOST_SHOWN_BYTES) return this.#showJson(await blob.text());
    if (kind === "html" || kind === "image") return this.#showDocument(kind, await blob.text(), href);
    this.#say("done", fill(said.saved, { size: formatSize(bytes) }));
    save.click();
  }

  #showJson(source: string): void {
    const json = parseJson(source);
    const text = json === undefined ? source : JSON.stringify(json, undefined, 2);
    setHtml(this.#find("content"), jsonHtml(text));
    this.#offerCopy(() => text);
  }

  /** No scripts and no requests: whatever a server sends must not act in the name of the page that shows it. */
  #showDocument(kind: "html" | "image", source: string, href: string): void {
    const shown = document.createElement(kind === "html" ? "iframe" : "img");
    shown.title = this.#context.messages.answer.body;
    if (shown instanceof HTMLImageElement) shown.src = href;
    else {
      shown.setAttribute("sandbox", "");
      shown.srcdoc = FRAME_POLICY + source;
    }
    this.#find("content").replaceChildren(shown);
  }

  async #showText(kind: "stream" | "text"): Promise<void> {
    const said = this.#context.messages.answer;
    const words = this.#find("content");
    words.className = "words";
    words.tabIndex = 0;
    const text = new StreamText({
      text: words,
      heard: this.#find("heard"),
      titleOf: (index) => fill(said.choice, { number: String(index + 1) }),
      isLive: () => /arriving|dry/.test(this.#state),
      scroller: words,
    });
    this.#say("arriving", said.arriving);
    const push =
      kind === "stream" ? this.#eventReader(text) : (chunk: string) => chunk && text.write(0, chunk);
    const decoder = new TextDecoder();
    await this.#read((chunk) => push(decoder.decode(chunk, { stream: true }))).finally(() => {
      text.flush();
      this.#find("topup").hidden = true;
      this.#offerCopy(() => text.content);
    });
    push(decoder.decode());
    if (this.#state === "arriving") this.#say("done", said.ended);
    text.end();
  }

  #eventReader(text: StreamText): (chunk: string) => void {
    const said = this.#context.messages.answer;
    return createEventReader({
      event: (name, data) => {
        if (name === "payment-need-topup") return this.#runDry(asObject(parseJson(data)));
        if (name === "payment-receipt") return this.#noteReceipt(data);
        if (name === "session-timeout") return this.#say("broken", said.timeout);
        const { pieces, error } = textOf(data);
        if (error !== undefined) return this.#say("broken", fill(said.failed, { error }));
        if (this.#state === "dry") this.#say("arriving", said.arriving);
        for (const [index, piece] of pieces) text.write(index, piece);
      },
      comment: (note) => {
        const [name, receipt = ""] = note.split(" ");
        if (name === "payment-receipt") this.#noteReceipt(receipt);
      },
    });
  }

  /** The stream's bytes may be anybody's: only a top-up of the entitlement that the head names is paid. */
  #runDry(asked: Readonly<Record<string, unknown>>): void {
    const url = toUrl(asText(asked["topUpUrl"]), this.#url);
    const known = this.#answer.headers.get("Paywall-Entitlement");
    this.#say("dry", this.#context.messages.answer.dry);
    if (url?.origin !== new URL(this.#url).origin || url.searchParams.get("entitlement") !== known) return;
    const button = this.#find("topup");
    button.hidden = false;
    if (this.#topUpUrl === "") button.addEventListener("click", () => void this.#payTopUp(button));
    this.#topUpUrl = url.href;
  }

  async #payTopUp(button: HTMLElement): Promise<void> {
    button.hidden = await this.#context.topUp(this.#topUpUrl).catch(() => false);
  }

  #noteReceipt(note: string): void {
    const named = toUrl(this.#answer.headers.get("Payment-Receipt-Url") ?? "", this.#url);
    const link = trustedLink(readReceiptNote(note).url, [new URL(this.#url).origin, named?.origin ?? ""]);
    const shown = this.#find("answer").querySelector(".state a");
    if (link !== "") shown?.setAttribute("href", link);
  }

  async #read(take: (chunk: Uint8Array<ArrayBuffer>) => void): Promise<void> {
    const reader = this.#answer.body?.getReader();
    const stop = () => {
      this.#isStopped = true;
      void reader?.cancel().catch(() => undefined);
    };
    this.#context.signal.addEventListener("abort", stop);
    this.#find("stop").hidden = false;
    this.#find("stop").addEventListener("click", stop);
    if (reader === undefined) return;
    for (;;) {
      const { done, value } = await reader.read();
      if (this.#isStopped) throw new TypeError("Stopped");
      if (done) return;
      take(value);
    }
  }

  #offerCopy(read: () => string): void {
    const button = this.#find("copy");
    const { copy, copied } = this.#context.messages;
    button.hidden = false;
    button.addEventListener("click", () => {
      void copyText(read(), () => getSelection()?.selectAllChildren(this.#find("content")));
      button.textContent = copied;
      setTimeout(() => {
        button.textContent = copy;
      }, 1500);
    });
  }

  get #state(): string {
    return this.#find("answer").dataset["state"] ?? "";
  }

  #say(state: string, text: string): void {
    this.#find("answer").dataset["state"] = state;
    const line = this.#find("state");
    if (line.textContent !== text) line.textContent = text;
  }

  #find(id: string): HTMLElement {
    const part = this.#context.root.getElementById(id);
    if (part === null) throw new TypeError(id);
    return part;
  }
}
