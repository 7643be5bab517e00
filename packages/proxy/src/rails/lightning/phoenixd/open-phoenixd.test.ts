import { afterEach, describe, expect, it, vi } from "vitest";
import { openFakePhoenixd } from "../../../../test/fake-phoenixd.ts";
import { createEgressPolicy } from "../../../egress/policy.ts";
import { createNodeReach } from "../../../node/create-node-reach.ts";
import type { LightningBackend, SettlementEvent } from "../backend.ts";
import { openPhoenixd } from "./open-phoenixd.ts";
import { readIncomingPayment } from "./payment.ts";
import { shortDescription } from "./short-description.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function open(password?: string, timeoutMs = 1_000, allow = true) {
  const node = await openFakePhoenixd();
  const reach = createNodeReach(createEgressPolicy(allow ? { allow: new URL(node.url).host } : {}));
  const connection = { kind: "phoenixd", url: node.url, password: password ?? node.limited } as const;
  const backend = await openPhoenixd(connection, { reach, clock: Date.now, timeoutMs });
  closing.push(
    () => backend.close(),
    () => reach.close(),
    () => node.close(),
  );
  return { node, backend };
}

const request = {
  amountMsat: 21_000n,
  description: "Weather [q e 1]",
  expirySeconds: 600,
  preimage: new Uint8Array(32),
};

function collect(backend: LightningBackend, cursor: string | null = null) {
  const end = new AbortController();
  const events: SettlementEvent[] = [];
  const done = (async () => {
    for await (const event of backend.subscribe(cursor, end.signal)) events.push(event);
  })();
  done.catch(() => {});
  closing.push(async () => {
    end.abort();
    await done.catch(() => {});
  });
  return { events, done, hashes: () => events.map(({ invoice }) => invoice.paymentHash) };
}

describe("openPhoenixd", () => {
  it("makes, reads and hears of an invoice", async () => {
    const { node, backend } = await open();
    const { bolt11, paymentHash } = await backend.createInvoice(request);
    expect(await backend.lookUp(paymentHash)).toEqual({ state: "open", paymentHash });
    const heard = collect(backend);
    await vi.waitFor(() =>
      expect(node.requests.filter(({ path }) => path === "/payments/incoming")).toHaveLength(2),
    );
    const { preimage } = node.pay(bolt11, undefined, 12_345);
    await vi.waitFor(() => expect(heard.events).toHaveLength(1));
    const settled = { state: "settled", paymentHash, preimage, receivedMsat: 21_000n };
    expect(heard.events[0]?.invoice).toMatchObject(settled);
    expect(await backend.lookUp(paymentHash)).toMatchObject(settled);
    expect(await backend.lookUp("ab".repeat(32))).toBeUndefined();
  });

  it("lists what happened meanwhile, page by page", async () => {
    const { node, backend } = await open();
    const paid: string[] = [];
    for (let index = 0; index < 250; index++) {
      const { bolt11, paymentHash } = await backend.createInvoice(request);
      node.pay(bolt11);
      paid.push(paymentHash);
    }
    const heard = collect(backend, String(Math.floor(Date.now() / 1000) - 30));
    await vi.waitFor(() => expect(heard.events).toHaveLength(250), { timeout: 5_000 });
    expect(new Set(heard.hashes())).toEqual(new Set(paid));
    const again = collect(backend, heard.events.at(-1)?.cursor ?? "");
    await vi.waitFor(() => expect(again.hashes()).toContain(paid.at(-1)));
  });

  it("polls where there is no stream of events", async () => {
    const { node, backend } = await open();
    node.fault = "no-events";
    const heard = collect(backend, String(Math.floor(Date.now() / 1000)));
    await vi.waitFor(() => expect(node.requests).not.toHaveLength(0));
    const { bolt11, paymentHash } = await backend.createInvoice(request);
    node.pay(bolt11);
    await vi.waitFor(() => expect(heard.hashes()).toEqual([paymentHash]), { timeout: 8_000 });
  }, 10_000);

  it("tells of itself what a creator has to know, and pays nothing for it", async () => {
    const { node, backend } = await open();
    expect(await backend.limits()).toEqual({
      mayPay: false,
      inboundMsat: 1_013_562_000n,
      network: "regtest",
    });
    expect(node.requests).toContainEqual({ method: "POST", path: "/payinvoice", body: "" });
    const full = await open("b".repeat(64));
    expect(await full.backend.limits()).toMatchObject({ mayPay: true });
    const wrong = await open("c".repeat(64));
    await expect(wrong.backend.limits()).rejects.toMatchObject({ failure: "unauthorized" });
  });

  it("ends a subscription when the node is gone", async () => {
    const { node, backend } = await open();
    await node.close();
    await expect(collect(backend, "1").done).rejects.toMatchObject({ failure: "unreachable" });
  });

  it("says what is wrong", async () => {
    const failure = (backend: LightningBackend) =>
      backend.createInvoice(request).then(
        () => "none",
        (error: { failure: string }) => error.failure,
      );
    const wrong = await open("c".repeat(64));
    expect(await failure(wrong.backend)).toBe("unauthorized");
    const { node, backend } = await open(undefined, 200);
    for (const [fault, expected] of [
      ["hang", "timeout"],
      ["starting", "unavailable"],
      ["garbage", "malformed"],
    ] as const) {
      node.fault = fault;
      expect(await failure(backend)).toBe(expected);
    }
    const { backend: forbidden, node: untouched } = await open(undefined, 200, false);
    await expect(forbidden.lookUp("ab".repeat(32))).rejects.toMatchObject({ failure: "unreachable" });
    expect(untouched.requests).toEqual([]);
  });

  it.each(["", "phoenixd", "ftp://node.example.com", "https://:secret@node.example.com"])(
    "refuses the URL %s",
    async (url) => {
      const reach = createNodeReach(createEgressPolicy());
      const opening = openPhoenixd({ kind: "phoenixd", url, password: "x" }, { reach, clock: Date.now });
      await expect(opening).rejects.toMatchObject({
        failure: "unreachable",
        message: expect.not.stringContaining("secret"),
      });
      await reach.close();
    },
  );
});

