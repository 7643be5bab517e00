import { createHash } from "node:crypto";
import type { LdkNode } from "./ldk-node.ts";

/** Before it is too old for the time in an invoice. */
const MAX_AGE_SECONDS = 2;

export type MadeUpChain = ReturnType<typeof createMadeUpChain>;

/** Blocks of headers alone, shown to all nodes at once: LDK checks neither work nor merkle roots. */
export function createMadeUpChain(nodes: readonly LdkNode[]) {
  let height = 0;
  let previous: Uint8Array = new Uint8Array(32);
  let time = 0;
  const mine = (transactions: readonly Uint8Array[] = []): void => {
    height += 1;
    time = Math.max(time, Math.floor(Date.now() / 1_000));
    const header = makeHeader(previous, time);
    previous = hashTwice(header);
    for (const node of nodes) node.block({ header, height, transactions });
  };
  return {
    mine,
    /** LDK's clock is the time of the last block. */
    catchUp(): void {
      if (Date.now() / 1_000 - time > MAX_AGE_SECONDS) mine();
    },
  };
}

/** A transaction with one output. What it spends does not exist. */
export function makeTransaction(script: Uint8Array, sats: bigint): Uint8Array {
  const output = Buffer.alloc(9);
  output.writeBigUInt64LE(sats);
  output.writeUInt8(script.length, 8);
  // Version, marker and flag of SegWit, one input; its outpoint's index, no script, its sequence; one item of one byte.
  const version = Buffer.from("02000000000101", "hex");
  const input = Buffer.concat([hashTwice(script), Buffer.from("0000000000ffffffff", "hex")]);
  const witness = Buffer.from("0101ff", "hex");
  return Buffer.concat([version, input, Buffer.from([1]), output, script, witness, Buffer.alloc(4)]);
}

function makeHeader(previous: Uint8Array, time: number): Buffer {
  const tail = Buffer.alloc(12);
  tail.writeUInt32LE(time);
  tail.writeUInt32LE(0x207fffff, 4);
  return Buffer.concat([Buffer.from("00000020", "hex"), previous, hashTwice(previous), tail]);
}

function hashTwice(bytes: Uint8Array): Buffer {
  const once = createHash("sha256").update(bytes).digest();
  return createHash("sha256").update(once).digest();
}
