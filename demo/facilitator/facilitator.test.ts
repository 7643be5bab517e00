import { appendFileSync, mkdtempSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSandboxFacilitator } from "./facilitator.ts";
import type { SandboxFacilitator, SandboxFacilitatorOptions } from "./facilitator.ts";

let open: SandboxFacilitator[] = [];
const state = { now: 1_800_000_000_000, random: 0 };
const journalFile = () => join(mkdtempSync(join(tmpdir(), "facilitator-")), "journal.jsonl");

async function start(options: SandboxFacilitatorOptions = {}) {
  const facilitator = createSandboxFacilitator({
    clock: () => state.now,
    random: () => state.random,
    ...options,
  });
  open.push(facilitator);
  facilitator.server.listen(0, "127.0.0.1");
  await once(facilitator.server, "listening");
  const address = facilitator.server.address();
  const base = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  const read = async (answer: Response) => [answer.status, JSON.parse(await answer.text())] as const;
  return {
    ...facilitator,
    base,
    get: async (path: string) => read(await fetch(base + path)),
    post: async (path: string, body: unknown) =>
      read(await fetch(base + path, { method: "POST", body: JSON.stringify(body) })),
    stop: async () => {
      facilitator.server.closeAllConnections();
      facilitator.server.close();
      await once(facilitator.server, "close");
    },
  };
}

let world: Awaited<ReturnType<typeof start>>;
beforeEach(async () => {
  Object.assign(state, { now: 1_800_000_000_000, random: 0 });
  world = await start();
});
afterEach(() => {
  for (const { server } of open) {
    server.closeAllConnections();
    server.close();
  }
  open = [];
});

const charge = { paymentKey: "permit2:eip155:84532:0xab:7", amount: "30", maximum: "100", reference: "q1" };
const statusPath = `/status/${encodeURIComponent(charge.paymentKey)}`;

describe("charges", () => {
  it("are made once, with the first amount, however often and at whatever price they are asked for", async () => {
    const [code, first] = await world.post("/settle", charge);
    expect([code, first]).toMatchObject([200, { state: "settled", amount: "30" }]);
    expect(first.transaction).toMatch(/^0x[0-9a-f]{64}$/);
    const again = await Promise.all(
      ["30", "1", "100", "0"].map((amount) => world.post("/settle", { ...charge, amount })),
    );
    for (const answer of again) expect(answer).toEqual([200, first]);
    expect(await world.get(statusPath)).toEqual([200, first]);
    const [, { entries, keys }] = await world.get("/journal");
    expect(entries).toMatchObject([
      { seq: 1, kind: "charge", amount: "30", maximum: "100", reference: "q1" },
    ]);
    expect(keys[charge.paymentKey]).toEqual({
      asked: 5,
      charges: 1,
      charged: "30",
      refunds: 0,
      refunded: "0",
    });
  });

  it("may be of nothing, and differ from each other", async () => {
    const [, none] = await world.post("/settle", { ...charge, amount: "0" });
    expect(none).toMatchObject({ state: "settled", amount: "0" });
    const [, other] = await world.post("/settle", { ...charge, paymentKey: "other" });
    expect(other.transaction).not.toBe(none.transaction);
  });

  it.each([
    { ...charge, amount: "101" },
    { ...charge, amount: "-1" },
    { ...charge, amount: 30 },
    { ...charge, amount: "030" },
    { ...charge, maximum: null },
    { ...charge, paymentKey: "" },
    { ...charge, paymentKey: "a b" },
    {},
  ])("are refused for %j", async (body) => {
    expect(await world.post("/settle", body)).toMatchObject([422, { state: "refused" }]);
    expect(world.journal.entries).toEqual([]);
  });

  it("are not known before they are made", async () => {
    expect(await world.get(statusPath)).toEqual([404, { state: "none", paymentKey: charge.paymentKey }]);
    expect((await world.get("/nowhere"))[0]).toBe(404);
    expect((await world.post("/nowhere", {}))[0]).toBe(404);
    expect((await world.post("/settle", []))[0]).toBe(400);
    expect((await world.post("/settle", { x: "x".repeat(20_000) }))[0]).toBe(400);
  });
});

describe("refunds", () => {
  const refund = { id: "rfd_1", paymentKey: charge.paymentKey, amount: "10" };

  it("are made once for each id, up to what was charged", async () => {
    expect(await world.post("/refund", refund)).toMatchObject([422, { state: "refused" }]);
    await world.post("/settle", charge);
    const first = await world.post("/refund", refund);
    expect(first).toMatchObject([200, { state: "refunded", amount: "10" }]);
    expect(await world.post("/refund", refund)).toEqual(first);
    expect(await world.post("/refund", { ...refund, amount: "11" })).toMatchObject([422, {}]);
    expect(await world.post("/refund", { ...refund, id: "rfd_2", amount: "21" })).toMatchObject([422, {}]);
    expect(await world.post("/refund", { ...refund, id: "rfd_2", amount: "0" })).toMatchObject([422, {}]);
    expect((await world.post("/refund", { ...refund, id: "rfd_2", amount: "20" }))[0]).toBe(200);
    expect(world.journal.count(charge.paymentKey)).toMatchObject({ refunds: 2, refunded: "30" });
  });
});

