import type { StreamState } from "../src/page/stream-messages.ts";
import type { StreamWord } from "../src/page/stream-page.ts";

const LIVE: ReadonlySet<string> = new Set(["starting", "streaming", "waiting", "resumed"]);
const REST_MS = 400;

/** The stream page's own parts: its state, and the buttons that go with it. */
export class StreamView {
  readonly main: HTMLElement;
  /** A run was begun: the button now says that it starts again. */
  hasRun = false;
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.main = this.find("stream");
  }

  get state(): string {
    return this.main.dataset["state"] ?? "";
  }

  get isLive(): boolean {
    return LIVE.has(this.state);
  }

  /** @throws TypeError where the page has no such part */
  find(id: string): HTMLElement {
    const part = document.getElementById(id);
    if (part === null) throw new TypeError(`The page has no ${id}`);
    return part;
  }

  data(name: string): string {
    return this.main.dataset[name] ?? "";
  }

  word(name: StreamWord): string {
    return document.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
  }

  show(state: StreamState, text = ""): void {
    const was = this.isLive;
    const focused = document.activeElement;
    this.main.dataset["state"] = state;
    const said = text === "" ? this.word(state) : text;
    const line = this.find("state");
    if (line.textContent !== said) line.textContent = said;
    const live = this.isLive;
    const [start, stop, words] = [this.find("start"), this.find("stop"), this.find("text")];
    words.setAttribute("aria-busy", String(live));
    if (this.hasRun) start.textContent = this.word("startAgain");
    stop.hidden = !live;
    start.hidden = live || state === "payment";
    this.find("copy").hidden = live || words.textContent === "";
    if (live !== was) this.#rest();
    if (live && focused === start) stop.focus();
    if (!live && focused === stop && !start.hidden) start.focus();
  }

  pressed(id: "start" | "stop", act: () => void): void {
    const button = this.find(id);
    button.addEventListener("click", () => {
      if (!button.hasAttribute("aria-disabled")) act();
    });
  }

  /** What changes under the finger is not pressed: the second of two presses on one spot could cost money. */
  #rest(): void {
    clearTimeout(this.#resting);
    const buttons = [this.find("start"), this.find("stop")];
    for (const button of buttons) button.setAttribute("aria-disabled", "true");
    this.#resting = setTimeout(() => {
      for (const button of buttons) button.removeAttribute("aria-disabled");
    }, REST_MS);
  }
}
