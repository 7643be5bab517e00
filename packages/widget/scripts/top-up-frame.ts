import { asObject, asText } from "../src/checkout/problem.ts";
import { toUrl } from "../src/checkout/to-url.ts";

/** The parts of the stream page around the frame. */
export interface TopUpParts {
  /** Hidden while nothing is asked. */
  readonly section: HTMLElement;
  readonly title: HTMLElement;
  readonly note: HTMLElement;
  readonly place: HTMLElement;
  /** `.info` of the endpoint; its top-up lies beside it. */
  readonly infoUrl: string;
}

/** Where somebody tops up while the text stays where it is: the payment page of a top-up, in a frame. */
export class TopUpFrame {
  readonly #parts: TopUpParts;
  #frame: HTMLIFrameElement | undefined;

  constructor(parts: TopUpParts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#frame !== undefined;
  }

  get hasFocus(): boolean {
    return this.#frame !== undefined && document.activeElement === this.#frame;
  }

  /** Whether a message comes from what is framed. */
  isSource(event: MessageEvent): boolean {
    if (event.origin !== location.origin || event.source !== this.#frame?.contentWindow) return false;
    return this.#frame !== undefined && asObject(event.data)["type"] === "x402-paywall:topped-up";
  }

  /**
   * Only ever the top-up of this endpoint: the stream's bytes are the creator's, and must not choose what is framed.
   * @returns whether there was anything to open
   */
  open(asked: Readonly<Record<string, unknown>>, title: string): boolean {
    const src = this.#address(asked);
    if (src === undefined) return false;
    const { section, place } = this.#parts;
    this.#parts.title.textContent = title;
    this.#parts.note.hidden = true;
    if (this.#frame?.getAttribute("src") !== src) {
      const frame = document.createElement("iframe");
      frame.title = place.dataset["title"] ?? "";
      frame.setAttribute("src", src);
      frame.addEventListener("load", () => this.#fit(frame));
      this.#frame = frame;
      place.replaceChildren(frame);
    }
    section.hidden = false;
    section.scrollIntoView({ block: "nearest" });
    return true;
  }

  close(): void {
    if (this.#frame === undefined) return;
    this.#frame = undefined;
    this.#parts.section.hidden = true;
    this.#parts.place.replaceChildren();
  }

  #address(asked: Readonly<Record<string, unknown>>): string | undefined {
    const base = this.#parts.infoUrl.replace(/info$/, "topup");
    const wanted = toUrl(asText(asked["topUpUrl"]), location.href);
    if (wanted?.pathname === base && wanted.search !== "") return base + wanted.search;
    const entitlement = asText(asked["entitlement"]);
    return /^ent_[\w-]{1,60}$/.test(entitlement) ? `${base}?entitlement=${entitlement}` : undefined;
  }

  /** As high as what it shows, so that nothing scrolls twice. */
  #fit(frame: HTMLIFrameElement): void {
    const shown = frame.contentDocument?.body;
    if (shown === undefined) return;
    const resize = () => {
      frame.style.height = `${shown.offsetHeight}px`;
    };
    new ResizeObserver(resize).observe(shown);
    resize();
  }
}