it("books a paid invoice once", async () => {
  const invoice = { paymentHash: "ab".repeat(32), amount: "5", reference: "q2" };
  const first = await world.post("/lightning/paid", invoice);
  expect(first).toMatchObject([200, { state: "settled", transaction: invoice.paymentHash }]);
  expect(await world.post("/lightning/paid", invoice)).toEqual(first);
  expect(world.journal.entries).toMatchObject([{ kind: "lightning" }]);
  expect((await world.post("/lightning/paid", { ...invoice, paymentHash: "x" }))[0]).toBe(422);
});

describe("the journal's file", () => {
  it("survives the process, and a last line that was cut", async () => {
    const file = journalFile();
    const before = await start({ journalFile: file });
    const settled = await before.post("/settle", charge);
    await before.post("/refund", { id: "rfd_1", paymentKey: charge.paymentKey, amount: "10" });
    await before.stop();
    appendFileSync(file, '{"seq":3,"kind":"char');
    const after = await start({ journalFile: file });
    expect(await after.post("/settle", { ...charge, amount: "1" })).toEqual(settled);
    await after.post("/settle", { ...charge, paymentKey: "next" });
    expect(
      (await after.post("/refund", { id: "rfd_2", paymentKey: charge.paymentKey, amount: "21" }))[0],
    ).toBe(422);
    const lines = readFileSync(file, "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).seq)).toEqual([1, 2, 3]);
    expect(after.journal.entries).toEqual(lines.map((line) => JSON.parse(line)));
  });

  it("is refused where it is something else", () => {
    const file = journalFile();
    appendFileSync(file, "hello\n");
    expect(() => createSandboxFacilitator({ journalFile: file })).toThrow(SyntaxError);
  });
});

describe("misbehaviour", () => {
  const ask = (settle = charge) =>
    fetch(`${world.base}/settle`, {
      method: "POST",
      body: JSON.stringify(settle),
      signal: AbortSignal.timeout(150),
    }).then(async (answer) => [answer.status, await answer.text()] as const);

  it.each([
    ["lost-reply", 1],
    ["timeout", 1],
    ["cut", 1],
    ["500", 1],
    ["garbage", 1],
    ["pending", 1],
    ["429", 0],
  ] as const)("%s never answers that it is settled; charges then: %d", async (mode, charges) => {
    await world.post("/control", { mode });
    const answered = await ask().then(
      ([code, text]) => code === 200 && text.includes('"settled"') && text.endsWith("}\n"),
      () => false,
    );
    expect(answered).toBe(false);
    expect(world.journal.entries).toHaveLength(charges);
    await world.post("/control", { mode: null });
    state.now += 60_000;
    expect(await world.post("/settle", charge)).toMatchObject([200, { state: "settled" }]);
    expect(world.journal.entries).toHaveLength(1);
  });

  it("may come before the charge", async () => {
    for (const mode of ["500", "lost-reply", "garbage", "cut", "pending"]) {
      await world.post("/control", { mode, moves: false });
      await ask().catch(() => undefined);
    }
    expect(world.journal.entries).toEqual([]);
  });

  it("pending lasts as long as it was told to", async () => {
    await world.post("/control", { mode: "pending", forMs: 5000 });
    expect(await world.post("/settle", charge)).toMatchObject([202, { state: "pending" }]);
    await world.post("/control", { mode: null });
    expect(await world.get(statusPath)).toMatchObject([202, { state: "pending" }]);
    const refund = { id: "rfd_1", paymentKey: charge.paymentKey, amount: "10" };
    expect((await world.post("/refund", refund))[0]).toBe(202);
    state.now += 5000;
    expect(await world.get(statusPath)).toMatchObject([200, { state: "settled", amount: "30" }]);
  });

  it("comes as often as it was told to, to whom it was told to, and is counted", async () => {
    await world.post("/control", { mode: "500", times: 2, on: ["status"] });
    expect((await ask())[0]).toBe(200);
    const codes = [];
    for (let n = 0; n < 3; n++) codes.push((await world.get(statusPath))[0]);
    expect(codes).toEqual([500, 500, 200]);
    const [, stats] = await world.get("/stats");
    expect(stats).toMatchObject({ entries: 1, requests: { settle: 1, status: 3 }, misbehaved: { "500": 2 } });
    await world.post("/control/reset", {});
    expect((await world.get("/stats"))[1]).toMatchObject({ entries: 1, requests: {}, plan: null });
  });

  it("comes in so many of a hundred", async () => {
    await world.post("/control", { mode: "500", percent: 30 });
    state.random = 0.29;
    expect((await ask())[0]).toBe(500);
    state.random = 0.3;
    expect((await ask())[0]).toBe(200);
  });

  it.each([
    {},
    { mode: "x" },
    { mode: "500", percent: 101 },
    { mode: "500", times: -1 },
    { mode: "500", forMs: "1" },
    { mode: "500", moves: 1 },
    { mode: "500", on: ["x"] },
    { mode: "500", on: "settle" },
  ])("is not started by %j", async (command) => {
    expect((await world.post("/control", command))[0]).toBe(400);
    expect((await ask())[0]).toBe(200);
  });
});
