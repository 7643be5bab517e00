import { findHeader } from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import {
  buyL402,
  buyX402,
  createWorld,
  granted,
  headerOf,
  jsonBody,
  makeEndpoint,
  serve,
  type World,
} from "../test/engine-fixtures.ts";
import type { Rail, Settlement } from "./rail.ts";
import type { AtomicStore } from "./store.ts";

const TARGET = "/p/demo/v1/x";
const buyers = {
  l402: async (world: World) => (await buyL402(world, TARGET)).headers,
  x402: (world: World) => buyX402(world, TARGET),
} as const;

/** A store whose given methods fail while `down` says so. */
function failingStore(store: AtomicStore, down: () => readonly (keyof AtomicStore)[]): AtomicStore {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (down().some((each) => each === name))
        return () => Promise.reject(new Error(`${String(name)}: connection refused`));
      return value.bind(target);
    },
  });
}

interface Broken {
  readonly world: World;
  readonly down: (keyof AtomicStore)[];
  readonly rail: { settle?: () => Promise<Settlement>; status?: () => Promise<Settlement>; settled: number };
}

function createBroken(): Broken {
  const down: (keyof AtomicStore)[] = [];
  const rail: Broken["rail"] = { settled: 0 };
  const base = createWorld();
  const wrapped: Rail = {
    ...base.rail,
    settle: (claim) => {
      if (rail.settle) return rail.settle();
      rail.settled++;
      return base.rail.settle(claim);
    },
    status: (key, note) => rail.status?.() ?? base.rail.status(key, note),
  };
  const options = { store: failingStore(base.store, () => down), rails: [wrapped], clock: () => base.now };
  const world = createWorld(options);
  // One clock and one store for both: the second world only wraps them.
  const joined: World = {
    ...world,
    store: base.store,
    wallet: base.wallet,
    get now() {
      return base.now;
    },
    set now(value) {
      base.now = value;
    },
  };
  return { world: joined, down, rail };
}

describe.each(["l402", "x402"] as const)("when the upstream fails (%s)", (wire) => {
  it.each([
    [500, "upstream_error", 502],
    [503, "upstream_error", 502],
    [401, "upstream_401", 502],
    [402, "upstream_402", 502],
    [101, "upstream_invalid", 502],
  ] as const)("with %i, nobody pays and the credential stays good", async (upstream, code, status) => {
    const world = createWorld();
    const headers = await buyers[wire](world);
    for (let attempt = 0; attempt < 4; attempt++) {
      const grant = granted(await world.get(TARGET, headers));
      const error: unknown = await grant
        .commit({ status: upstream, headers: [["WWW-Authenticate", "L402 evil"]] })
        .catch((each: unknown) => each);
      expect(error).toMatchObject({ code });
      const { head, body } = await grant.fail(error);
      const problem = JSON.parse(new TextDecoder().decode(body));
      expect(problem).toMatchObject({ status, code, requestId: expect.stringMatching(/^req_/) });
      expect(findHeader(head.headers, "www-authenticate")).toBeUndefined();
      expect(findHeader(head.headers, "retry-after")).toBe("5");
    }
    expect(world.store.receipts()).toEqual([]);
    await serve(granted(await world.get(TARGET, headers)));
    expect(world.store.receipts()).toHaveLength(1);
  });

  it("passes 4xx on without charging", async () => {
    const world = createWorld();
    const headers = await buyers[wire](world);
    const head = await serve(granted(await world.get(TARGET, headers)), {
      status: 404,
      headers: [["X-Why", "no such city"]],
    });
    expect(head.status).toBe(404);
    expect(findHeader(head.headers, "paywall-receipt")).toBeUndefined();
    expect(findHeader(head.headers, "x-why")).toBe("no such city");
    expect(world.store.receipts()).toEqual([]);
    await serve(granted(await world.get(TARGET, headers)));
    expect(world.store.receipts()).toHaveLength(1);
  });

  it("or cannot be reached, nobody learns its address", async () => {
    const world = createWorld();
    const grant = granted(await world.get(TARGET, await buyers[wire](world)));
    const { body } = await grant.fail(new Error("connect ECONNREFUSED 10.0.0.7:443"));
    expect(new TextDecoder().decode(body)).not.toContain("10.0.0.7");
    expect(world.logged).toMatchObject([
      { event: "upstream_failed", error: { message: "connect ECONNREFUSED 10.0.0.7:443" } },
    ]);
  });

  it("mid-stream, the answer may be opened again, three times in all", async () => {
    const world = createWorld();
    const headers = await buyers[wire](world);
    for (let attempt = 0; attempt < 3; attempt++) {
      await serve(granted(await world.get(TARGET, headers)), undefined, false);
    }
    expect(jsonBody(await world.get(TARGET, headers))).toMatchObject({
      status: 409,
      code: "credential_redeemed",
    });
    expect(world.store.receipts()).toHaveLength(1);
  });

  it("before the first byte of a charged answer, no attempt is lost", async () => {
    const world = createWorld();
    const headers = await buyers[wire](world);
    for (let attempt = 0; attempt < 5; attempt++) {
      const grant = granted(await world.get(TARGET, headers));
      await grant.commit({ status: 200, headers: [] });
      await grant.finish({ complete: false, bytes: 0 });
    }
    const head = await serve(granted(await world.get(TARGET, headers)));
    expect(findHeader(head.headers, "paywall-receipt")).toBe(world.store.receipts()[0]?.id);
    expect(world.store.receipts()).toHaveLength(1);
  });

  it("a payer who leaves while the upstream thinks can come back at once", async () => {
    const world = createWorld();
    const headers = await buyers[wire](world);
    await granted(await world.get(TARGET, headers)).finish({ complete: false, bytes: 0 });
    await serve(granted(await world.get(TARGET, headers)));
    expect(world.store.receipts()).toHaveLength(1);
  });
});

