import { describe, expect, it } from "vitest";
import {
  buyX402,
  createSigner,
  createWorld,
  granted,
  headerOf,
  jsonBody,
  makeEndpoint,
  serve,
  type World,
} from "../test/engine-fixtures.ts";
import { reconcilePayments } from "./reconcile.ts";
import { nodeCrypto } from "./node/crypto.ts";
import type { Confirmation, Rail, RailClaim, Settlement, Unsettled } from "./rail.ts";

const TARGET = "/p/demo/v1/x";

/** What a rail that asks others says next, and what it was asked. */
interface Script {
  confirm?: (claim: RailClaim) => Promise<Confirmation>;
  settle?: (claim: RailClaim) => Promise<Settlement>;
  status?: Settlement | Unsettled;
  readonly asked: string[];
  readonly claims: RailClaim[];
  readonly statusNotes: (string | null)[];
}

function createScripted(change: Parameters<typeof makeEndpoint>[0] = {}) {
  const script: Script = { asked: [], claims: [], statusNotes: [] };
  const base = createWorld();
  const rail: Rail = {
    ...base.rail,
    confirm: async (claim) => {
      script.asked.push("confirm");
      return (await script.confirm?.(claim)) ?? { outcome: "confirmed" };
    },
    note: ({ paymentKey }) => `went to A with ${paymentKey.slice(-4)}`,
    settle: (claim) => {
      script.asked.push("settle");
      script.claims.push(claim);
      return script.settle?.(claim) ?? base.rail.settle(claim);
    },
    status: async (paymentKey, note) => {
      script.asked.push("status");
      script.statusNotes.push(note);
      return script.status ?? base.rail.status(paymentKey, note);
    },
  };
  const world = createWorld({ rails: [rail] }, makeEndpoint(change));
  return { world, script, rail };
}

async function present(world: World, headers: Awaited<ReturnType<typeof buyX402>>) {
  return world.get(TARGET, headers);
}

describe("a payment that is confirmed", () => {
  it("is asked about once it is claimed and before the upstream is, then settled with its note", async () => {
    const { world, script } = createScripted();
    const grant = granted(await present(world, await buyX402(world, TARGET)));
    expect(script.asked).toEqual(["confirm"]);
    await serve(grant);
    expect(script.asked).toEqual(["confirm", "settle"]);
    const [claim] = script.claims;
    expect(claim?.note).toBe(`went to A with ${claim?.paymentKey.slice(-4)}`);
    expect(claim?.repeated).toBeUndefined();
  });

  it("asks once, however many present it at the same time", async () => {
    const { world, script } = createScripted();
    const headers = await buyX402(world, TARGET);
    await Promise.all(Array.from({ length: 50 }, () => present(world, headers)));
    expect(script.asked).toEqual(["confirm"]);
  });

  it.each([
    ["verification_failed", 402],
    ["payment_insufficient", 402],
    ["payment_expired", 402],
  ] as const)("refused with %s gets a fresh challenge, and is not used up", async (code, status) => {
    const { world, script } = createScripted();
    const headers = await buyX402(world, TARGET);
    script.confirm = async () => ({ outcome: "refused", code, detail: "No." });
    const refused = await present(world, headers);
    expect(jsonBody(refused)).toMatchObject({ status, code, detail: "No." });
    expect(headerOf(refused, "payment-required")).toBeDefined();
    script.confirm = async () => ({ outcome: "confirmed" });
    await serve(granted(await present(world, headers)));
    expect(world.store.receipts()).toHaveLength(1);
  });

  it.each([
    ["unavailable", async () => ({ outcome: "unavailable", retryAfter: 7 }) as const, "7"],
    ["broken", () => Promise.reject(new Error("secret of the facilitator")), "5"],
  ] as const)("with nobody to ask (%s) is 503 without a challenge", async (_, confirm, retryAfter) => {
    const { world, script } = createScripted();
    const headers = await buyX402(world, TARGET);
    script.confirm = confirm;
    const refused = await present(world, headers);
    expect(jsonBody(refused)).toMatchObject({ status: 503, code: "rail_unavailable" });
    expect(JSON.stringify(jsonBody(refused))).not.toContain("secret");
    expect(headerOf(refused, "retry-after")).toBe(retryAfter);
    expect(headerOf(refused, "payment-required")).toBeUndefined();
    delete script.confirm;
    await serve(granted(await present(world, headers)));
    expect(world.store.receipts()).toHaveLength(1);
  });
});

