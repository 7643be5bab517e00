export interface PostgresMessage {
  /** One letter; empty for the first message of a connection, which has no type. */
  readonly type: string;
  readonly body: Buffer;
}

const headerBytes = 5;

/** Cuts one direction of a Postgres connection into its messages (protocol 3, without TLS). */
export class MessageReader {
  #rest: Buffer = Buffer.alloc(0);
  #untyped: boolean;

  /** @param startsUntyped The client's direction starts with a message without a type. */
  constructor(startsUntyped: boolean) {
    this.#untyped = startsUntyped;
  }

  /** The messages that are whole with these bytes. */
  push(bytes: Buffer): readonly PostgresMessage[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const messages: PostgresMessage[] = [];
    for (;;) {
      const typeBytes = this.#untyped ? 0 : 1;
      if (this.#rest.length < headerBytes - 1 + typeBytes) return messages;
      const end = typeBytes + this.#rest.readInt32BE(typeBytes);
      if (this.#rest.length < end) return messages;
      const type = this.#rest.toString("latin1", 0, typeBytes);
      messages.push({ type, body: this.#rest.subarray(typeBytes + 4, end) });
      this.#rest = this.#rest.subarray(end);
      this.#untyped = false;
    }
  }
}
