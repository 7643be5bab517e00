import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { finishRefunds } from "../../../../lib/services/payments/refunds/finish-refunds.ts";
import { refundDepsOf } from "../../../../lib/services/payments/refunds/refund-deps-of.ts";
import { setRuntime } from "../../../../lib/services/runtime.ts";
import { call, makeUser, type TestUser } from "../../../../lib/testing/api.ts";
import { makeEndpoint } from "../../../../lib/testing/factories.ts";
import { makePaidRequest, type PaidRequest } from "../../../../lib/testing/payments.ts";
import { createRefundRail } from "../../../../lib/testing/refund-rail.ts";
import { createTestRuntime, type TestRuntime } from "../../../../lib/testing/runtime.ts";
import { GET as overview } from "../overview/route.ts";
import { GET as getPayment } from "./[id]/route.ts";
import { GET as listRefunds, POST as refund } from "./[id]/refunds/route.ts";

const rail = createRefundRail();
let runtime: TestRuntime;
let user: TestUser;
let endpointId: string;
let clock = Date.now();

beforeAll(async () => {
  runtime = await createTestRuntime({ rails: [rail], now: () => clock });
  setRuntime(runtime);
  user = await makeUser(runtime);
  endpointId = (await makeEndpoint(runtime.db.pool, { workspaceId: user.workspaceId })).id;
});
beforeEach(() => {
  rail.answer = "refunded";
  clock = Date.now();
});
afterAll(() => runtime.close());

/** A paid request of 10,000 µUSD, and the id of its payment. */
async function pay(rest: Partial<PaidRequest> = {}): Promise<string> {
  const receipt = await makePaidRequest(runtime, { workspaceId: user.workspaceId, endpointId, ...rest });
  return (await runtime.db.prisma.payment.findFirstOrThrow({ where: { receiptId: receipt.id } })).id;
}
const ask = (id: string, body: object, headers: object = {}) =>
  call(runtime, refund, { params: { id }, body, headers: { ...user.key, ...headers } });
const see = async (id: string) =>
  (await call(runtime, getPayment, { params: { id }, headers: user.key })).body;
const statesOf = (body: Readonly<Record<string, unknown>>) =>
  Array.isArray(body["timeline"]) ? body["timeline"].map(({ state }) => state) : [];

/** Receipts, refunds, ledger, rollups, payments and the rail's own books say the same. */
async function expectBooksToAgree(): Promise<void> {
  const { rows } = await runtime.db.pool.query<Record<string, string>>(
    `select (select coalesce(sum(amount), 0) from ledger_entry)::text as ledger,
       (select coalesce(sum(amount), 0) from refund where state = 'done')::text as refunds,
       (select coalesce(-sum(amount), 0) from ledger_entry where account = 'refunds')::text as entries,
       (select coalesce(sum(refunded), 0) from rollup_hourly)::text as rollups,
       (select coalesce(sum(refunded), 0) from payment)::text as payments,
       ((select sum(amount) from receipt) - (select coalesce(sum(amount), 0) from refund where state = 'done'))::text as revenue`,
  );
  const { ledger, refunds, entries, rollups, payments, revenue } = rows[0] ?? {};
  expect({ ledger, entries, rollups, payments }).toEqual({
    ledger: "0",
    entries: refunds,
    rollups: refunds,
    payments: refunds,
  });
  expect([...rail.moved.values()].reduce((sum, amount) => sum + amount, 0n).toString()).toBe(refunds);
  const dashboard = await call(runtime, overview, { path: "/x?range=90d", headers: user.key });
  expect(dashboard.body["totals"]).toMatchObject({ revenue, refunded: refunds });
}

