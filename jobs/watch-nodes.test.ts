import { lightningPaymentKey, PaywallError } from "@x402-paywall/core";
import type { CreditStore } from "@x402-paywall/proxy";
import { createSigner, nodeCrypto } from "@x402-paywall/proxy/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetRetiredNodes, storeCursor } from "../lib/lightning/node-rows.ts";
import type { WatchTimes } from "../lib/lightning/watch-deps.ts";
import { createPostgresStore } from "../lib/store/postgres-store.ts";
import { makeEndpoint, type TestEndpoint } from "../lib/testing/factories.ts";
import { createFakeNode, type FakeNode } from "../lib/testing/fake-node.ts";
import { makeLightningNode } from "../lib/testing/lightning.ts";
import { makeLiveInvoice } from "../lib/testing/live-invoice.ts";
import { createTestRuntime, type TestRuntime } from "../lib/testing/runtime.ts";
import { sweepExpired } from "./sweep-expired.ts";
import { type NodeWatchers, watchNodes } from "./watch-nodes.ts";

const quick: WatchTimes = {
  lease: 600,
  look: 100,
  sweep: 60_000,
  ping: 200,
  settle: 50,
  present: 0,
  retryHeld: 100,
  firstRetry: 50,
  slowestRetry: 200,
  cursor: 20,
};

let runtime: TestRuntime;
let store: CreditStore;
let endpoint: TestEndpoint;
let node: FakeNode;
let nodeId: string;
let logged: string[];
const running: NodeWatchers[] = [];
const backends = new Map<string, FakeNode>();

beforeAll(async () => {
  runtime = await createTestRuntime();
  store = createPostgresStore({ pool: runtime.db.pool });
});
beforeEach(async () => {
  endpoint = await makeEndpoint(runtime.db.pool, { mode: "live", rails: ["lightning"] });
  nodeId = await makeLightningNode(runtime.db.pool, endpoint.workspaceId);
  node = createFakeNode();
  backends.set(nodeId, node);
  logged = [];
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((watchers) => watchers.stop()));
  await runtime.db.pool.query("delete from lightning_node");
  backends.clear();
});
afterAll(() => runtime.close());

function watch(times: Partial<WatchTimes> = {}, over: Partial<CreditStore> = {}): NodeWatchers {
  const watchers = watchNodes({
    pool: runtime.db.pool,
    nodes: { find: (id) => backends.get(id) },
    books: {
      store: { ...store, ...over },
      keys: runtime.keys,
      signer: createSigner(runtime.keys.derive("receipt")),
      crypto: nodeCrypto,
      clock: Date.now,
      network: "regtest",
    },
    log: (message) => logged.push(message),
    logError: (message) => logged.push(message),
    times: { ...quick, ...times },
  });
  running.push(watchers);
  return watchers;
}

async function offer(
  expiresIn?: number,
  of: { node: FakeNode; nodeId: string } = { node, nodeId },
): Promise<string> {
  const paymentHash = of.node.make();
  const own = { nodeId: of.nodeId, paymentHash, ...(expiresIn === undefined ? {} : { expiresIn }) };
  await store.saveInvoice(makeLiveInvoice(endpoint, own));
  return paymentHash;
}

const keyOf = (paymentHash: string): string => lightningPaymentKey("regtest", paymentHash);
const stateOf = async (paymentHash: string) => (await store.findPayment(keyOf(paymentHash)))?.state;
const rowOf = async (id = nodeId) => {
  const { rows } = await runtime.db.pool.query("select * from lightning_node where id = $1", [id]);
  return rows[0];
};
const credited = (paymentHash: string) =>
  vi.waitFor(async () => expect(await stateOf(paymentHash)).toBe("settled"), {
    timeout: 4_000,
    interval: 20,
  });
const listening = (count = 1) =>
  vi.waitFor(() => expect(node.cursors.length).toBeGreaterThanOrEqual(count), {
    timeout: 4_000,
    interval: 10,
  });

async function receiptsOf(hashes: readonly string[]): Promise<number> {
  const { rows } = await runtime.db.pool.query<{ count: number }>(
    "select count(*)::int as count from receipt where payment_key = any($1)",
    [hashes.map(keyOf)],
  );
  return rows[0]?.count ?? -1;
}

