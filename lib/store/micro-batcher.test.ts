import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { MicroBatcher } from "./micro-batcher.ts";

interface Item {
  readonly key: string;
  readonly fails?: boolean;
}

/** What Postgres throws for a row that breaks a rule. */
function refusal(): Error {
  return Object.assign(new Error("violates a check"), { code: "23514", severity: "ERROR" });
}

function makeBatcher(
  options: {
    readonly shared?: boolean;
    readonly maxBatch?: number;
    readonly timeoutMs?: number;
    readonly run?: (items: readonly Item[]) => Promise<string[]>;
  } = {},
) {
  const batches: string[][] = [];
  const run = async (items: readonly Item[]) => {
    batches.push(items.map(({ key }) => key));
    await sleep(2);
    if (items.some(({ fails }) => fails)) throw refusal();
    return items.map(({ key }) => key.toUpperCase());
  };
  const batcher = new MicroBatcher<Item, string>({ keyOf: ({ key }) => key, run, ...options });
  return { batcher, batches };
}

describe("micro-batcher", () => {
  it("gathers what comes in one turn, sorted by key, and answers each its own", async () => {
    const { batcher, batches } = makeBatcher();
    const answers = await Promise.all(["c", "a", "b"].map((key) => batcher.add({ key })));
    expect(answers).toEqual(["C", "A", "B"]);
    expect(batches).toEqual([["a", "b", "c"]]);
  });

  it("flushes at once when idle, and with the next commit when not", async () => {
    const { batcher, batches } = makeBatcher();
    const first = batcher.add({ key: "a" });
    await sleep(1);
    const others = [batcher.add({ key: "b" }), batcher.add({ key: "c" })];
    await first;
    expect(batches).toEqual([["a"]]);
    await Promise.all(others);
    expect(batches).toEqual([["a"], ["b", "c"]]);
  });

  it("never gives one key twice to a statement, unless it can take it", async () => {
    const { batcher, batches } = makeBatcher();
    await Promise.all(["a", "a", "b"].map((key) => batcher.add({ key })));
    expect(batches).toEqual([["a", "b"], ["a"]]);
    const shared = makeBatcher({ shared: true });
    await Promise.all(["a", "a", "b"].map((key) => shared.batcher.add({ key })));
    expect(shared.batches).toEqual([["a", "a", "b"]]);
  });

  it("limits a batch", async () => {
    const { batcher, batches } = makeBatcher({ maxBatch: 2 });
    await Promise.all(["a", "b", "c"].map((key) => batcher.add({ key })));
    expect(batches).toEqual([["a", "b"], ["c"]]);
  });

  it("does not let one bad row fail the others", async () => {
    const { batcher } = makeBatcher();
    const items = Array.from({ length: 20 }, (_, index) => ({
      key: `k${index}`,
      fails: index === 7 || index === 8,
    }));
    const outcomes = await Promise.allSettled(items.map((item) => batcher.add(item)));
    expect(outcomes.map(({ status }) => status === "rejected")).toEqual(items.map(({ fails }) => fails));
  });

  it("tells everybody at once when the database does not answer", async () => {
    const { batcher } = makeBatcher({ timeoutMs: 30, run: () => new Promise(() => {}) });
    const started = performance.now();
    const first = batcher.add({ key: "a" });
    const waiting = sleep(5).then(() => batcher.add({ key: "b" }));
    const outcomes = await Promise.allSettled([first, waiting]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(performance.now() - started).toBeLessThan(200);
  });

  it("goes on after a failure", async () => {
    const { batcher } = makeBatcher();
    await expect(batcher.add({ key: "a", fails: true })).rejects.toThrow("violates");
    await expect(batcher.add({ key: "a" })).resolves.toBe("A");
  });
});
