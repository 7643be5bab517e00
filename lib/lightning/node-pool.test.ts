import { type LightningConnection, LightningNodeError } from "@x402-paywall/proxy/rails/lightning";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFakeNode, type FakeNode } from "../testing/fake-node.ts";
import { createNodePool, type NodePool } from "./node-pool.ts";

const connection: LightningConnection = { kind: "phoenixd", url: "http://127.0.0.1:9", password: "p" };
const hash = "ab".repeat(32);
let opened: FakeNode[];
let known: LightningConnection | undefined;
let failure: Error | undefined;
let pool: NodePool;
beforeEach(() => {
  opened = [];
  known = connection;
  failure = undefined;
  pool = createNodePool({
    load: async () => known,
    open: async () => {
      if (failure !== undefined) throw failure;
      const node = createFakeNode();
      opened.push(node);
      return node;
    },
    idleMs: 60_000,
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await pool.close();
});

const find = async () => {
  const backend = await pool.find("ln_1");
  if (backend === undefined) throw new Error("It is connected");
  return backend;
};

describe("createNodePool", () => {
  it("opens each node once, however many ask at once", async () => {
    const found = await Promise.all(Array.from({ length: 20 }, find));
    expect(new Set(found).size).toBe(1);
    await pool.find("ln_2");
    expect(opened).toHaveLength(2);
  });

  it("does not remember that a node is not connected, nor how opening failed", async () => {
    known = undefined;
    expect(await pool.find("ln_1")).toBeUndefined();
    known = connection;
    failure = new LightningNodeError("certificate", "Not this one");
    await expect(pool.find("ln_1")).rejects.toThrow("Not this one");
    failure = undefined;
    await (await find()).lookUp(hash);
    expect(opened).toHaveLength(1);
  });

  it("opens anew what does not get through three times in a row, and closes it", async () => {
    const backend = await find();
    const [node] = opened;
    if (node === undefined) throw new Error("It was opened");
    node.isAway = true;
    for (let turn = 0; turn < 2; turn++) await expect(backend.lookUp(hash)).rejects.toThrow("away");
    node.isAway = false;
    await backend.lookUp(hash);
    node.isAway = true;
    for (let turn = 0; turn < 2; turn++) await expect(backend.lookUp(hash)).rejects.toThrow("away");
    expect(await find()).toBe(backend);
    const events = backend.subscribe(null, new AbortController().signal)[Symbol.asyncIterator]();
    await expect(events.next()).rejects.toThrow("away");
    await vi.waitFor(() => expect(node.closed).toBe(1));
    expect(await find()).not.toBe(backend);
    expect(opened).toHaveLength(2);
  });

  it("closes what nobody uses, and nothing that is listened to", async () => {
    await pool.close();
    vi.useFakeTimers();
    pool = createNodePool({
      load: async () => connection,
      open: async () => {
        const node = createFakeNode();
        opened.push(node);
        return node;
      },
      idleMs: 1_000,
    });
    await pool.find("ln_idle");
    const listened = await find();
    const stop = new AbortController();
    const waiting = listened.subscribe(null, stop.signal)[Symbol.asyncIterator]().next();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(opened.map(({ closed }) => closed)).toEqual([1, 0]);
    stop.abort();
    await waiting;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(opened.map(({ closed }) => closed)).toEqual([1, 1]);
  });

  it("closes all of them in the end, and opens none after it", async () => {
    await find();
    await pool.close();
    expect(opened[0]?.closed).toBe(1);
    expect(await pool.find("ln_1")).toBeUndefined();
  });
});
