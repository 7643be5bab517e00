import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agreedRate } from "./agreed-rate.ts";

const bounds = { minSources: 2, maxSpread: 300 };
const rate = () => fc.bigInt({ min: 10_000n, max: 100_000_000n });
/** Answers of honest sources: within one per cent of a price. */
const honest = (count: { minLength: number; maxLength: number }) =>
  rate().chain((middle) => {
    const spread = middle / 200n;
    return fc.array(fc.bigInt({ min: middle - spread, max: middle + spread }), count);
  });

describe("agreedRate", () => {
  it.each<[bigint[], bigint | undefined]>([
    [[], undefined],
    [[1_000_000n], undefined],
    [[1_000_000n, 1_000_000n], 1_000_000n],
    [[1_000_000n, 1_001_001n], 1_000_501n],
    [[990_000n, 1_000_000n, 1_020_000n], 1_000_000n],
    // One source lies by ten times, up or down, and is outvoted.
    [[1_000_000n, 1_001_000n, 10_000_000n], 1_001_000n],
    [[100_000n, 1_000_000n, 1_001_000n], 1_000_000n],
    [[100_000n, 1_000_000n, 1_001_000n, 1_002_000n], 1_000_500n],
    // With only two, nobody knows who lies; two against two neither.
    [[1_000_000n, 10_000_000n], undefined],
    [[1_000_000n, 1_000_001n, 10_000_000n, 10_000_001n], undefined],
    // Everybody says something else.
    [[1_000_000n, 1_100_000n, 1_300_000n], undefined],
    // 3 % from the median, and one more.
    [[970_000n, 1_000_000n, 2_000_000n], 1_000_000n],
    [[969_999n, 1_000_000n, 2_000_000n], undefined],
  ])("of %s is %s", (answers, expected) => {
    expect(agreedRate(answers, bounds)).toBe(expected);
  });

  it("is what honest sources say, in whatever order", () => {
    fc.assert(
      fc.property(honest({ minLength: 2, maxLength: 7 }), (answers) => {
        const agreed = agreedRate(answers, bounds);
        expect(agreed).toBe(agreedRate(answers.toReversed(), bounds));
        const sorted = answers.toSorted((a, b) => Number(a - b));
        expect(agreed).toBeGreaterThanOrEqual(sorted.at(0) ?? 0n);
        expect(agreed).toBeLessThanOrEqual(sorted.at(-1) ?? 0n);
      }),
    );
  });

  it("lies between honest answers or is none, whatever fewer liars say", () => {
    fc.assert(
      fc.property(
        honest({ minLength: 3, maxLength: 6 }),
        fc.array(fc.bigInt({ min: 1n, max: 10n ** 12n }), { maxLength: 5 }),
        (truths, lies) => {
          const liars = lies.slice(0, truths.length - 1);
          const agreed = agreedRate([...liars, ...truths], bounds);
          if (agreed === undefined) return;
          const sorted = truths.toSorted((a, b) => Number(a - b));
          expect(agreed).toBeGreaterThanOrEqual(sorted.at(0) ?? 0n);
          expect(agreed).toBeLessThanOrEqual(sorted.at(-1) ?? 0n);
        },
      ),
    );
  });

  it("is none where fewer than the quorum are close to it", () => {
    fc.assert(
      fc.property(
        fc.array(rate(), { maxLength: 6 }),
        fc.integer({ min: 1, max: 6 }),
        (answers, minSources) => {
          const agreed = agreedRate(answers, { minSources, maxSpread: 300 });
          if (agreed === undefined) return;
          const close = answers.filter((each) => {
            const distance = Number(each - agreed) / Number(agreed);
            return Math.abs(distance) < 0.030_001;
          });
          expect(close.length).toBeGreaterThanOrEqual(minSources);
        },
      ),
    );
  });
});