describe("when the store is away", () => {
  it("unpaid requests are answered all the same", async () => {
    const { world, down } = createBroken();
    down.push("claim", "findInvoice", "findPayment", "recordEvents");
    expect(jsonBody(await world.get(TARGET))).toMatchObject({ status: 402 });
  });

  it.each(["l402", "x402"] as const)(
    "%s credentials get 503, keep their money, and work when it is back",
    async (wire) => {
      const { world, down } = createBroken();
      const headers = await buyers[wire](world);
      down.push("claim");
      const refused = await world.get(TARGET, headers);
      expect(jsonBody(refused)).toMatchObject({ status: 503, code: "store_unavailable" });
      expect(headerOf(refused, "retry-after")).toBe("2");
      expect(headerOf(refused, "www-authenticate")).toBeUndefined();
      down.length = 0;
      await serve(granted(await world.get(TARGET, headers)));
      expect(world.store.receipts()).toHaveLength(1);
    },
  );

  it("before the intent is written, the rail is not asked", async () => {
    const { world, down, rail } = createBroken();
    const headers = await buyers.x402(world);
    const grant = granted(await world.get(TARGET, headers));
    down.push("beginSettlement");
    await expect(grant.commit({ status: 200, headers: [] })).rejects.toMatchObject({
      code: "store_unavailable",
    });
    expect(rail.settled).toBe(0);
  });

  it("after the money moved, nothing is served, and the next presentation asks the rail", async () => {
    const { world, down, rail } = createBroken();
    const headers = await buyers.x402(world);
    const grant = granted(await world.get(TARGET, headers));
    down.push("recordSettlement");
    const error: unknown = await grant.commit({ status: 200, headers: [] }).catch((each: unknown) => each);
    expect(error).toMatchObject({ code: "settlement_unknown" });
    const { head } = await grant.fail(error);
    expect(head.status).toBe(503);
    expect(findHeader(head.headers, "payment-required")).toBeUndefined();
    down.length = 0;
    rail.status = () => Promise.resolve({ outcome: "settled", reference: "0xabc" });
    await serve(granted(await world.get(TARGET, headers)));
    expect(rail.settled).toBe(1);
    expect(world.store.receipts()).toMatchObject([{ reference: "0xabc" }]);
  });

  it("what cannot be finished is tried again, unseen by the payer", async () => {
    const { world, down } = createBroken();
    const headers = await buyers.l402(world);
    const grant = granted(await world.get(TARGET, headers));
    await grant.commit({ status: 200, headers: [] });
    down.push("finish");
    await grant.finish({ complete: true, bytes: 5 });
    down.length = 0;
    const key = world.store.receipts()[0]?.paymentKey ?? "";
    await expect.poll(async () => (await world.store.findPayment(key))?.state).toBe("delivered");
  });
});

