import { expect, it } from "vitest";
import { createCrashGate, withCrashPoints } from "./crash-points.ts";
import { readCrashOrder, readOrders } from "./orders.ts";

function ledger(seen: string[]) {
  return {
    limit: 3,
    settle: async (key: string) => {
      seen.push(`settle ${key}`);
      return key.length;
    },
    other: () => "untouched",
  };
}

it("passes the point before and after a step, once, and leaves the rest alone", async () => {
  const seen: string[] = [];
  const gate = createCrashGate((signal) => seen.push(signal));
  const target = ledger(seen);
  const wrapped = withCrashPoints(target, (name) => (name === "settle" ? "rail.settle" : undefined), gate);
  gate.order = { point: "before:rail.settle", signal: "SIGSTOP" };
  expect(await wrapped.settle("ab")).toBe(2);
  gate.order = { point: "after:rail.settle", signal: "SIGKILL" };
  await wrapped.settle("c");
  await wrapped.settle("d");
  expect(seen).toEqual(["SIGSTOP", "settle ab", "settle c", "SIGKILL", "settle d"]);
  expect([wrapped.limit, wrapped.other()]).toEqual([3, "untouched"]);
});

it("reads orders strictly", () => {
  const orders = { leaseMs: 3000, railUrl: "http://127.0.0.1:1", railTimeoutMs: 1000, port: 0 };
  expect(readOrders(JSON.stringify(orders))).toEqual(orders);
  expect(() => readOrders("{}")).toThrow("leaseMs");
  expect(readCrashOrder({ point: "after:claim", signal: "SIGKILL" })).toEqual({
    point: "after:claim",
    signal: "SIGKILL",
  });
  expect(readCrashOrder({ point: "during:claim", signal: "SIGKILL" })).toBeUndefined();
  expect(readCrashOrder({ point: "after:claim", signal: "SIGTERM" })).toBeUndefined();
  expect(readCrashOrder(null)).toBeUndefined();
});
