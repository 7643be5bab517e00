import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Hex } from "viem";
import { z } from "zod";

const hex = z.templateLiteral(["0x", z.string()]);
/** A settlement that was sent, as it is written down before it is: no signature is in it. */
const sentShape = z.object({
  key: z.string(),
  network: z.string(),
  kind: z.enum(["eip3009", "permit2"]),
  asset: hex,
  payer: hex,
  payTo: hex,
  amount: z.string(),
  authorizationNonce: z.string(),
  hash: hex,
  /** Of the gas wallet. */
  accountNonce: z.number(),
  reservedWei: z.string(),
  /** Unix milliseconds. */
  at: z.number(),
});
export type SentSettlement = Readonly<z.infer<typeof sentShape>>;

const endShape = z.object({
  hash: hex,
  /** `dropped`: it never was accepted and never can be, so another may be sent. */
  end: z.enum(["settled", "failed", "dropped"]),
  spentWei: z.string(),
  /** Why it failed, in a few words. */
  reason: z.string().optional(),
  /** Another transaction that settled it first. */
  instead: hex.optional(),
});
export type SettlementEnd = Readonly<z.infer<typeof endShape>>;

export interface JournalEntry extends SentSettlement {
  end?: SettlementEnd;
}

/**
 * What was sent, for as long as somebody may ask: an append-only file of JSON lines, so that a restart neither sends twice nor
 * forgets what today has cost. Written before the broadcast; where it cannot be written, nothing is sent.
 */
export interface Journal {
  find(key: string): JournalEntry | undefined;
  /** @throws where the file cannot be written */
  begin(sent: SentSettlement): JournalEntry;
  /** Remembered in any case; what cannot be written is found out from the chain after a restart. */
  finish(entry: JournalEntry, end: Omit<SettlementEnd, "hash">): void;
  entries(): Iterable<JournalEntry>;
}

const KEEP_MS = 48 * 3_600_000;
const COMPACT_LINES = 50_000;

/** Reads the file, forgets what is older than two days, and goes on writing it. @param clock Unix milliseconds. */
export function openJournal(
  file: string,
  { clock, onError }: { readonly clock: () => number; readonly onError: (error: unknown) => void },
): Journal {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const byKey = existsSync(file) ? readEntries(readFileSync(file, "utf8")) : new Map<string, JournalEntry>();
  let lines = 0;
  const compact = (): void => {
    for (const [key, { at, end }] of byKey)
      if (end !== undefined && at < clock() - KEEP_MS) byKey.delete(key);
    writeFileSync(`${file}.new`, [...byKey.values()].flatMap(formatEntry).join(""), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    lines = 0;
  };
  compact();
  const append = (line: string): void => {
    appendFileSync(file, line, { mode: 0o600 });
    lines += 1;
  };
  return {
    find: (key) => byKey.get(key),
    begin: (sent) => {
      if (lines > COMPACT_LINES) compact();
      append(format(sent));
      const entry: JournalEntry = { ...sent };
      byKey.set(sent.key, entry);
      return entry;
    },
    finish: (entry, end) => {
      const ended = { hash: entry.hash, ...end };
      entry.end = ended;
      if (end.end === "dropped" && byKey.get(entry.key) === entry) byKey.delete(entry.key);
      try {
        append(format(ended));
      } catch (error) {
        onError(error);
      }
    },
    entries: () => byKey.values(),
  };
}

function format(line: SentSettlement | SettlementEnd): string {
  return `${JSON.stringify(line)}\n`;
}

function formatEntry({ end, ...sent }: JournalEntry): readonly string[] {
  return end === undefined ? [format(sent)] : [format(sent), format(end)];
}

/** A last line that a crash cut off is left out: nothing was sent after it. */
function readEntries(text: string): Map<string, JournalEntry> {
  const byHash = new Map<Hex, JournalEntry>();
  for (const line of text.split("\n")) {
    const json = parseLine(line);
    const sent = sentShape.safeParse(json);
    if (sent.success) byHash.set(sent.data.hash, sent.data);
    const end = endShape.safeParse(json);
    const entry = end.success ? byHash.get(end.data.hash) : undefined;
    if (end.success && entry !== undefined) entry.end = end.data;
  }
  const live = [...byHash.values()].filter(({ end }) => end?.end !== "dropped");
  return new Map(live.map((entry) => [entry.key, entry]));
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
