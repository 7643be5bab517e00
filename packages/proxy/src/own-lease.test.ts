import { expect, it, vi } from "vitest";
import { buyL402, createWorld, granted, serve } from "../test/engine-fixtures.ts";

const TARGET = "/p/demo/v1/x";

it("a process that slept through its lease after the charge does not serve what another one serves", async () => {
  const world = createWorld();
  const { headers } = await buyL402(world, TARGET);
  const sleeper = granted(await world.get(TARGET, headers));
  const record = world.store.recordSettlement.bind(world.store);
  vi.spyOn(world.store, "recordSettlement").mockImplementationOnce(async (ref, what) => {
    const recorded = await record(ref, what);
    world.now += 31_000;
    await serve(granted(await world.get(TARGET, headers)));
    return recorded;
  });
  await expect(sleeper.commit({ status: 200, headers: [] })).rejects.toMatchObject({ code: "in_progress" });
  expect(world.store.receipts()).toHaveLength(1);
});

it("one that slept, and was not missed, goes on", async () => {
  const world = createWorld();
  const { headers } = await buyL402(world, TARGET);
  const sleeper = granted(await world.get(TARGET, headers));
  world.now += 31_000;
  await serve(sleeper);
  expect(world.store.receipts()).toHaveLength(1);
});

it("one that slept at its upstream leaves the payment to whoever took it over", async () => {
  const world = createWorld();
  const { headers } = await buyL402(world, TARGET);
  const sleeper = granted(await world.get(TARGET, headers));
  world.now += 31_000;
  await serve(granted(await world.get(TARGET, headers)));
  await expect(sleeper.commit({ status: 200, headers: [] })).rejects.toMatchObject({ code: "in_progress" });
  expect((await sleeper.fail(new Error("slept"))).head.status).toBe(502);
});
