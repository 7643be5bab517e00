import { setImmediate as tick } from "node:timers/promises";
import { expect, it } from "vitest";
import { Handover } from "./handover.ts";

it("hands on in order, and lets nobody give more than fits", async () => {
  const queue = new Handover<number>(2);
  const { signal } = new AbortController();
  let given = 0;
  const giving = (async () => {
    for (let item = 0; item < 10; item++) {
      await queue.give(item, signal);
      given++;
    }
  })();
  await tick();
  expect(given).toBe(2);
  const taken: number[] = [];
  for await (const item of queue.take(signal)) {
    // What is being worked on still takes its place.
    expect(given - taken.length).toBeLessThanOrEqual(3);
    taken.push(item);
    if (item === 9) break;
  }
  await giving;
  expect(taken).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it("ends on both sides when it is told to", async () => {
  const queue = new Handover<number>(1);
  const { signal } = new AbortController();
  const stop = new AbortController();
  const waiting = (async () => {
    for await (const item of queue.take(stop.signal)) expect(item).toBe(-1);
    return "ended";
  })();
  await tick();
  stop.abort();
  expect(await waiting).toBe("ended");
  await queue.give(1, signal);
  const full = new AbortController();
  const giving = queue.give(2, full.signal);
  full.abort();
  await giving;
  for await (const item of queue.take(signal)) {
    expect(item).toBe(1);
    break;
  }
});
