import type { Terms } from "@x402-paywall/core";
import type { AtomicStore, NewEntitlement } from "@x402-paywall/proxy";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { setRuntime } from "../../../../lib/services/runtime.ts";
import { createPostgresStore } from "../../../../lib/store/postgres-store.ts";
import { call, makeUser, type TestUser } from "../../../../lib/testing/api.ts";
import { makeEndpoint } from "../../../../lib/testing/factories.ts";
import { makePaidRequest, makePass } from "../../../../lib/testing/payments.ts";
import { createRefundRail } from "../../../../lib/testing/refund-rail.ts";
import { createTestRuntime, type TestRuntime } from "../../../../lib/testing/runtime.ts";
import { GET as getEntitlement } from "../entitlements/[id]/route.ts";
import { GET as listEntitlements } from "../entitlements/route.ts";
import { GET as getPayment } from "./[id]/route.ts";
import { POST as refund } from "./[id]/refunds/route.ts";

const rail = createRefundRail();
let runtime: TestRuntime;
let store: AtomicStore;
let user: TestUser;
let endpointId: string;

beforeAll(async () => {
  runtime = await createTestRuntime({ rails: [rail] });
  setRuntime(runtime);
  store = createPostgresStore({ pool: runtime.db.pool });
  user = await makeUser(runtime);
  endpointId = (await makeEndpoint(runtime.db.pool, { workspaceId: user.workspaceId })).id;
});
beforeEach(() => {
  rail.answer = "refunded";
});
afterAll(() => runtime.close());

/** What a payment of 10,000 µUSD buys. @returns ids of the payment and of the entitlement */
async function buy(
  terms: Terms,
  rest: Partial<NewEntitlement>,
): Promise<{ payment: string; entitlement: string }> {
  const entitlement = { ...makePass(runtime, endpointId), ...rest };
  const receipt = await makePaidRequest(runtime, {
    workspaceId: user.workspaceId,
    endpointId,
    terms,
    entitlement,
  });
  const { id } = await runtime.db.prisma.payment.findFirstOrThrow({ where: { receiptId: receipt.id } });
  return { payment: id, entitlement: entitlement.id };
}
const day = 86_400;
const balance = (): Promise<{ payment: string; entitlement: string }> =>
  buy({ kind: "balance", seconds: day }, { kind: "balance", scope: "*", deposit: 10_000n });
const ask = (id: string, body: object = {}) =>
  call(runtime, refund, { params: { id }, body, headers: user.key });
const see = async (id: string) =>
  (await call(runtime, getEntitlement, { params: { id }, headers: user.key })).body;
const hold = (entitlementId: string, amount: bigint, uses: 0 | 1 = 0) =>
  store.openHold({ id: runtime.newId("hld_"), entitlementId, amount, uses, leaseMs: 60_000 });

it("revokes a pass, and tells its endpoint", async () => {
  const { payment, entitlement } = await buy({ kind: "pass", seconds: day }, {});
  const before = await runtime.db.prisma.endpoint.findUniqueOrThrow({ where: { id: endpointId } });
  expect((await ask(payment, { amount: "4000" })).status).toBe(201);
  expect(await see(entitlement)).toMatchObject({ state: "open", paymentId: payment });
  expect((await ask(payment)).status).toBe(201);
  expect(await see(entitlement)).toMatchObject({ state: "revoked" });
  const after = await runtime.db.prisma.endpoint.findUniqueOrThrow({ where: { id: endpointId } });
  expect(after.version).toBeGreaterThan(before.version);
  expect(await store.findEntitlement(entitlement)).toMatchObject({ revoked: true });
});

it("takes back uses: all of the purchase, and of a top-up only its own", async () => {
  const uses = { kind: "uses", uses: 10 } as const;
  const first = await buy({ ...uses, seconds: day }, uses);
  const more = await buy(
    { ...uses, seconds: day, into: first.entitlement },
    { ...uses, id: first.entitlement, topUp: { seconds: day } },
  );
  await hold(first.entitlement, 0n, 1);
  expect(await see(first.entitlement)).toMatchObject({ usesLeft: 19 });
  expect((await ask(more.payment)).status).toBe(201);
  expect(await see(first.entitlement)).toMatchObject({ usesLeft: 9, state: "open" });
  expect((await ask(first.payment)).status).toBe(201);
  expect(await see(first.entitlement)).toMatchObject({ state: "revoked" });
  expect(await hold(first.entitlement, 0n, 1)).toMatchObject({ outcome: "unknown" });
});

it("gives back of a balance what is neither spent nor held", async () => {
  const { payment, entitlement } = await balance();
  const id = runtime.newId("hld_");
  await store.openHold({ id, entitlementId: entitlement, amount: 3_000n, uses: 0, leaseMs: 60_000 });
  await store.settleHold({ id, captured: 2_000n, uses: 0 });
  await hold(entitlement, 1_500n);
  expect(await see(entitlement)).toMatchObject({ spent: "2000", held: "1500", available: "6500" });
  const detail = await call(runtime, getPayment, { params: { id: payment }, headers: user.key });
  expect(detail.body).toMatchObject({
    refundable: "6500",
    entitlement: { id: entitlement, available: "6500" },
  });
  expect((await ask(payment, { amount: "6501" })).status).toBe(422);
  expect((await ask(payment)).body).toMatchObject({ amount: "6500" });
  expect(await see(entitlement)).toMatchObject({ deposited: "3500", available: "0", held: "1500" });
  expect(await hold(entitlement, 1n)).toMatchObject({ outcome: "insufficient" });
  expect(await ask(payment)).toMatchObject({ status: 409 });
});

it("lets a balance be spent or given back, never both", async () => {
  const { payment, entitlement } = await balance();
  const holds = Promise.all(Array.from({ length: 20 }, () => hold(entitlement, 1_000n)));
  const refunds = Promise.all(Array.from({ length: 20 }, () => ask(payment, { amount: "1000" })));
  const held = (await holds).filter(({ outcome }) => outcome === "held").length;
  const given = (await refunds).filter(({ status }) => status === 201).length;
  expect(held + given).toBe(10);
  expect(await see(entitlement)).toMatchObject({ available: "0", held: `${held * 1000}` });
});

it("puts a balance back that the rail refused to pay out", async () => {
  const { payment, entitlement } = await balance();
  rail.answer = "failed";
  expect((await ask(payment, { amount: "6000" })).status).toBe(409);
  expect(await see(entitlement)).toMatchObject({ deposited: "10000", available: "10000" });
  rail.answer = "lost";
  expect((await ask(payment, { amount: "6000" })).status).toBe(202);
  expect(await see(entitlement)).toMatchObject({ deposited: "4000", available: "4000" });
});

it("are listed, newest first", async () => {
  const { entitlement } = await balance();
  const { body } = await call(runtime, listEntitlements, {
    path: `/x?endpoint=${endpointId}&limit=1`,
    headers: user.key,
  });
  expect(body).toMatchObject({ items: [{ id: entitlement, kind: "balance", state: "open" }] });
  expect(body["nextCursor"]).not.toBeNull();
});