describe("readIncomingPayment", () => {
  const paid = {
    paymentHash: "ab".repeat(32),
    isPaid: true,
    completedAt: 1_738_677_427_800,
    preimage: "cd".repeat(32),
  };
  it.each([
    ["exactly", { requestedSat: 100, receivedSat: 100, fees: 0 }, 100_000n],
    ["with fees of whole satoshi", { requestedSat: 100, receivedSat: 60, fees: 40_000 }, 100_000n],
    ["with fees of fractions", { requestedSat: 100, receivedSat: 87, fees: 12_345 }, 100_000n],
    ["in a version that does not tell what was asked for", { receivedSat: 87, fees: 12_345 }, 100_000n],
    ["too much", { requestedSat: 1000, receivedSat: 1050, fees: 0 }, 1_050_000n],
    ["too much, with fees", { requestedSat: 1000, receivedSat: 1000, fees: 50_000 }, 1_050_000n],
    ["into its fee credit", { requestedSat: 100, receivedSat: 0, fees: 0 }, 100_000n],
  ])("reads what was sent %s", (_, amounts, receivedMsat) => {
    expect(readIncomingPayment({ ...paid, ...amounts })).toEqual({
      state: "settled",
      paymentHash: paid.paymentHash,
      preimage: paid.preimage,
      receivedMsat,
      settledAt: 1_738_677_427,
    });
  });
  it("tells open from expired, and refuses what is no payment", () => {
    const unpaid = { paymentHash: "ab".repeat(32), isPaid: false, isExpired: false };
    expect(readIncomingPayment(unpaid)).toMatchObject({ state: "open" });
    expect(readIncomingPayment({ ...unpaid, isExpired: true })).toMatchObject({ state: "closed" });
    for (const value of [
      null,
      [],
      {},
      { ...unpaid, paymentHash: "x" },
      { ...unpaid, isPaid: "true" },
      { ...unpaid, isPaid: true },
    ])
      expect(() => readIncomingPayment(value)).toThrow("not one");
  });
});

describe("shortDescription", () => {
  it("keeps the note, and cuts the title to what phoenixd takes", () => {
    const note = ` [${"q".repeat(30)} ${"e".repeat(30)} 10000]`;
    const short = shortDescription(`${"🌦".repeat(60)}${note}`);
    expect(short.length).toBeLessThanOrEqual(128);
    expect(short.length).toBeGreaterThan(126);
    expect(short.endsWith(note)).toBe(true);
    expect(short.isWellFormed()).toBe(true);
    expect(shortDescription("Weather [q e 1]")).toBe("Weather [q e 1]");
    expect(shortDescription("x".repeat(500))).toHaveLength(128);
  });
});
