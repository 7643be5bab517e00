import { createHash, randomBytes } from "node:crypto";
import {
  type LightningBackend,
  LightningNodeError,
  type NodeInvoice,
  type SettledInvoice,
  type SettlementEvent,
} from "@x402-paywall/proxy/rails/lightning";

export interface FakeNode extends LightningBackend {
  /** No call gets through and no subscription lives while it is set. */
  isAway: boolean;
  readonly asked: string[];
  /** Cursors that subscriptions began with. */
  readonly cursors: (string | null)[];
  closed: number;
  /** An invoice that the node has made. @returns its payment hash */
  make(): string;
  /** Its payment arrives. `silent`: nobody is told, now or later. */
  pay(paymentHash: string, options?: { readonly msat?: bigint; readonly silent?: boolean }): void;
  /** Tells again what it told before, from the first event on. */
  repeat(): void;
  /** Cuts the subscriptions that are open. */
  cut(): void;
}

/** A node in memory that can be away, lose events and repeat them. */
export function createFakeNode(): FakeNode {
  const invoices = new Map<string, { preimage: string; state: NodeInvoice }>();
  const events: SettledInvoice[] = [];
  const wakes = new Set<() => void>();
  let cuts = 0;
  const wake = (): void => {
    for (const each of wakes) each();
    wakes.clear();
  };
  const requireThere = (): void => {
    if (node.isAway) throw new LightningNodeError("unreachable", "The fake node is away");
  };
  const next = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      wakes.add(resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  const node: FakeNode = {
    kind: "lnd",
    isAway: false,
    asked: [],
    cursors: [],
    closed: 0,
    createInvoice: () => Promise.reject(new Error("Nobody asks this one for an invoice")),
    lookUp: async (paymentHash) => {
      requireThere();
      node.asked.push(paymentHash);
      return invoices.get(paymentHash)?.state;
    },
    async *subscribe(cursor, signal): AsyncGenerator<SettlementEvent> {
      requireThere();
      node.cursors.push(cursor);
      const since = cuts;
      let index = cursor === null ? events.length : Number(cursor);
      while (!signal.aborted) {
        requireThere();
        if (cuts > since) throw new LightningNodeError("unreachable", "The connection was cut");
        const invoice = events[index];
        // oxlint-disable-next-line no-await-in-loop
        if (invoice === undefined) await next(signal);
        else yield { invoice, cursor: `${++index}` };
      }
    },
    close: async () => {
      node.closed++;
    },
    make: () => {
      const preimage = randomBytes(32);
      const paymentHash = createHash("sha256").update(preimage).digest("hex");
      invoices.set(paymentHash, {
        preimage: preimage.toString("hex"),
        state: { state: "open", paymentHash },
      });
      return paymentHash;
    },
    pay: (paymentHash, { msat = 10_000n, silent = false } = {}) => {
      const invoice = invoices.get(paymentHash);
      if (invoice === undefined) throw new Error("No such invoice");
      const { preimage } = invoice;
      const settledAt = Math.floor(Date.now() / 1000);
      const settled = { state: "settled", paymentHash, receivedMsat: msat, settledAt, preimage } as const;
      invoice.state = settled;
      if (!silent) events.push(settled);
      wake();
    },
    repeat: () => {
      events.push(...events);
      wake();
    },
    cut: () => {
      cuts++;
      wake();
    },
  };
  return node;
}
