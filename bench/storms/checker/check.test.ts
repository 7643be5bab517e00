import { describe, expect, it } from "vitest";
import { check } from "./check.ts";
import { countRedelivered } from "./check-answers.ts";
import type { Answer, Histories, PayerRecord } from "./histories.ts";

const at = 1_800_000_000_000;
const price = 10_000n;

function answer(change: Partial<Answer> = {}): Answer {
  const times = { startedAt: at, endedAt: at + 20 };
  const served = { status: 200, receiptId: "rcp_a", complete: true, bytes: 40, origin: "one" };
  return { ...times, ...served, gateway: "g1", ...change };
}

const inProgress = answer({ status: 409, code: "in_progress", bytes: 90, origin: "one" });

function payer(change: Partial<PayerRecord> = {}): PayerRecord {
  return {
    credential: { name: "c1", wire: "x402", paymentKey: "key-a", slug: "one", amount: price },
    answers: [inProgress, answer(), answer({ status: 409, code: "credential_redeemed" })],
    ending: "served",
    ...change,
  };
}

/** One payment that went well, by all four accounts. */
function clean(): Histories {
  return {
    payers: [payer()],
    rail: { charges: [{ paymentKey: "key-a", at, amount: price }], repeats: [] },
    books: {
      receipts: [{ id: "rcp_a", paymentKey: "key-a", amount: price, writtenAt: at + 5 }],
      payments: new Map([["key-a", { state: "delivered", refunded: 0n, credited: false }]]),
      dashboardRevenue: price,
      ledgerRevenue: price,
      refunds: 0n,
      unbalanced: [],
    },
    upstream: new Map([["key-a", { started: 1, succeeded: 1 }]]),
    deaths: [],
  };
}

function withAnswers(answers: readonly Answer[], ending: PayerRecord["ending"] = "served"): Histories {
  return { ...clean(), payers: [payer({ answers, ending })] };
}

function withBooks(change: Partial<Histories["books"]>): Histories {
  return { ...clean(), books: { ...clean().books, ...change } };
}

function withCharges(...charges: Histories["rail"]["charges"]): Histories {
  return { ...clean(), rail: { charges, repeats: [] } };
}

const charge = { paymentKey: "key-a", at, amount: price };
const receipt = { id: "rcp_a", paymentKey: "key-a", amount: price, writtenAt: at + 5 };
const second = answer({ startedAt: at + 4_000, endedAt: at + 4_010, gateway: "g2" });

/** A fault planted in each, and the rules that must speak up; no others may. */
const planted: readonly [what: string, histories: Histories, rules: readonly string[]][] = [
  ["a second charge", withCharges(charge, { ...charge, at: at + 9 }), ["I1", "I6"]],
  [
    "a settlement that was asked for again",
    { ...clean(), rail: { charges: [charge], repeats: [{ paymentKey: "key-a", at }] } },
    ["I1"],
  ],
  ["a charge of another amount", withCharges({ ...charge, amount: 10_001n }), ["I1", "I2", "I6"]],
  ["a charge without a receipt", withBooks({ receipts: [] }), ["I2", "I3", "I6"]],
  [
    "two receipts for one charge",
    withBooks({ receipts: [receipt, { ...receipt, id: "rcp_b" }] }),
    ["I2", "I6"],
  ],
  ["a receipt that came too late", withBooks({ receipts: [{ ...receipt, writtenAt: at + 60_001 }] }), ["I2"]],
  ["a receipt and a 200 without a charge", withCharges(), ["I2", "I3", "I6"]],
  ["a 200 that names no receipt", withAnswers([withoutReceipt()]), ["I3"]],
  ["a 200 with the receipt of somebody else", withAnswers([answer({ receiptId: "rcp_z" })]), ["I3"]],
  [
    "a 200 for a payment of something else",
    withAnswers([answer(), answer({ elsewhere: "GET two", complete: false })]),
    ["I3"],
  ],
  ["two deliveries", withAnswers([answer(), second]), ["I4"]],
  ["a charge and nothing for it", withAnswers([answer({ status: 503 })], "gave-up"), ["I5", "served"]],
  ["a dashboard that lost a cent", withBooks({ dashboardRevenue: price - 1n }), ["I6"]],
  ["a ledger that lost a cent", withBooks({ ledgerRevenue: price - 1n }), ["I6"]],
  ["a transaction that is not balanced", withBooks({ unbalanced: ["rcp_a"] }), ["I6"]],
  ["bytes of another tenant", withAnswers([answer({ origin: "two" })]), ["I7"]],
  ["a fresh challenge for money that moved", withAnswers([answer({ status: 402 }), answer()]), ["no-402"]],
  [
    "a second run of the upstream",
    { ...clean(), upstream: new Map([["key-a", { started: 2, succeeded: 2 }]]) },
    ["one-run"],
  ],
];

