import { expect, it } from "vitest";
import { LruCache } from "./lru-cache.ts";

it("forgets what was not read for longest, once it is full", () => {
  const cache = new LruCache<string, number>(3);
  for (const [index, key] of ["a", "b", "c"].entries()) cache.set(key, index);
  expect(cache.get("a")).toBe(0);
  cache.set("d", 3);
  expect(["a", "b", "c", "d"].map((key) => cache.get(key))).toEqual([0, undefined, 2, 3]);
  cache.set("a", 9);
  cache.delete("c");
  expect([...cache.values()]).toEqual([3, 9]);
  expect(cache.size).toBe(2);
});
