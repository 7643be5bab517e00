import fc from "fast-check";
import { expect, it } from "vitest";
import { runInRounds } from "./in-rounds.ts";

/** Takes from a balance what fits in front, as the statements do, and says what is left. */
function createBalance(left: bigint) {
  let rounds = 0;
  const run = async (amounts: readonly bigint[]) => {
    rounds++;
    const start = left;
    let total = 0n;
    const taken = amounts.map((amount) => {
      if (amount > start) return false;
      total += amount;
      if (total > start) return false;
      left -= amount;
      return true;
    });
    return taken.map((held) => ({ held, left }));
  };
  return { run, rounds: () => rounds };
}

it("gives each member in order what one after the other would get", async () => {
  const amount = fc.bigInt({ min: 0n, max: 60n });
  await fc.assert(
    fc.asyncProperty(
      fc.array(amount, { maxLength: 40 }),
      fc.bigInt({ min: 0n, max: 300n }),
      async (amounts, deposit) => {
        let left = deposit;
        const expected = amounts.map((each) => {
          if (each > left) return false;
          left -= each;
          return true;
        });
        const { run } = createBalance(deposit);
        const results = await runInRounds(
          amounts,
          run,
          (each, result) => !result.held && each <= result.left,
        );
        expect(
          results.reduce((sum, { held }, index) => sum + (held ? (amounts[index] ?? 0n) : 0n), 0n),
        ).toBeLessThanOrEqual(deposit);
        expect(results.map(({ held }) => held)).toEqual(expected);
      },
    ),
  );
});

it("asks once where all ask for the same", async () => {
  const { run, rounds } = createBalance(100n);
  await runInRounds(
    Array.from({ length: 300 }, () => 1n),
    run,
    (each, result) => !result.held && each <= result.left,
  );
  expect(rounds()).toBe(1);
});
