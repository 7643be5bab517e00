import { concatBytes } from "@x402-paywall/core";

const NOTHING = new Uint8Array(0);

/** The bytes of chunks on their way to the payer, of which some are left out and some wait for the next chunk. */
export class Passage {
  #chunk: Uint8Array = new Uint8Array(0);
  /** Of the chunk: what lies before is dealt with. */
  #from = 0;
  #parts: Uint8Array[] = [];
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  get heldBytes(): number {
    return this.#heldBytes;
  }

  begin(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#from = 0;
  }

  /** Leaves out a part of the chunk. */
  drop(from: number, to: number): void {
    if (from > this.#from) this.#parts.push(this.#chunk.subarray(this.#from, from));
    this.#from = to;
  }

  /** Leaves out what was held back. */
  dropHeld(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }

  /** What was held back goes on, before anything of the chunk. */
  release(): void {
    if (this.#heldBytes === 0) return;
    this.#parts.push(...this.#held);
    this.dropHeld();
  }

  /** Holds back the rest of the chunk. */
  hold(from: number): void {
    const rest = from === 0 ? this.#chunk : this.#chunk.subarray(from);
    this.drop(from, this.#chunk.length);
    this.#held.push(rest);
    this.#heldBytes += rest.length;
  }

  /** What goes on now; the chunk itself where nothing was done to it. */
  finish(): Uint8Array {
    const parts = this.#parts;
    if (this.#from === 0 && parts.length === 0) return this.#chunk;
    this.drop(this.#chunk.length, this.#chunk.length);
    if (parts.length === 0) return NOTHING;
    this.#parts = [];
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : concatBytes(...parts);
  }
}
