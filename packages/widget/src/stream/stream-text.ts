const WRITE_EVERY_MS = 50;
const SAY_EVERY_MS = 3000;
/** Longer texts are cut into nodes of some size: one that grows without end is copied with each token. */
const LONGEST_NODE = 8192;
const NEAR_END_PX = 48;

export interface StreamTextOptions {
  /** Paragraphs go in here, one for each answer. */
  readonly text: HTMLElement;
  /** A polite live region off the screen. */
  readonly heard: HTMLElement;
  /** Heads the second answer and further ones. */
  readonly titleOf: (index: number) => string;
  /** More may come. */
  readonly isLive: () => boolean;
  /** What scrolls along while somebody reads at the end; default: the document. */
  readonly scroller?: Element;
}

/** Text as it arrives: to the eyes some twenty times a second, to screen readers in sentences. */
export class StreamText {
  readonly #options: StreamTextOptions;
  #pieces: (readonly [index: number, text: string])[] = [];
  #flushing: ReturnType<typeof setTimeout> | undefined;
  #unheard = "";
  #hearing: ReturnType<typeof setTimeout> | undefined;

  constructor(options: StreamTextOptions) {
    this.#options = options;
    options.text.replaceChildren();
    options.heard.textContent = "";
  }

  /** All answers, an empty line between them. */
  get content(): string {
    return [...this.#options.text.children].map((one) => one.textContent).join("\n\n");
  }

  write(index: number, text: string): void {
    this.#pieces.push([index, text]);
    this.#flushing ??= setTimeout(() => this.flush(), WRITE_EVERY_MS);
    if (index === 0) this.#unheard += text;
    this.#hearing ??= setTimeout(() => this.#hear(), SAY_EVERY_MS);
  }

  flush(): void {
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    const scroller = this.#options.scroller ?? document.documentElement;
    const atEnd = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - NEAR_END_PX;
    for (const [index, text] of this.#pieces.splice(0)) append(this.#paragraph(index), text);
    if (atEnd && this.#options.isLive()) scroller.scrollTop = scroller.scrollHeight;
  }

  /** Nothing more comes: what is not shown or said yet is. */
  end(): void {
    this.flush();
    clearTimeout(this.#hearing);
    this.#hear();
  }

  #paragraph(index: number): Element {
    const { text, titleOf } = this.#options;
    const known = text.querySelector(`[data-index="${index}"]`);
    if (known !== null) return known;
    const made = document.createElement("p");
    made.dir = "auto";
    made.dataset["index"] = String(index);
    if (index > 0) made.dataset["title"] = titleOf(index);
    const later = [...text.children].find((one) => Number(one.getAttribute("data-index")) > index);
    text.insertBefore(made, later ?? null);
    return made;
  }

  #hear(): void {
    this.#hearing = undefined;
    const live = this.#options.isLive();
    const end = live ? this.#unheard.search(/\s\S*$/) + 1 : this.#unheard.length;
    if (end > 0) this.#options.heard.textContent = this.#unheard.slice(0, end).trim();
    this.#unheard = this.#unheard.slice(end);
  }
}

function append(part: Element, text: string): void {
  const last = part.lastChild;
  if (last instanceof Text && last.length < LONGEST_NODE) last.appendData(text);
  else part.append(text);
}
