import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SettleProgress } from "./settle-progress.ts";

/** Cursors after each index that is taken. */
function cursorsOf(progress: SettleProgress, indexes: readonly bigint[], inOrder = false): string[] {
  return indexes.map((index) => {
    progress.take(index, inOrder);
    return progress.cursor;
  });
}

describe("SettleProgress", () => {
  it("begins with whatever comes first where there is no cursor", () => {
    const progress = new SettleProgress(null);
    expect(progress.cursor).toBe("0");
    expect(cursorsOf(progress, [17n, 18n])).toEqual(["17", "18"]);
  });

  it("waits at a gap until it is filled", () => {
    const progress = new SettleProgress("4");
    expect(cursorsOf(progress, [5n, 7n, 9n])).toEqual(["5", "5", "5"]);
    expect(progress.hasGap).toBe(true);
    expect(progress.last).toBe(9n);
    expect(cursorsOf(progress, [6n, 8n])).toEqual(["7", "9"]);
    expect(progress.hasGap).toBe(false);
  });

  it("passes what the node's books do not have", () => {
    const progress = new SettleProgress("4");
    cursorsOf(progress, [7n, 9n]);
    expect(cursorsOf(progress, [7n], true)).toEqual(["7"]);
    expect(progress.hasGap).toBe(true);
    expect(cursorsOf(progress, [9n], true)).toEqual(["9"]);
    expect(progress.hasGap).toBe(false);
  });

  it("knows what it has handed on beyond a gap, and lets late ones through", () => {
    const progress = new SettleProgress("4");
    expect(progress.take(7n, false)).toBe(true);
    expect(progress.take(7n, true)).toBe(false);
    expect(progress.take(6n, false)).toBe(true);
    expect(progress.cursor).toBe("7");
  });

  it.each(["", "x", "-1", "1.5", "1e3", "9".repeat(30)])("begins anew with the cursor %j", (cursor) => {
    expect(new SettleProgress(cursor).cursor).toBe("0");
  });

  it("never passes an index that was not taken, in whatever order they come", () => {
    const arrivals = fc
      .array(fc.bigInt(1n, 12n), { minLength: 1, maxLength: 30 })
      .map((indexes) => indexes.map((index) => index + 100n));
    fc.assert(
      fc.property(arrivals, (indexes) => {
        const progress = new SettleProgress("100");
        const taken = new Set<bigint>();
        for (const index of indexes) {
          taken.add(index);
          progress.take(index, false);
          const reached = BigInt(progress.cursor);
          for (let below = 101n; below <= reached; below++) expect(taken).toContain(below);
          expect(taken.has(reached + 1n)).toBe(false);
          expect(progress.hasGap).toBe([...taken].some((each) => each > reached));
        }
      }),
    );
  });
});
