import { beforeEach, expect, test } from "vitest";
import { Purchases } from "./purchases.ts";
import type { KeptPurchase } from "./purchases.ts";

let kept = new Map<string, string>();
/** Of a page; another visit is another {@link Purchases} on the same one. */
const storage = {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
} as Storage;

const purchase = (changes: Partial<KeptPurchase> = {}): KeptPurchase => ({
  method: "GET",
  url: "https://shop.example/a",
  endpoint: "https://shop.example/.unlock",
  credential: ["Authorization", "Bearer a"],
  until: Date.now() + 60_000,
  isWide: false,
  ...changes,
});
const find = (purchases: Purchases, url = "https://shop.example/a") =>
  purchases.find("GET", url, "https://shop.example/.unlock").map(({ credential: [, value] }) => value);

beforeEach(() => {
  kept = new Map();
});

test("a purchase is found by the next visit, for its own URL", () => {
  new Purchases(storage).keep(purchase());
  expect(find(new Purchases(storage))).toEqual(["Bearer a"]);
  expect(find(new Purchases(storage), "https://shop.example/b")).toEqual([]);
});

test("what is good for all of an endpoint comes after what is good for the URL", () => {
  const purchases = new Purchases(storage);
  purchases.keep(purchase());
  purchases.keep(
    purchase({ url: "https://shop.example/b", credential: ["Authorization", "Bearer b"], isWide: true }),
  );
  expect(find(purchases)).toEqual(["Bearer a", "Bearer b"]);
  expect(purchases.find("GET", "https://shop.example/c", "")).toEqual([]);
});

test("one that is dropped, or over, is not there", () => {
  const purchases = new Purchases(storage);
  purchases.keep(purchase());
  purchases.keep(purchase({ credential: ["Authorization", "Bearer b"], until: Date.now() - 1 }));
  purchases.drop(purchase());
  expect(find(purchases)).toEqual([]);
});

test("the same credential is kept once, and not more than a few dozen of all", () => {
  const purchases = new Purchases(storage);
  for (let n = 0; n < 60; n++)
    purchases.keep(purchase({ credential: ["Authorization", `Bearer ${n % 40}`] }));
  expect(find(purchases)).toHaveLength(24);
  expect(find(purchases)[0]).toBe("Bearer 19");
});

test("without a storage, or where it is broken, a purchase lasts as long as the page", () => {
  const none = new Purchases(undefined);
  none.keep(purchase());
  expect(find(none)).toEqual(["Bearer a"]);
  const broken = new Purchases({
    getItem: () => {
      throw new Error("Forbidden");
    },
    setItem: () => {
      throw new Error("Full");
    },
  } as unknown as Storage);
  broken.keep(purchase());
  expect(find(broken)).toEqual(["Bearer a"]);
});

test.each(["", "{}", "[1, null, {}]", '[{"credential":["a"],"until":9e15}]', "[}"])(
  "what somebody else wrote: %s",
  (text) => {
    kept.set("x402-paywall:purchases", text);
    expect(find(new Purchases(storage))).toEqual([]);
  },
);