describe("POST /payments/:id/refunds", () => {
  it("gives all of it back where no amount is said", async () => {
    const id = await pay();
    const answer = await ask(id, { reason: "It was the wrong file" });
    expect(answer).toMatchObject({
      status: 201,
      body: { state: "done", amount: "10000", reason: "It was the wrong file" },
    });
    const payment = await see(id);
    expect(payment).toMatchObject({
      state: "refunded",
      refunded: "10000",
      refundable: "0",
      charged: "10000",
    });
    expect(statesOf(payment)).toEqual(["claimed", "settled", "delivered", "refunding", "refunded"]);
    const listed = await call(runtime, listRefunds, { params: { id }, headers: user.key });
    expect(listed.body).toMatchObject({
      items: [{ id: answer.body["id"], reference: `tx-${String(answer.body["id"])}` }],
    });
    const audit = await runtime.db.prisma.auditLog.findMany({
      where: { target: id },
      orderBy: { seq: "asc" },
    });
    expect(audit.map(({ action }) => action)).toEqual(["payment.refund", "payment.refunded"]);
    await expectBooksToAgree();
  });

  it("gives parts back until nothing is left, and not one unit more", async () => {
    const id = await pay();
    expect(await ask(id, { amount: "3000" })).toMatchObject({ status: 201, body: { amount: "3000" } });
    expect(await see(id)).toMatchObject({ state: "delivered", refunded: "3000", refundable: "7000" });
    expect(await ask(id, { amount: "7001" })).toMatchObject({
      status: 422,
      body: { errors: [{ field: "amount", message: "At most $0.007 can be given back." }] },
    });
    expect((await ask(id, { amount: "6999" })).status).toBe(201);
    expect((await ask(id, {})).body).toMatchObject({ amount: "1" });
    expect(await see(id)).toMatchObject({ state: "refunded", refunded: "10000" });
    expect(await ask(id, {})).toMatchObject({ status: 409, body: { code: "conflict" } });
    await expectBooksToAgree();
  });

  it.each([
    { amount: "0" },
    { amount: "-1" },
    { amount: 5 },
    { amount: "1.5" },
    { reason: "a\nb" },
    { more: 1 },
  ])("refuses %j", async (body) => {
    expect((await ask(await pay(), body)).status).toBe(422);
  });

  it("makes one of ten that ask for all of it at once", async () => {
    const id = await pay();
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(id, { amount: "10000" })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      201,
      ...Array.from({ length: 9 }, () => 409),
    ]);
    await expectBooksToAgree();
  });

  it("keeps parts within the whole that are asked for at once", async () => {
    const id = await pay();
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(id, { amount: "3000" })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(await see(id)).toMatchObject({ refunded: "9000", state: "delivered" });
    await expectBooksToAgree();
  });

  it("is the same refund again for the same Idempotency-Key", async () => {
    const id = await pay();
    const key = { "idempotency-key": "one-click" };
    const answers = await Promise.all([1, 2, 3].map(() => ask(id, { amount: "4000" }, key)));
    expect(new Set(answers.map(({ body }) => body["id"])).size).toBe(1);
    expect((await ask(id, {}, key)).body).toMatchObject({ state: "done", amount: "4000" });
    expect(await ask(id, { amount: "5000" }, key)).toMatchObject({ status: 409 });
    expect((await ask(id, {}, { "idempotency-key": "ä" })).status).toBe(400);
    expect(await see(id)).toMatchObject({ refunded: "4000" });
    expect(runtime.logged).toEqual([]);
    await expectBooksToAgree();
  });

  it("says what to do where the rail cannot", async () => {
    const id = await pay({ payer: "0xabc" });
    await runtime.db.pool.query("update payment set rail = 'stablecoin' where id = $1", [id]);
    await runtime.db.pool.query("alter table receipt disable trigger receipt_append_only");
    await runtime.db.pool.query(
      "update receipt set rail = 'stablecoin' where payment_key = (select payment_key from payment where id = $1)",
      [id],
    );
    await runtime.db.pool.query("alter table receipt enable trigger receipt_append_only");
    const answer = await ask(id, {});
    expect(answer).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(answer.body["detail"]).toContain("Send the money to 0xabc");
    expect(await see(id)).toMatchObject({ refundable: "0", refundHint: answer.body["detail"] });
  });

  it("refuses what was never charged, and what is being served right now", async () => {
    const id = await pay({ served: false });
    await runtime.db.pool.query(
      "update payment set owner = 'own_live', lease_until = now() + interval '20 s' where id = $1",
      [id],
    );
    expect(await ask(id, {})).toMatchObject({ status: 409, body: { code: "in_progress" } });
    await runtime.db.pool.query("update payment set state = 'released', receipt_id = null where id = $1", [
      id,
    ]);
    expect(await ask(id, {})).toMatchObject({ status: 409, body: { code: "conflict" } });
  });
});

describe("a rail that fails", () => {
  it("refused: nothing is given back, and all can be asked for again", async () => {
    const id = await pay({ served: false });
    rail.answer = "failed";
    expect(await ask(id, {})).toMatchObject({ status: 409 });
    const payment = await see(id);
    expect(payment).toMatchObject({
      state: "settled",
      refunded: "0",
      refundable: "10000",
      refunds: [{ state: "failed" }],
    });
    expect(statesOf(payment).at(-1)).toBe("refund-failed");
    rail.answer = "refunded";
    expect((await ask(id, {})).status).toBe(201);
    await expectBooksToAgree();
  });

  it.each(["lost", "throws"] as const)(
    "%s: is asked again under the same id, and the money moves once",
    async (answer) => {
      const id = await pay({ served: false });
      rail.answer = answer;
      const first = await ask(id, {});
      expect(first).toMatchObject({ status: 202, body: { state: "unknown" } });
      // On its way back, so it can neither be served for nor given back twice.
      expect(await see(id)).toMatchObject({ state: "refund-due", refunded: "0", refundable: "0" });
      expect((await ask(id, {})).status).toBe(409);
      await finishRefunds(refundDepsOf(runtime));
      expect(rail.asked.at(-1)?.id).toBe(first.body["id"]);
      const before = rail.asked.length;
      clock += 30_000;
      await finishRefunds(refundDepsOf(runtime));
      expect(rail.asked).toHaveLength(before + 1);
      rail.answer = "refunded";
      await Promise.all([1, 2, 3].map(() => finishRefunds(refundDepsOf(runtime))));
      expect(rail.asked.at(-1)?.id).toBe(first.body["id"]);
      expect(await see(id)).toMatchObject({ state: "refunded", refunded: "10000" });
      await expectBooksToAgree();
    },
  );

  it("and a process that dies between intent and rail: a job goes on with it", async () => {
    const id = await pay();
    const { prisma } = runtime.db;
    const { paymentKey, receiptId } = await prisma.payment.findUniqueOrThrow({ where: { id } });
    await prisma.refund.create({
      data: {
        id: "rfd_crashed",
        workspaceId: user.workspaceId,
        endpointId,
        mode: "test",
        paymentKey,
        receiptId: receiptId ?? "",
        amount: 2_500n,
      },
    });
    clock += 30_000;
    await finishRefunds(refundDepsOf(runtime));
    expect(await see(id)).toMatchObject({
      refunded: "2500",
      refunds: [{ id: "rfd_crashed", state: "done" }],
    });
    await expectBooksToAgree();
  });
});
