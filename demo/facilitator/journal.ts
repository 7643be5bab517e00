import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";

/** One movement of sandbox money. Amounts are µUSD as decimal strings, times Unix milliseconds. */
export interface JournalEntry {
  /** From 1, without gaps. */
  readonly seq: number;
  readonly at: number;
  readonly kind: "charge" | "lightning" | "refund";
  readonly paymentKey: string;
  readonly amount: string;
  readonly transaction: string;
  /** Charges: what the payer signed at most. */
  readonly maximum?: string;
  /** Of the caller: the quote that was paid. */
  readonly reference?: string;
  /** Refunds: the caller's id, which never pays twice. */
  readonly id?: string;
  /** Until then the charge is answered with `pending`. */
  readonly pendingUntil?: number;
}

/** What the journal says of one payment key. `asked`: settlements asked for since the start, repeated ones included. */
export interface KeyCount {
  asked: number;
  charges: number;
  charged: string;
  refunds: number;
  refunded: string;
}

/** The record that everybody else is checked against: append-only, in order, each line on disk before it is answered. */
export interface Journal {
  append(entry: Omit<JournalEntry, "seq">): JournalEntry;
  /** Counts a request for settlement, whatever becomes of it. */
  noteAsked(paymentKey: string): void;
  findCharge(paymentKey: string): JournalEntry | undefined;
  findRefund(id: string): JournalEntry | undefined;
  count(paymentKey: string): Readonly<KeyCount>;
  readonly entries: readonly JournalEntry[];
  readonly keys: ReadonlyMap<string, Readonly<KeyCount>>;
  /** Nothing can be appended afterwards; closing again does nothing. */
  close(): void;
}

/**
 * @param file One JSON entry a line; read at the start, so that a journal survives its process. A last line that was cut
 * in the middle is dropped: its answer never went out.
 * @throws SyntaxError for a file that is not a journal.
 */
export function openJournal(file?: string): Journal {
  const entries: JournalEntry[] = [];
  const charges = new Map<string, JournalEntry>();
  const refunds = new Map<string, JournalEntry>();
  const keys = new Map<string, KeyCount>();
  const countOf = (key: string): KeyCount => {
    const known = keys.get(key) ?? emptyCount();
    keys.set(key, known);
    return known;
  };
  const admit = (entry: JournalEntry): void => {
    const count = countOf(entry.paymentKey);
    if (entry.kind === "refund") {
      count.refunds++;
      count.refunded = add(count.refunded, entry.amount);
      refunds.set(entry.id ?? "", entry);
    } else {
      count.charges++;
      count.charged = add(count.charged, entry.amount);
      charges.set(entry.paymentKey, entry);
    }
    entries.push(entry);
  };
  for (const entry of file === undefined ? [] : readEntries(file)) admit(entry);
  let descriptor = file === undefined ? undefined : openSync(file, "a");
  let closed = false;
  return {
    append: (fields) => {
      if (closed) throw new Error("The journal is closed");
      const entry = { seq: entries.length + 1, ...fields };
      if (descriptor !== undefined) writeSync(descriptor, `${JSON.stringify(entry)}\n`);
      admit(entry);
      return entry;
    },
    noteAsked: (key) => {
      countOf(key).asked++;
    },
    findCharge: (key) => charges.get(key),
    findRefund: (id) => refunds.get(id),
    count: (key) => keys.get(key) ?? emptyCount(),
    entries,
    keys,
    close: () => {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
      closed = true;
    },
  };
}

function readEntries(file: string): readonly JournalEntry[] {
  if (!existsSync(file)) return [];
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) truncateSync(file, end);
  const lines = bytes.subarray(0, end).toString("utf8").split("\n").slice(0, -1);
  return lines.map((line): JournalEntry => JSON.parse(line));
}

function emptyCount(): KeyCount {
  return { asked: 0, charges: 0, charged: "0", refunds: 0, refunded: "0" };
}

function add(left: string, right: string): string {
  return (BigInt(left) + BigInt(right)).toString();
}
