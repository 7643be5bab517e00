import { describe, expect, it } from "vitest";
import { describeHoldLives } from "./store-contract-hold-lives.ts";
import { makeHold, openEntitlement, type StoreHarness } from "./store-fixtures.ts";

/** Reserving on balances and uses; part of the store contract. */
export function describeHolds(use: () => StoreHarness): void {
  describe("holds", () => {
    it("gives 300 at once, on a balance for 100, to exactly 100", async () => {
      const { store } = use();
      const { entitlement } = await openEntitlement(use(), { deposit: 1_000n });
      const holds = Array.from({ length: 300 }, () => makeHold(entitlement.id, { amount: 10n }));
      const outcomes = await Promise.all(holds.map((hold) => store.openHold(hold)));
      expect(outcomes.filter(({ outcome }) => outcome === "held")).toHaveLength(100);
      expect(outcomes.filter(({ outcome }) => outcome === "insufficient")).toHaveLength(200);
      expect(outcomes).toContainEqual({ outcome: "insufficient", available: 0n, usesLeft: null });
      expect(await store.findEntitlement(entitlement.id)).toMatchObject({ held: 1_000n, spent: 0n });
    });

    it("gives 300 at once, on a bundle of 100, to exactly 100", async () => {
      const { store } = use();
      const { entitlement } = await openEntitlement(use(), { kind: "uses", uses: 100, deposit: 0n });
      const holds = Array.from({ length: 300 }, () => makeHold(entitlement.id, { amount: 0n, uses: 1 }));
      const outcomes = await Promise.all(holds.map((hold) => store.openHold(hold)));
      expect(outcomes.filter(({ outcome }) => outcome === "held")).toHaveLength(100);
      expect(outcomes).toContainEqual({ outcome: "insufficient", available: 0n, usesLeft: 0 });
      expect(await store.findEntitlement(entitlement.id)).toMatchObject({ usesLeft: 0 });
    });

    it("gives in order what fits: a large one that does not fit stops no small one behind it", async () => {
      const { store, unordered = false } = use();
      const { entitlement } = await openEntitlement(use());
      const amounts = [60n, 50n, 101n, 30n, 20n, 10n, 1n];
      const outcomes = await Promise.all(
        amounts.map((amount) => store.openHold(makeHold(entitlement.id, { amount }))),
      );
      const given = amounts.filter((_, index) => outcomes[index]?.outcome === "held");
      const refused = amounts.filter((amount) => !given.includes(amount));
      const held = given.reduce((sum, amount) => sum + amount, 0n);
      if (!unordered) expect(given).toEqual([60n, 30n, 10n]);
      expect(held).toBeLessThanOrEqual(100n);
      expect(refused.filter((amount) => amount <= 100n - held)).toEqual([]);
      expect(await store.findEntitlement(entitlement.id)).toMatchObject({ held });
    });

    it("says what is left", async () => {
      const { store } = use();
      const { entitlement } = await openEntitlement(use(), { uses: 2 });
      const open = (amount: bigint, uses: 0 | 1 = 1) =>
        store.openHold(makeHold(entitlement.id, { amount, uses }));
      expect(await open(30n)).toEqual({ outcome: "held", available: 70n, usesLeft: 1 });
      expect(await open(71n)).toEqual({ outcome: "insufficient", available: 70n, usesLeft: 1 });
      expect(await open(70n)).toEqual({ outcome: "held", available: 0n, usesLeft: 0 });
      expect(await open(0n)).toEqual({ outcome: "insufficient", available: 0n, usesLeft: 0 });
      expect(await open(0n, 0)).toEqual({ outcome: "held", available: 0n, usesLeft: 0 });
    });

    it("knows no entitlement that was never written", async () => {
      expect(await use().store.openHold(makeHold("ent_none"))).toEqual({ outcome: "unknown" });
    });

    it("opens a hold once, whoever repeats it", async () => {
      const { store } = use();
      const { entitlement } = await openEntitlement(use(), { uses: 5 });
      const hold = makeHold(entitlement.id, { amount: 40n, uses: 1 });
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => store.openHold(hold)));
      expect(outcomes.filter(({ outcome }) => outcome === "held")).toHaveLength(20);
      expect(await store.openHold(hold)).toEqual({ outcome: "held", available: 60n, usesLeft: 4 });
      expect(await store.findEntitlement(entitlement.id)).toMatchObject({ held: 40n, usesLeft: 4 });
    });

    it("keeps balances apart", async () => {
      const { store } = use();
      const made = await Promise.all(Array.from({ length: 12 }, () => openEntitlement(use())));
      const ids = made.map(({ entitlement }) => entitlement.id);
      const outcomes = await Promise.all(
        Array.from({ length: 240 }, (_, index) =>
          store.openHold(makeHold(ids[index % ids.length] ?? "", { amount: 10n })),
        ),
      );
      expect(outcomes.filter(({ outcome }) => outcome === "held")).toHaveLength(120);
      const left = await Promise.all(ids.map((id) => store.findEntitlement(id)));
      expect(left.map((record) => record?.held)).toEqual(ids.map(() => 100n));
    });

    describeHoldLives(use);
  });
}
