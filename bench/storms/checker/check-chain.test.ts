import { expect, it } from "vitest";
import { checkChain } from "./check-chain.ts";
import type { ChainRecord } from "./check-chain.ts";
import type { PayerRecord } from "./histories.ts";

const credential = { name: "c", wire: "x402", paymentKey: "key-a", slug: "one", amount: 10_000n } as const;
const payers: readonly PayerRecord[] = [{ credential, answers: [], ending: "served" }];
const transfer = {
  paymentKey: "key-a",
  from: "0xA",
  to: "0xcafe",
  amount: 10_000n,
  at: 0,
  transaction: "0x1",
};
const clean: ChainRecord = {
  transfers: [transfer],
  asked: [
    { paymentKey: "key-a", facilitator: "one" },
    { paymentKey: "key-a", facilitator: "one" },
    { paymentKey: "key-b", facilitator: "two" },
  ],
  payToOf: (slug) => (slug === "one" ? "0xCAFE" : "0xBEEF"),
};

it("finds nothing where the creator was paid, and one facilitator asked", () => {
  expect(checkChain(payers, clean)).toEqual([]);
});

it.each<[string, Partial<ChainRecord>, string]>([
  ["somebody else was paid", { transfers: [{ ...transfer, to: "0xbeef" }] }, "payee"],
  ["money moved for what nobody bought", { transfers: [{ ...transfer, paymentKey: "key-c" }] }, "payee"],
  ["money moved that nobody signed for", { transfers: [{ ...transfer, paymentKey: undefined }] }, "payee"],
  [
    "another facilitator was asked again",
    { asked: [...clean.asked, { paymentKey: "key-a", facilitator: "two" }] },
    "one-facilitator",
  ],
])("says so where %s", (_, change, rule) => {
  expect(checkChain(payers, { ...clean, ...change })).toMatchObject([{ rule }]);
});

it("lets another facilitator be asked after a refusal", () => {
  const refused = [
    {
      ...payers[0],
      credential: { ...credential, refused: true as const },
      answers: [],
      ending: "refused" as const,
    },
  ];
  const asked = [...clean.asked, { paymentKey: "key-a", facilitator: "two" }];
  expect(checkChain(refused, { ...clean, asked })).toEqual([]);
});