describe("taking over", () => {
  /** The first presentation dies without a word after it asked the rail. */
  async function abandoned(broken: Broken): Promise<Awaited<ReturnType<typeof buyers.x402>>> {
    const { world, rail } = broken;
    const headers = await buyers.x402(world);
    const grant = granted(await world.get(TARGET, headers));
    rail.settle = () => new Promise(() => {});
    void grant.commit({ status: 200, headers: [] });
    await new Promise((resolve) => setImmediate(resolve));
    delete rail.settle;
    expect(jsonBody(await world.get(TARGET, headers))).toMatchObject({ status: 409, code: "in_progress" });
    world.now += 31_000;
    return headers;
  }

  it("goes on with what the rail says is settled, without settling again", async () => {
    const broken = createBroken();
    const headers = await abandoned(broken);
    broken.rail.status = () => Promise.resolve({ outcome: "settled", reference: "0xfeed" });
    const head = await serve(granted(await broken.world.get(TARGET, headers)));
    expect(head.status).toBe(200);
    expect(broken.rail.settled).toBe(0);
    expect(broken.world.store.receipts()).toMatchObject([{ reference: "0xfeed" }]);
  });

  it("settles anew what the rail says has failed", async () => {
    const broken = createBroken();
    const headers = await abandoned(broken);
    broken.rail.status = () => Promise.resolve({ outcome: "failed", detail: "never seen" });
    await serve(granted(await broken.world.get(TARGET, headers)));
    expect(broken.rail.settled).toBe(1);
    expect(broken.world.store.receipts()).toHaveLength(1);
  });

  it.each([
    ["does not know", () => Promise.resolve({ outcome: "unknown", retryAfter: 7 } as const), "7"],
    ["does not answer", () => Promise.reject(new Error("socket hang up")), "5"],
  ])(
    "answers 503 while the rail %s, never with a challenge, and asks each time",
    async (_, status, retryAfter) => {
      const broken = createBroken();
      const headers = await abandoned(broken);
      broken.rail.status = status;
      for (let attempt = 0; attempt < 3; attempt++) {
        const refused = await broken.world.get(TARGET, headers);
        expect(jsonBody(refused)).toMatchObject({ status: 503, code: "settlement_unknown" });
        expect(headerOf(refused, "retry-after")).toBe(retryAfter);
        expect(headerOf(refused, "payment-required")).toBeUndefined();
      }
      expect(broken.rail.settled).toBe(0);
      broken.rail.status = () => Promise.resolve({ outcome: "settled", reference: "0x1" });
      await serve(granted(await broken.world.get(TARGET, headers)));
    },
  );

  it("also after the quote has expired: the payer may have been charged", async () => {
    const broken = createBroken();
    const headers = await abandoned(broken);
    broken.world.now += 3_600_000;
    broken.rail.status = () => Promise.resolve({ outcome: "settled", reference: "0x2" });
    await serve(granted(await broken.world.get(TARGET, headers)));
    expect(broken.world.store.receipts()).toHaveLength(1);
  });

  it.each(["l402", "x402"] as const)(
    "fences the one that lost its lease (%s): nothing served, nothing charged twice",
    async (wire) => {
      const { world, rail } = createBroken();
      const headers = await buyers[wire](world);
      const slow = granted(await world.get(TARGET, headers));
      world.now += 31_000;
      const fast = granted(await world.get(TARGET, headers));
      await expect(slow.commit({ status: 200, headers: [] })).rejects.toMatchObject({
        code: "in_progress",
      });
      await serve(fast);
      await slow.fail(new Error("lost"));
      // A preimage is money that moved before: there, settling only reads.
      if (wire === "x402") expect(rail.settled).toBe(1);
      expect(world.store.receipts()).toHaveLength(1);
      expect(jsonBody(await world.get(TARGET, headers))).toMatchObject({ code: "credential_redeemed" });
    },
  );
});

