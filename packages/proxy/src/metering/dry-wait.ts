import type { Allowance } from "./allowance.ts";
import { topUpEvent, WAITING } from "./stream-notes.ts";

export interface DryWaitOptions {
  /** Told to the payer, once; absent: the answer is no event stream, or nothing can be paid. */
  readonly topUp: Allowance["topUp"] | undefined;
  readonly isEventStream: boolean;
  readonly waitMs: number;
  write(bytes: Uint8Array): void;
  /** Whether the answer can go on. */
  ask(): Promise<boolean>;
  onCredit(): void;
  onTimeout(): void;
}

const ASK_MS = 500;
const SIGN_OF_LIFE_MS = 15_000;

/** A stream whose money is used up: tells the payer, asks for credit twice a second, gives up after its time. */
export class DryWait {
  readonly #options: DryWaitOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waited = 0;
  #stopped = false;

  constructor(options: DryWaitOptions) {
    this.#options = options;
  }

  start(): void {
    const { topUp } = this.#options;
    if (topUp !== undefined) {
      this.#options.write(topUpEvent({ entitlement: topUp.entitlement, topUpUrl: topUp.url }));
    }
    this.#next();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #next(): void {
    if (this.#stopped) return;
    if (this.#waited >= this.#options.waitMs) {
      this.#stopped = true;
      return this.#options.onTimeout();
    }
    this.#timer = setTimeout(() => void this.#ask(), ASK_MS);
  }

  async #ask(): Promise<void> {
    this.#waited += ASK_MS;
    const credit = await this.#options.ask();
    if (this.#stopped) return;
    if (credit) {
      this.#stopped = true;
      return this.#options.onCredit();
    }
    if (this.#options.isEventStream && this.#waited % SIGN_OF_LIFE_MS === 0) this.#options.write(WAITING);
    this.#next();
  }
}
