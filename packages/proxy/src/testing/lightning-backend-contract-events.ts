import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  type LightningBackend,
  LightningNodeError,
  type SettlementEvent,
} from "../rails/lightning/backend.ts";
import { type BackendHarness, makeInvoiceRequest } from "./lightning-backend-harness.ts";

/** Settlement events; part of the backend contract. */
export function describeBackendEvents(use: () => BackendHarness): void {
  const withinMs = () => use().withinMs ?? 5_000;
  describe("settlements", () => {
    it("are told as they happen, from now on where there is no cursor", async () => {
      await withFeeds(use(), async ({ backend, feed }) => {
        const [before] = await payNew(use(), backend, 1);
        // Times of nodes are whole seconds: what settled in this very one may be told.
        await sleep(1_100);
        const { events } = feed(null);
        await sleep(listenMs(use()));
        const [first, second] = await payNew(use(), backend, 2);
        await expectHeard(events, [first, second], withinMs());
        const hashes = events.map(({ invoice }) => invoice.paymentHash);
        expect(hashes).not.toContain(before);
        expect(events.find(({ invoice }) => invoice.paymentHash === first)?.invoice).toMatchObject({
          state: "settled",
          receivedMsat: 21_000n,
        });
        for (const { cursor } of events) expect(cursor).toMatch(/^.{1,200}$/);
      });
    }, 60_000);

    it("are told in order, and again from each cursor on", async () => {
      await withFeeds(use(), async ({ backend, feed }) => {
        const { events } = feed(null);
        await sleep(listenMs(use()));
        const hashes = await payNew(use(), backend, 4);
        await expectHeard(events, hashes, withinMs());
        const own = events.filter(({ invoice }) => hashes.includes(invoice.paymentHash));
        expect(own.map(({ invoice }) => invoice.paymentHash)).toEqual(hashes);
        for (const [index, { cursor }] of own.entries()) {
          const { events: again } = feed(cursor);
          await expectHeard(again, hashes.slice(index + 1), withinMs());
        }
      });
    }, 90_000);

    it("that came together are all told, and no cursor passes one that was not", async () => {
      await withFeeds(use(), async ({ backend, feed }) => {
        const { events } = feed(null);
        await sleep(listenMs(use()));
        const made = await Promise.all(
          Array.from({ length: 10 }, () => backend.createInvoice(makeInvoiceRequest())),
        );
        await Promise.all(made.map(({ bolt11 }) => use().pay(bolt11)));
        const hashes = made.map(({ paymentHash }) => paymentHash);
        await expectHeard(events, hashes, withinMs());
        const middle = events.slice(0, 5);
        const told = middle.map(({ invoice }) => invoice.paymentHash);
        const { events: again } = feed(middle.at(-1)?.cursor ?? null);
        await expectHeard(
          again,
          hashes.filter((hash) => !told.includes(hash)),
          withinMs(),
        );
      });
    }, 60_000);

    it("that nobody listened to are told from the cursor on", async () => {
      await withFeeds(use(), async ({ backend, feed }) => {
        const first = feed(null);
        await sleep(listenMs(use()));
        await expectHeard(first.events, await payNew(use(), backend, 1), withinMs());
        const cursor = first.events.at(-1)?.cursor ?? null;
        await first.end();
        const missed = await payNew(use(), backend, 3);
        await expectHeard(feed(cursor).events, missed, withinMs());
      });
    }, 60_000);

    it("end with the signal, before and while something is awaited", async () => {
      await withFeeds(use(), async ({ backend, feed }) => {
        const { end } = feed(null);
        await sleep(50);
        await end();
        const aborted = AbortSignal.abort();
        const next = await backend.subscribe(null, aborted)[Symbol.asyncIterator]().next();
        expect(next.done).toBe(true);
      });
    });

    it("break with the connection, and go on from the cursor without a loss", async (test) => {
      const { cut, mend } = use();
      if (cut === undefined || mend === undefined) return test.skip();
      await withFeeds(use(), async ({ backend, feed }) => {
        const first = feed(null);
        await sleep(listenMs(use()));
        await expectHeard(first.events, await payNew(use(), backend, 1), withinMs());
        const made = await Promise.all(
          Array.from({ length: 5 }, () => backend.createInvoice(makeInvoiceRequest())),
        );
        await cut();
        try {
          const broken = await Promise.race([first.ended, sleep(withinMs())]);
          expect(broken).toBeInstanceOf(LightningNodeError);
          for (const { bolt11 } of made) await use().pay(bolt11);
        } finally {
          await mend();
        }
        const { events } = feed(first.events.at(-1)?.cursor ?? null);
        await expectHeard(
          events,
          made.map(({ paymentHash }) => paymentHash),
          withinMs(),
        );
      });
    }, 90_000);
  });
}

/** One subscription, read to its end. */
interface Feed {
  /** What came so far. */
  readonly events: readonly SettlementEvent[];
  /** What it broke with; `undefined` where it just ended. */
  readonly ended: Promise<unknown>;
  end(): Promise<void>;
}

async function withFeeds(
  harness: BackendHarness,
  work: (tools: { backend: LightningBackend; feed: (cursor: string | null) => Feed }) => Promise<void>,
): Promise<void> {
  const backend = await harness.open();
  const feeds: Feed[] = [];
  const feed = (cursor: string | null): Feed => {
    const stop = new AbortController();
    const events: SettlementEvent[] = [];
    const read = async () => {
      for await (const event of backend.subscribe(cursor, stop.signal)) events.push(event);
    };
    const ended = read().then(
      () => undefined,
      (error: unknown) => error,
    );
    const end = async () => {
      stop.abort();
      const late = sleep(harness.withinMs ?? 5_000).then(() => "It does not end");
      expect(await Promise.race([ended, late])).toBeUndefined();
    };
    const opened = { events, ended, end };
    feeds.push(opened);
    return opened;
  };
  try {
    await work({ backend, feed });
    for (const { ended, end } of feeds) {
      const broken = await Promise.race([ended, sleep(1)]);
      if (broken === undefined) await end();
    }
  } finally {
    await backend.close();
  }
}

/** Makes invoices and pays them one after the other. @returns their payment hashes */
async function payNew(harness: BackendHarness, backend: LightningBackend, count: number): Promise<string[]> {
  const hashes: string[] = [];
  for (let index = 0; index < count; index++) {
    const { bolt11, paymentHash } = await backend.createInvoice(makeInvoiceRequest());
    await harness.pay(bolt11);
    hashes.push(paymentHash);
  }
  return hashes;
}

async function expectHeard(
  events: readonly SettlementEvent[],
  hashes: readonly (string | undefined)[],
  withinMs: number,
): Promise<void> {
  const missing = () => hashes.filter((hash) => !events.some(({ invoice }) => invoice.paymentHash === hash));
  for (const until = Date.now() + withinMs; missing().length > 0 && Date.now() < until;) await sleep(10);
  expect(missing()).toEqual([]);
}

/** Until a subscription surely listens. */
function listenMs({ withinMs = 5_000 }: BackendHarness): number {
  return Math.min(500, withinMs / 2);
}