describe("when the rail", () => {
  it("says that nothing moved, the payer gets a fresh challenge and may use the credential again", async () => {
    const { world, rail } = createBroken();
    const headers = await buyers.x402(world);
    const grant = granted(await world.get(TARGET, headers));
    rail.settle = () => Promise.resolve({ outcome: "failed", detail: "The payer's balance is too low." });
    const error: unknown = await grant.commit({ status: 200, headers: [] }).catch((each: unknown) => each);
    const { head, body } = await grant.fail(error);
    expect(head.status).toBe(402);
    expect(findHeader(head.headers, "payment-required")).toBeDefined();
    expect(JSON.parse(new TextDecoder().decode(body))).toMatchObject({
      code: "settlement_failed",
      detail: "The payer's balance is too low.",
    });
    delete rail.settle;
    await serve(granted(await world.get(TARGET, headers)));
    expect(world.store.receipts()).toHaveLength(1);
  });

  it("throws while it settles, the outcome is unknown: 503, and never a challenge", async () => {
    const { world, rail } = createBroken();
    const headers = await buyers.x402(world);
    const grant = granted(await world.get(TARGET, headers));
    rail.settle = () => Promise.reject(new Error("timeout"));
    const error: unknown = await grant.commit({ status: 200, headers: [] }).catch((each: unknown) => each);
    const { head } = await grant.fail(error);
    expect(head.status).toBe(503);
    expect(findHeader(head.headers, "payment-required")).toBeUndefined();
    rail.status = () => Promise.resolve({ outcome: "unknown", retryAfter: 3 });
    expect(jsonBody(await world.get(TARGET, headers))).toMatchObject({ status: 503 });
  });

  it("settles while the payer leaves, the payment is kept for the next time", async () => {
    const { world, rail } = createBroken();
    const headers = await buyers.x402(world);
    const grant = granted(await world.get(TARGET, headers));
    let settle: (value: Settlement) => void = () => {};
    rail.settle = () =>
      new Promise((resolve) => {
        settle = resolve;
      });
    const committed = grant.commit({ status: 200, headers: [] });
    await new Promise((resolve) => setImmediate(resolve));
    const finished = grant.finish({ complete: false, bytes: 0 });
    settle({ outcome: "settled", reference: "0x3" });
    await Promise.all([committed, finished]);
    const key = world.store.receipts()[0]?.paymentKey ?? "";
    expect(await world.store.findPayment(key)).toMatchObject({ state: "settled", attempts: 0 });
    await serve(granted(await world.get(TARGET, headers)));
    expect(world.store.receipts()).toHaveLength(1);
  });

  it("makes no offer in time, the others do; when all fail it is 503", async () => {
    const base = createWorld();
    const hanging: Rail = { ...base.rail, id: "lightning", offer: () => new Promise(() => {}) };
    const endpoint = makeEndpoint({ rails: ["sandbox", "lightning"] });
    const mixed = createWorld({ rails: [base.rail, hanging], offerTimeoutMs: 20 }, endpoint);
    expect(jsonBody(await mixed.get(TARGET))).toMatchObject({ status: 402 });
    const none = createWorld({ rails: [hanging], offerTimeoutMs: 20 }, endpoint);
    const refused = await none.get(TARGET);
    expect(jsonBody(refused)).toMatchObject({ status: 503, code: "rail_unavailable" });
    expect(headerOf(refused, "retry-after")).toBe("5");
  });

  it("has no usable exchange rate, dollars are taken all the same, and for Bitcoin alone it is 503", async () => {
    const rates = { get: () => undefined };
    const refused = await createWorld({ rates }).get(TARGET);
    expect(jsonBody(refused)).toMatchObject({ status: 402, code: "payment_required" });
    expect(headerOf(refused, "payment-required")).toBeDefined();
    expect(headerOf(refused, "www-authenticate")).toBeUndefined();
    const alone = createWorld({ rates }, makeEndpoint({ wires: ["l402", "mpp"] }));
    expect(jsonBody(await alone.get(TARGET))).toMatchObject({ status: 503, code: "rail_unavailable" });
  });
});