function withoutReceipt(): Answer {
  const { receiptId: _, ...rest } = answer();
  return rest;
}

function rulesOf(histories: Histories): string[] {
  return [...new Set(check(histories, { oneRun: true }).map(({ rule }) => rule))];
}

describe("the checker", () => {
  it("finds nothing in a history that is clean", () => {
    expect(check(clean(), { oneRun: true })).toEqual([]);
  });

  it.each(planted)("finds %s", (_what, histories, rules) => {
    expect(rulesOf(histories)).toEqual(rules);
  });

  it("names the case it found", () => {
    const [first] = check(withAnswers([answer(), second]));
    expect(first).toMatchObject({ rule: "I4", subject: "key-a" });
    expect(first?.detail).toContain("2 times");
  });

  it("excuses a second delivery only where the first one's process died before it could note it", () => {
    const twice = withAnswers([answer(), second]);
    const died = (gateway: string, when: number) => ({ ...twice, deaths: [{ gateway, at: when }] });
    expect(rulesOf(died("g1", at + 30))).toEqual([]);
    expect(countRedelivered(died("g1", at + 30))).toBe(1);
    expect(rulesOf(died("g2", at + 30))).toEqual(["I4"]);
    expect(rulesOf(died("g1", at - 1))).toEqual(["I4"]);
    expect(rulesOf(died("g1", at + 2_021))).toEqual(["I4"]);
  });

  it("lets a process that slept ask the rail again, and nobody be charged for it", () => {
    const asked = { ...clean(), rail: { charges: [charge], repeats: [{ paymentKey: "key-a", at }] } };
    expect(check(asked, { asksAgain: true })).toEqual([]);
    expect(check(withCharges(charge, { ...charge, at: at + 9 }), { asksAgain: true })).not.toEqual([]);
  });

  it("takes a refusal that is due, as long as nothing moves", () => {
    const credential = { ...payer().credential, refused: true as const };
    const refused = payer({ credential, answers: [answer({ status: 402 })], ending: "refused" });
    const books = { ...clean().books, receipts: [], dashboardRevenue: 0n, ledgerRevenue: 0n };
    const due = { ...withCharges(), payers: [refused], books };
    expect(rulesOf(due)).toEqual([]);
    expect(rulesOf({ ...clean(), payers: [refused] })).toEqual(["I5", "no-402"]);
    expect(rulesOf({ ...due, payers: [{ ...refused, answers: [answer()], ending: "served" }] })).toEqual([
      "I3",
      "served",
    ]);
  });

  it("counts a refund and a credit as good endings", () => {
    const lost = withAnswers([answer({ status: 503 })], "refused");
    const row = { state: "refunded", refunded: price, credited: false };
    const refunded: Histories = {
      ...lost,
      rail: { charges: [charge, { ...charge, amount: -price }], repeats: [] },
      books: {
        ...lost.books,
        payments: new Map([["key-a", row]]),
        refunds: price,
        dashboardRevenue: 0n,
        ledgerRevenue: 0n,
      },
    };
    expect(rulesOf(refunded)).toEqual(["served"]);
    const credited = {
      ...lost.books,
      payments: new Map([["key-a", { ...row, refunded: 0n, credited: true }]]),
    };
    expect(rulesOf({ ...lost, books: credited })).toEqual(["served"]);
  });
});