describe("events", () => {
  it("are written down without anybody presenting anything, once, and the cursor after them", async () => {
    const hashes = [await offer(), await offer(), await offer()];
    watch();
    await listening();
    for (const hash of hashes) node.pay(hash);
    node.repeat();
    await Promise.all(hashes.map(credited));
    await vi.waitFor(async () => expect((await rowOf()).cursor).toBe("6"));
    expect(await receiptsOf(hashes)).toBe(3);
    const invoice = await store.findInvoice(hashes[0] ?? "");
    expect(invoice?.paid).toMatchObject({
      receivedMsat: 10_000n,
      sealedPreimage: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it("are marked as they are heard, and written down when their payers had time to present them", async () => {
    const hashes = [await offer(), await offer()];
    watch({ present: 2_500 });
    await listening();
    // The rounds of asking are over: what is paid now is heard.
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const hash of hashes) node.pay(hash);
    for (const hash of hashes)
      await vi.waitFor(async () => expect((await store.findInvoice(hash))?.paid).not.toBeNull(), {
        timeout: 600,
      });
    expect(await receiptsOf(hashes)).toBe(0);
    expect((await rowOf()).cursor).toBeNull();
    await Promise.all(hashes.map(credited));
    await vi.waitFor(async () => expect((await rowOf()).cursor).toBe("2"));
  });

  it("of invoices that are none of ours, or of another node, pay nothing", async () => {
    const other = await makeEndpoint(runtime.db.pool, { mode: "live", rails: ["lightning"] });
    const otherNode = { node, nodeId: await makeLightningNode(runtime.db.pool, other.workspaceId) };
    const theirs = await offer(300, otherNode);
    const ours = await offer();
    watch();
    await listening();
    node.pay(node.make());
    node.pay(theirs);
    node.pay(ours);
    await credited(ours);
    expect(await stateOf(theirs)).toBeUndefined();
    expect((await store.findInvoice(theirs))?.paid).toBeNull();
  });

  it("are read on from the cursor after a restart: what came in between is not lost", async () => {
    const [first, second] = [await offer(), await offer(-7_200)];
    const watchers = watch();
    await listening();
    node.pay(first);
    await credited(first);
    await watchers.stop();
    expect(await rowOf()).toMatchObject({ cursor: "1", watcher: null, watcher_until: null });
    node.pay(second);
    watch();
    await credited(second);
    expect(node.cursors).toEqual([null, "1"]);
  });

  it("stay before the cursor while they cannot be written down", async () => {
    let isAway = false;
    const credit: CreditStore["credit"] = async (each) => {
      if (isAway) throw new PaywallError("store_unavailable");
      return store.credit(each);
    };
    watch({}, { credit });
    const [first, second] = [await offer(), await offer()];
    await listening();
    node.pay(first);
    await vi.waitFor(async () => expect((await rowOf()).cursor).toBe("1"));
    isAway = true;
    node.pay(second);
    await listening(3);
    expect((await rowOf()).cursor).toBe("1");
    isAway = false;
    await credited(second);
    await vi.waitFor(async () => expect((await rowOf()).cursor).toBe("2"));
    expect(new Set(node.cursors.slice(1))).toEqual(new Set(["1"]));
    expect(logged.filter((line) => line.includes("cannot be written down"))).toHaveLength(1);
  });

  it("that the books refuse hold up nobody, and are complained about once", async () => {
    const [poison, good] = [await offer(), await offer()];
    watch(
      {},
      {
        credit: async (credit) => {
          if (credit.claim.paymentKey === keyOf(poison)) throw new PaywallError("internal");
          return store.credit(credit);
        },
      },
    );
    await listening();
    node.pay(poison);
    node.repeat();
    node.pay(good);
    await credited(good);
    expect(logged.filter((line) => line.includes(poison))).toHaveLength(1);
  });
});

describe("a node that is away", () => {
  it("gives 50 payments at once when it is back, and is talked about twice", async () => {
    const hashes = await Promise.all(Array.from({ length: 50 }, () => offer()));
    watch();
    await listening();
    node.isAway = true;
    node.cut();
    await vi.waitFor(async () => expect((await rowOf()).failure).toBe("unreachable"));
    for (const hash of hashes) node.pay(hash);
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(await receiptsOf(hashes)).toBe(0);
    node.isAway = false;
    await vi.waitFor(async () => expect(await receiptsOf(hashes)).toBe(50), { timeout: 5_000 });
    await vi.waitFor(async () => expect((await rowOf()).failure).toBeNull());
    expect(logged).toEqual([
      expect.stringContaining("is away (unreachable)"),
      expect.stringContaining("is back after"),
    ]);
  });

  it("is asked for what it never told, as soon as it is back, also for what ran out meanwhile", async () => {
    watch();
    await listening();
    await vi.waitFor(async () => expect((await rowOf()).seen_at).not.toBeNull());
    node.isAway = true;
    node.cut();
    const [open, late] = [await offer(), await offer(-60)];
    const forgotten = await offer(-7_200);
    for (const hash of [open, late, forgotten]) node.pay(hash, { silent: true });
    node.isAway = false;
    await Promise.all([credited(open), credited(late)]);
    expect(await stateOf(forgotten)).toBeUndefined();
    expect(node.asked).not.toContain(forgotten);
  });

  it("is asked for all that ran out since it was seen last, however long that is ago", async () => {
    const hash = await offer(-3 * 86_400);
    await runtime.db.pool.query(
      "update lightning_node set seen_at = now() - interval '3 days' where id = $1",
      [nodeId],
    );
    await sweepExpired(runtime.db.pool);
    node.pay(hash, { silent: true });
    watch();
    await credited(hash);
    // Asked for, an unpaid one goes as before.
    const unpaid = await offer(-3 * 86_400);
    await vi.waitFor(async () => expect(Date.now() - (await rowOf()).seen_at).toBeLessThan(60_000));
    await sweepExpired(runtime.db.pool);
    expect(await store.findInvoice(unpaid)).toBeUndefined();
  });
});

describe("sweeping", () => {
  it("finds what was lost on a connection that lives", async () => {
    watch({ sweep: 300 });
    await listening();
    await vi.waitFor(async () => expect((await rowOf()).seen_at).not.toBeNull());
    const hash = await offer();
    node.pay(hash, { silent: true });
    await credited(hash);
  });

  it("gets round hundreds that nobody pays, a bounded number at a time", async () => {
    const hashes = await Promise.all(Array.from({ length: 450 }, () => offer()));
    watch({ sweep: 150, ping: 100 });
    await listening();
    await vi.waitFor(() => expect(new Set(node.asked).size).toBe(451), { timeout: 5_000 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const last = hashes.at(-1) ?? "";
    node.pay(last, { silent: true });
    await credited(last);
  });

  it("writes down what was noted as paid and then held by a presentation", async () => {
    const hash = await offer();
    const invoice = await store.findInvoice(hash);
    const quote = invoice?.quote ?? undefined;
    if (quote === undefined) throw new Error("It was saved");
    const claim = { paymentKey: keyOf(hash), owner: "own_live", leaseMs: 500, quote } as const;
    await store.claim({ ...claim, workspaceId: endpoint.workspaceId, rail: "lightning", wire: "mpp" });
    watch();
    await listening();
    node.pay(hash);
    await vi.waitFor(async () => expect((await store.findInvoice(hash))?.paid).not.toBeNull());
    expect(await stateOf(hash)).toBe("claimed");
    const asked = node.asked.filter((each) => each === hash).length;
    await credited(hash);
    // Its node has said so already.
    expect(node.asked.filter((each) => each === hash)).toHaveLength(asked);
  });
});

describe("several processes", () => {
  it("watch each node once, and take over from one that died", async () => {
    await runtime.db.pool.query(
      "update lightning_node set watcher = 'wat_dead', watcher_until = now() + interval '500 ms' where id = $1",
      [nodeId],
    );
    const hash = await offer();
    watch();
    watch();
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(node.cursors).toHaveLength(0);
    node.pay(hash);
    await credited(hash);
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(node.cursors).toHaveLength(1);
  });

  it("stop watching what was taken by another, and their cursors with it", async () => {
    watch();
    await listening();
    await runtime.db.pool.query(
      "update lightning_node set watcher = 'wat_other', watcher_until = now() + interval '1 hour' where id = $1",
      [nodeId],
    );
    await new Promise((resolve) => setTimeout(resolve, 900));
    const hash = await offer();
    node.pay(hash);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await stateOf(hash)).toBeUndefined();
    // Who has not noticed yet stores nothing over what its successor has read.
    await storeCursor(runtime.db.pool, { nodeId, watcher: "wat_late" }, "1");
    expect((await rowOf()).cursor).toBeNull();
  });
});

describe("a node that was replaced", () => {
  const retire = (ago: string) =>
    runtime.db.pool.query("update lightning_node set retired_at = now() - $2::interval where id = $1", [
      nodeId,
      ago,
    ]);

  it("is watched for a day, then not any more, and its secret is erased", async () => {
    await retire("23 hours");
    expect(await forgetRetiredNodes(runtime.db.pool)).toBe(0);
    const hash = await offer();
    const watchers = watch();
    await listening();
    node.pay(hash);
    await credited(hash);
    await watchers.stop();
    await retire("25 hours");
    watch();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(node.cursors).toHaveLength(1);
    expect(await forgetRetiredNodes(runtime.db.pool)).toBe(1);
    expect(await rowOf()).toMatchObject({ connection: null, connection_key_id: null });
  });
});