describe("a settlement", () => {
  it("that reached nobody is 503, and the same credential is confirmed anew", async () => {
    const { world, script } = createScripted();
    const headers = await buyX402(world, TARGET);
    script.settle = async () => ({ outcome: "unavailable", retryAfter: 3 });
    const grant = granted(await present(world, headers));
    const error: unknown = await grant.commit({ status: 200, headers: [] }).catch((each: unknown) => each);
    expect(error).toMatchObject({ code: "rail_unavailable", options: { retryAfter: 3 } });
    await grant.fail(error);
    delete script.settle;
    await serve(granted(await present(world, headers)));
    expect(script.asked).toEqual(["confirm", "settle", "confirm", "settle"]);
    expect(world.store.receipts()).toHaveLength(1);
  });

  it("of unknown outcome is repeated with its first note where it may still move", async () => {
    const { world, script } = createScripted();
    const headers = await buyX402(world, TARGET);
    script.settle = async () => ({ outcome: "unknown", retryAfter: 2 });
    const grant = granted(await present(world, headers));
    const error: unknown = await grant.commit({ status: 200, headers: [] }).catch((each: unknown) => each);
    expect(error).toMatchObject({ code: "settlement_unknown" });
    await grant.fail(error);
    delete script.settle;
    script.status = { outcome: "unsettled", retryAfter: 2 };
    await serve(granted(await present(world, headers)));
    expect(script.asked).toEqual(["confirm", "settle", "status", "settle"]);
    const [first, second] = script.claims;
    expect(script.statusNotes).toEqual([first?.note]);
    expect(second).toMatchObject({ note: first?.note, repeated: true });
    expect(world.store.receipts()).toHaveLength(1);
  });

  it("that turns out never to have moved is confirmed anew, and refused where it is not good any more", async () => {
    const { world, script } = createScripted();
    const headers = await buyX402(world, TARGET);
    script.settle = async () => ({ outcome: "unknown", retryAfter: 2 });
    const grant = granted(await present(world, headers));
    await grant.commit({ status: 200, headers: [] }).catch((error: unknown) => grant.fail(error));
    script.status = { outcome: "failed", detail: "Cancelled." };
    script.confirm = async () => ({ outcome: "refused", code: "payment_expired", detail: "Too late." });
    const refused = await present(world, headers);
    expect(jsonBody(refused)).toMatchObject({ status: 402, code: "payment_expired" });
    expect(script.asked).toEqual(["confirm", "settle", "status", "confirm"]);
    const [claim] = script.claims;
    expect(await world.store.findPayment(claim?.paymentKey ?? "")).toMatchObject({ state: "released" });
  });

  it("that may still move is left alone by the reconciler, who has no proof", async () => {
    const { world, script, rail } = createScripted();
    script.settle = async () => ({ outcome: "unknown", retryAfter: 2 });
    const grant = granted(await present(world, await buyX402(world, TARGET)));
    await grant.commit({ status: 200, headers: [] }).catch((error: unknown) => grant.fail(error));
    script.status = { outcome: "unsettled", retryAfter: 2 };
    world.now += 60_000;
    const { store } = world;
    const options = { store, rails: [rail], crypto: nodeCrypto, signer: createSigner(), limit: 10 };
    const run = () =>
      reconcilePayments({ ...options, clock: () => world.now, log: () => {}, olderThanMs: 0 });
    expect(await run()).toMatchObject({ unknown: 1, settled: 0, released: 0 });
    expect(script.asked).toEqual(["confirm", "settle", "status"]);
    world.now += 60_000;
    script.status = { outcome: "settled", reference: "0xabc" };
    expect(await run()).toMatchObject({ settled: 1 });
    expect(world.store.receipts()).toMatchObject([{ reference: "0xabc" }]);
  });
});

describe("an endpoint that wants its money first", () => {
  it("is paid before its upstream is asked, and asks nobody twice", async () => {
    const { world, script } = createScripted({ settleFirst: true });
    const grant = granted(await present(world, await buyX402(world, TARGET)));
    expect(script.asked).toEqual(["confirm", "settle"]);
    expect(world.store.receipts()).toHaveLength(1);
    await serve(grant);
    expect(script.asked).toEqual(["confirm", "settle"]);
    expect(world.store.receipts()).toHaveLength(1);
  });

  it("owes the answer when its upstream fails: the same credential is good until it is served", async () => {
    const { world, script } = createScripted({ settleFirst: true });
    const headers = await buyX402(world, TARGET);
    for (let attempt = 0; attempt < 3; attempt++) {
      const grant = granted(await present(world, headers));
      await grant.commit({ status: 503, headers: [] }).catch((error: unknown) => grant.fail(error));
    }
    await serve(granted(await present(world, headers)));
    expect(script.asked).toEqual(["confirm", "settle"]);
    expect(jsonBody(await present(world, headers))).toMatchObject({ code: "credential_redeemed" });
  });

  it("asks no upstream where the settlement fails", async () => {
    const { world, script } = createScripted({ settleFirst: true });
    const headers = await buyX402(world, TARGET);
    script.settle = async () => ({ outcome: "failed", detail: "No money." });
    expect(jsonBody(await present(world, headers))).toMatchObject({ status: 402, code: "settlement_failed" });
    script.settle = async () => ({ outcome: "unknown", retryAfter: 2 });
    const unknown = await present(world, headers);
    expect(jsonBody(unknown)).toMatchObject({ status: 503, code: "settlement_unknown" });
    expect(headerOf(unknown, "payment-required")).toBeUndefined();
    expect(world.store.receipts()).toEqual([]);
  });
});
