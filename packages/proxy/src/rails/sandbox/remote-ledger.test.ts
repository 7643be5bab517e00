import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandboxFacilitator } from "../../../../../demo/facilitator/facilitator.ts";
import { curve, endpoint, keys, NOW } from "../../../test/sandbox-fixtures.ts";
import { sandboxPayments } from "../../../test/sandbox-payments.ts";
import { createHttpSend } from "../../egress/create-http-send.ts";
import type { HttpAnswer, HttpSend } from "../../http-send.ts";
import { nodeCrypto } from "../../node/crypto.ts";
import { listen } from "../../testing/listen.ts";
import { describeRailContract } from "../../testing/rail-contract.ts";
import type { RailFault } from "../../testing/rail-harness.ts";
import { createRemoteLedger } from "./remote-ledger.ts";
import { createSandboxRail } from "./sandbox-rail.ts";

const sender = createHttpSend();
const { server, journal } = createSandboxFacilitator();
let url = "";

beforeAll(async () => {
  url = await listen(server);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await sender.close();
});

async function command(path: string, body: object): Promise<void> {
  const answer = await fetch(url + path, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
}

const plans = [
  { mode: "lost-reply" },
  { mode: "timeout" },
  { mode: "500" },
  { mode: "500", moves: false },
  { mode: "429" },
  { mode: "pending", forMs: 40 },
  { mode: "cut" },
  ...Array.from({ length: 10 }, () => ({ mode: "garbage" })),
];
const faults = plans.map((plan, index): RailFault => ({
  name: `${plan.mode} ${index}`,
  start: () => command("/control", plan),
  stop: () => command("/control", { mode: null }),
}));

describeRailContract("sandbox, hosted ledger", async () => {
  const ledger = createRemoteLedger({ url: `${url}/`, send: sender.send, timeoutMs: 150 });
  const rail = createSandboxRail({ keys, crypto: nodeCrypto, clock: () => NOW * 1000, curve, ledger });
  return {
    rail,
    endpoint,
    now: NOW,
    payments: sandboxPayments(rail, { remembers: true }),
    faults,
    listCharges: async (paymentKey) =>
      journal.entries
        .filter((entry) => entry.kind === "charge" && entry.paymentKey === paymentKey)
        .map(({ amount }) => BigInt(amount)),
  };
});

const charge = { paymentKey: "permit2:x", amount: 5n, maximum: 10n };
const settled = { state: "settled", paymentKey: "permit2:x", amount: "5", transaction: "0xab" };
const answering = (status: number, body: unknown, retryAfter?: string): HttpSend => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return async () => ({ status, body: text, ...(retryAfter === undefined ? {} : { retryAfter }) });
};
const ledgerOf = (send: HttpSend) => createRemoteLedger({ url: "http://facilitator.test", send });

describe("a reply", () => {
  it("settles where it is whole and about this payment", async () => {
    const outcome = await ledgerOf(answering(200, settled)).settle(charge);
    expect(outcome).toMatchObject({ outcome: "settled", reference: "0xab", settled: { amount: "5" } });
  });

  it.each([
    ["another status", 201, settled],
    ["a redirect", 302, settled],
    ["another payment", 200, { ...settled, paymentKey: "permit2:y" }],
    ["no transaction", 200, { ...settled, transaction: "" }],
    ["more than was signed", 200, { ...settled, amount: "11" }],
    ["an amount that is a number", 200, { ...settled, amount: 5 }],
    ["a list", 200, [settled]],
    ["a member twice", 200, `{"state":"refused",${JSON.stringify(settled).slice(1)}`],
    ["a refusal with a status of success", 200, { state: "refused", paymentKey: "permit2:x" }],
    ["a refusal of another payment", 422, { state: "refused", paymentKey: "permit2:y" }],
    ["a bare 422", 422, ""],
    ["nothing found", 404, { state: "none", paymentKey: "permit2:x" }],
    ["a server's error", 500, { state: "refused", paymentKey: "permit2:x" }],
    ["a limiter", 429, { state: "refused", paymentKey: "permit2:x" }],
  ])("is unknown for %s", async (_name, status, body) => {
    const outcome = await ledgerOf(answering(status, body)).settle(charge);
    expect(outcome).toEqual({ outcome: "unknown", retryAfter: 5 });
  });

  it("fails where the facilitator refuses this very payment", async () => {
    const refusal = { state: "refused", paymentKey: "permit2:x", detail: "No money." };
    for (const status of [409, 422])
      expect(await ledgerOf(answering(status, refusal)).settle(charge)).toEqual({
        outcome: "failed",
        detail: "No money.",
      });
  });

  it("fails in a status where nothing is known of this very key", async () => {
    const none = { state: "none", paymentKey: "permit2:x" };
    expect(await ledgerOf(answering(404, none)).status("permit2:x")).toMatchObject({ outcome: "failed" });
    expect(await ledgerOf(answering(404, none)).status("permit2:y")).toMatchObject({ outcome: "unknown" });
    expect(await ledgerOf(answering(404, "<html>")).status("permit2:x")).toMatchObject({
      outcome: "unknown",
    });
  });

  it.each([
    ["30", 30],
    ["0", 1],
    ["86400", 60],
    ["-1", 5],
    ["Wed, 21 Oct 2026 07:28:00 GMT", 5],
  ])("says when to come back: %s", async (header, retryAfter) => {
    const outcome = await ledgerOf(answering(429, "", header)).settle(charge);
    expect(outcome).toEqual({ outcome: "unknown", retryAfter });
  });

  it("is never failed or settled by anything that is not one of ours, and never asked for twice", async () => {
    const status = fc.oneof(fc.integer({ min: 0, max: 999 }), fc.constantFrom(200, 202, 404, 409, 422, 500));
    const body = fc.oneof(fc.string(), fc.json(), fc.constant(JSON.stringify(settled).slice(0, -3)));
    await fc.assert(
      fc.asyncProperty(status, body, async (code, text) => {
        let asked = 0;
        const ledger = ledgerOf(async (): Promise<HttpAnswer> => {
          asked++;
          return { status: code, body: text };
        });
        expect((await ledger.settle(charge)).outcome).toBe("unknown");
        expect((await ledger.status("permit2:x")).outcome).toBe("unknown");
        expect((await ledger.refund({ id: "rfd_1", ...charge, reference: "" })).outcome).toBe("unknown");
        expect(await ledger.notePaid({ paymentHash: "ab", amount: 1n, quoteId: "q" })).toBe(false);
        expect(asked).toBe(4);
      }),
    );
  });
});

describe("invoices", () => {
  it("are booked once, known by their status, and refunded in bitcoin's name", async () => {
    const ledger = createRemoteLedger({ url, send: sender.send });
    const invoice = { paymentHash: "ab".repeat(32), amount: 700n, quoteId: "q1" };
    const paymentKey = `ln:regtest:${invoice.paymentHash}`;
    expect(await ledger.status(paymentKey)).toMatchObject({ outcome: "failed" });
    expect(await ledger.notePaid(invoice)).toBe(true);
    expect(await ledger.notePaid(invoice)).toBe(true);
    expect(await ledger.status(paymentKey)).toEqual({ outcome: "settled", reference: invoice.paymentHash });
    expect(journal.count(paymentKey)).toMatchObject({ charges: 1, charged: "700" });
    const refund = { id: "rfd_ln", paymentKey, reference: "", amount: 700n };
    expect(await ledger.refund(refund)).toMatchObject({ outcome: "refunded" });
  });
});
