import { createHash, randomBytes } from "node:crypto";
import { encodeBolt11, fromHex, toHex } from "@x402-paywall/core";
import {
  type InvoiceRequest,
  type LightningBackend,
  LightningNodeError,
  type NodeInvoice,
  type SettlementEvent,
} from "../src/rails/lightning/backend.ts";
import { curve, nodeCrypto } from "./engine-fixtures.ts";

/** A node in memory: real invoices of regtest, and payers who need no channel. */
export interface MemoryNode extends LightningBackend {
  /** Pays, and learns the preimage. @param msat Default: what the invoice asks for. */
  pay(bolt11: string, msat?: bigint): string;
  /** Something else than an honest state. */
  set(paymentHash: string, state: "open" | "held" | "closed"): void;
  /** Every call fails like this until it is `undefined` again; `hang`: none is ever answered. */
  fault: "unreachable" | "hang" | undefined;
  readonly calls: { createInvoice: number; lookUp: number };
  readonly requests: InvoiceRequest[];
}

interface Kept {
  readonly bolt11: string;
  readonly request: InvoiceRequest;
  invoice: NodeInvoice;
}

/** @param clock Milliseconds. */
export function createMemoryNode(clock: () => number): MemoryNode {
  const key = new Uint8Array(32).fill(7);
  const kept = new Map<string, Kept>();
  const events: SettlementEvent[] = [];
  const wakes = new Set<() => void>();
  const answer = async <T>(work: () => T): Promise<T> => {
    if (node.fault === "hang") return new Promise<T>(() => {});
    if (node.fault !== undefined) throw new LightningNodeError(node.fault, "The node is away");
    return work();
  };
  const hashOf = (preimage: Uint8Array): string => createHash("sha256").update(preimage).digest("hex");
  const node: MemoryNode = {
    kind: "lnd",
    fault: undefined,
    calls: { createInvoice: 0, lookUp: 0 },
    requests: [],
    createInvoice: (request) => {
      node.calls.createInvoice++;
      return answer(() => {
        const paymentHash = hashOf(request.preimage);
        if (kept.has(paymentHash)) throw new LightningNodeError("refused", "There is such an invoice");
        node.requests.push(request);
        const { amountMsat, description, expirySeconds } = request;
        const fields = {
          prefix: "bcrt",
          amountMsat,
          timestamp: Math.floor(clock() / 1000),
          expirySeconds,
          paymentHash,
          paymentSecret: toHex(new Uint8Array(randomBytes(32))),
          description,
        };
        const bolt11 = encodeBolt11(fields, (digest) => curve.sign(digest, key), nodeCrypto);
        kept.set(paymentHash, { bolt11, request, invoice: { state: "open", paymentHash } });
        return { bolt11, paymentHash };
      });
    },
    lookUp: (paymentHash) => {
      node.calls.lookUp++;
      return answer(() => kept.get(paymentHash)?.invoice);
    },
    async *subscribe(cursor, signal) {
      for (let index = cursor === null ? events.length : Number(cursor); !signal.aborted;) {
        const event = events[index];
        if (event === undefined) {
          await new Promise<void>((resolve) => {
            wakes.add(resolve);
            signal.addEventListener("abort", () => resolve(), { once: true });
          });
          continue;
        }
        index++;
        yield event;
      }
    },
    close: async () => {},
    pay: (bolt11, msat) => {
      const [paymentHash, found] = [...kept].find(([, each]) => each.bolt11 === bolt11) ?? [];
      if (paymentHash === undefined || found === undefined) throw new Error("No such invoice");
      const preimage = toHex(found.request.preimage);
      const invoice = {
        state: "settled",
        paymentHash,
        receivedMsat: msat ?? found.request.amountMsat,
        settledAt: Math.floor(clock() / 1000),
        preimage,
      } as const;
      found.invoice = invoice;
      events.push({ invoice, cursor: `${events.length + 1}` });
      for (const wake of wakes) wake();
      wakes.clear();
      return preimage;
    },
    set: (paymentHash, state) => {
      const found = kept.get(paymentHash);
      if (found === undefined || fromHex(paymentHash) === undefined) throw new Error("No such invoice");
      found.invoice = { state, paymentHash };
    },
  };
  return node;
}
