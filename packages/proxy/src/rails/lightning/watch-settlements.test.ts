import { describe, expect, it, vi } from "vitest";
import { LightningNodeError, type SettledInvoice } from "./backend.ts";
import { type SettlementListener, watchSettlements } from "./watch-settlements.ts";

const NOW = 1_800_000_000;
const settled = (name: string, settledAt: number): SettledInvoice => ({
  state: "settled",
  paymentHash: name,
  receivedMsat: 1_000n,
  settledAt,
  preimage: null,
});

function feedOf(payments: SettledInvoice[], lookBackSeconds = 0) {
  const asked: number[] = [];
  let listener: SettlementListener | undefined;
  const stop = vi.fn<() => void>();
  return {
    asked,
    stop,
    complete: true,
    tell: () => {
      if (listener === undefined) throw new Error("Nobody listens");
      return listener;
    },
    async list(since: number) {
      asked.push(since);
      return { payments: payments.filter(({ settledAt }) => settledAt >= since), complete: this.complete };
    },
    async listen(given: SettlementListener) {
      listener = given;
      return stop;
    },
    pollMs: () => 20,
    lookBackSeconds,
  };
}
function watch(
  feed: ReturnType<typeof feedOf>,
  cursor: string | null,
  signal = new AbortController().signal,
) {
  const events = watchSettlements(feed, cursor, signal, () => NOW * 1000);
  return {
    events,
    next: async () => {
      const { value } = await events.next();
      return value === undefined ? "end" : `${value.invoice.paymentHash} ${value.cursor}`;
    },
  };
}

describe("watchSettlements", () => {
  it("yields what came after the cursor, oldest first, and what comes with the same second later", async () => {
    const payments = [settled("b", NOW + 7), settled("c", NOW + 9), settled("a", NOW + 7)];
    const { next } = watch(feedOf(payments), String(NOW));
    expect([await next(), await next(), await next()]).toEqual([
      `a ${NOW + 7}`,
      `b ${NOW + 7}`,
      `c ${NOW + 9}`,
    ]);
    payments.push(settled("late", NOW + 9), settled("d", NOW + 10));
    expect([await next(), await next()]).toEqual([`late ${NOW + 9}`, `d ${NOW + 10}`]);
  });

  it("does not let what was heard move the cursor past what was not listed", async () => {
    const payments: SettledInvoice[] = [];
    const feed = feedOf(payments);
    const { next } = watch(feed, String(NOW));
    const first = next();
    await vi.waitFor(() => expect(feed.asked).not.toHaveLength(0));
    feed.tell().onPayment(settled("heard", NOW + 50));
    expect(await first).toBe(`heard ${NOW}`);
    payments.push(settled("missed", NOW + 40), settled("heard", NOW + 50), settled("next", NOW + 51));
    expect([await next(), await next()]).toEqual([`missed ${NOW + 40}`, `next ${NOW + 51}`]);
  });

  it("does not move the cursor over a list that is not complete", async () => {
    const feed = feedOf([settled("a", NOW + 7)]);
    feed.complete = false;
    expect(await watch(feed, String(NOW)).next()).toBe(`a ${NOW}`);
  });

  it("takes what is there as known where there is no cursor, but not what came in meanwhile", async () => {
    const feed = feedOf([settled("old", NOW - 5), settled("meanwhile", NOW), settled("old too", NOW)]);
    const list = feed.list.bind(feed);
    feed.list = async (since) => {
      if (feed.asked.length === 0) feed.tell().onPayment(settled("meanwhile", NOW));
      return list(since);
    };
    const { next } = watch(feed, null);
    expect(await next()).toBe(`meanwhile ${NOW}`);
    feed.tell().onPayment(settled("new", NOW + 1));
    expect(await next()).toBe(`new ${NOW}`);
  });

  it("looks back as far as the list needs, at first and now and then", async () => {
    const feed = feedOf([], 3_600);
    void watch(feed, String(NOW)).next();
    await vi.waitFor(() => expect(feed.asked.length).toBeGreaterThan(21), { timeout: 3_000 });
    const deep = feed.asked.flatMap((since, index) => (since < NOW - 3_600 ? [index] : []));
    expect(deep.slice(0, 2)).toEqual([0, 20]);
    expect(feed.asked[1]).toBeGreaterThan(NOW - 100);
  });

  it("lists at once when there is news", async () => {
    const payments: SettledInvoice[] = [];
    const feed = { ...feedOf(payments), pollMs: () => 60_000 };
    const first = watch(feed, String(NOW)).next();
    await vi.waitFor(() => expect(feed.asked).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 10));
    payments.push(settled("a", NOW));
    feed.tell().onNews();
    expect(await first).toBe(`a ${NOW}`);
  });

  it("ends with the signal, and fails with the connection; both stop listening", async () => {
    const end = new AbortController();
    const feed = feedOf([]);
    const waiting = watch(feed, String(NOW), end.signal).next();
    await vi.waitFor(() => expect(feed.asked).not.toHaveLength(0));
    end.abort();
    expect(await waiting).toBe("end");
    await vi.waitFor(() => expect(feed.stop).toHaveBeenCalledTimes(1));
    expect(await watch(feed, String(NOW), end.signal).next()).toBe("end");

    const broken = feedOf([]);
    const failing = watch(broken, String(NOW)).next();
    await vi.waitFor(() => expect(broken.asked).not.toHaveLength(0));
    broken.tell().onLost(new LightningNodeError("unreachable", "gone"));
    await expect(failing).rejects.toThrow("gone");
    await vi.waitFor(() => expect(broken.stop).toHaveBeenCalledTimes(1));
  });
});
