const LF = 10;
const CR = 13;

/** Whether bytes end with a blank line, in any of the three line ends (WHATWG, server-sent events, 9.2.5). */
function endsEvent(bytes: Uint8Array, end: number): boolean {
  const last = bytes[end - 1];
  const before = bytes[end - 2];
  if (last === LF)
    return before === LF || (before === CR && (bytes[end - 3] === LF || bytes[end - 3] === CR));
  return last === CR && before === CR;
}

/**
 * Follows what was sent of an event stream, so that an event of ours never lands inside of one of the upstream's.
 * Only the last bytes are kept.
 */
export class EventBoundary {
  #tail: Uint8Array = new Uint8Array(0);
  #sent = false;

  note(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#sent = true;
    this.#tail = bytes.length >= 3 ? bytes.slice(-3) : join(this.#tail, bytes).slice(-3);
  }

  get isBetween(): boolean {
    return !this.#sent || endsEvent(this.#tail, this.#tail.length);
  }

  /** How many of the next bytes complete the event that was begun; 0 where none was, `undefined` where they do not end it. */
  completing(next: Uint8Array): number | undefined {
    if (this.isBetween) return 0;
    const joined = join(this.#tail, next);
    for (let end = this.#tail.length + 1; end <= joined.length; end++) {
      if (endsEvent(joined, end)) return end - this.#tail.length;
    }
    return undefined;
  }
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
