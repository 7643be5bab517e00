import type { NodeWebSocket } from "../node-reach.ts";

const REOPEN_MS = 5_000;

/** phoenixd's stream of events: only news that there is something to look at, so that losing one costs nothing. */
export class PhoenixdEvents {
  readonly #open: () => WebSocket;
  readonly #onNews: () => void;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOpen = false;
  #stopped = false;

  constructor(
    webSocket: NodeWebSocket,
    origin: string,
    headers: Readonly<Record<string, string>>,
    onNews: () => void,
  ) {
    this.#open = () => new webSocket(`${origin.replace(/^http/, "ws")}/websocket`, { headers });
    this.#onNews = onNews;
    this.#start();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #start(): void {
    try {
      const socket = this.#open();
      this.#socket = socket;
      socket.addEventListener("open", () => {
        this.#isOpen = true;
        if (this.#stopped) socket.close();
        else this.#onNews();
      });
      socket.addEventListener("message", () => this.#onNews());
      socket.addEventListener("close", () => {
        // Perhaps phoenixd is gone, and only asking shows it.
        if (this.#isOpen && !this.#stopped) this.#onNews();
        this.#later();
      });
    } catch {
      this.#later();
    }
  }

  #later(): void {
    this.#isOpen = false;
    if (!this.#stopped) this.#timer = setTimeout(() => this.#start(), REOPEN_MS);
  }
}
