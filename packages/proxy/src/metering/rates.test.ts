import type { HeaderList, MeteredPrice } from "@x402-paywall/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { bearer, FakeTransport, perToken, priced } from "../../test/draws.ts";
import { buyL402, createWorld, granted, jsonBody, type World } from "../../test/engine-fixtures.ts";

const TARGET = "/p/demo/v1/x";
afterEach(() => void vi.useRealTimers());

async function open(price: Partial<MeteredPrice>): Promise<{ world: World; token: HeaderList }> {
  const world = createWorld({}, priced(perToken({ rates: {}, ...price })));
  const { headers } = await buyL402(world, TARGET);
  const transport = new FakeTransport(granted(await world.get(TARGET, headers)));
  const answered = await transport.begin({ status: 200, headers: [] });
  await transport.leave();
  return { world, token: bearer(answered) };
}

async function spent(world: World, token: HeaderList): Promise<number> {
  return Math.round(Number(jsonBody(await world.get("/p/demo/.info", token)).spent) * 1e6);
}

async function transportOf(world: World, token: HeaderList): Promise<FakeTransport> {
  return new FakeTransport(granted(await world.get(TARGET, token)));
}

describe("a price", () => {
  it("per megabyte follows the bytes that went out, whatever their encoding", async () => {
    // A dollar a megabyte: one micro-dollar a byte.
    const { world, token } = await open({ rates: { byte: 1_000_000n } });
    const transport = await transportOf(world, token);
    await transport.begin({ status: 200, headers: [["Content-Encoding", "gzip"]] });
    transport.push(new Uint8Array(700));
    transport.push(new Uint8Array(34));
    await transport.end();
    expect(await spent(world, token)).toBe(734);
  });

  it("per second runs while the answer does, and stops while it waits for money", async () => {
    vi.useFakeTimers();
    // Ten micro-dollars a second.
    const { world, token } = await open({ rates: { second: 10_000_000n }, deposit: 100n, cap: 1_000n });
    const transport = await transportOf(world, token);
    await transport.begin({ status: 200, headers: [["Content-Type", "text/event-stream"]] });
    const pass = async (seconds: number): Promise<void> => {
      for (let at = 0; at < seconds * 4; at++) {
        world.now += 250;
        await vi.advanceTimersByTimeAsync(250);
      }
    };
    await pass(5);
    expect(transport.blocked).toBe(false);
    await pass(10);
    expect(transport.blocked).toBe(true);
    expect(transport.sent).toContain("payment-need-topup");
    const topUp = `${/"topUpUrl":"https?:\/\/[^/]+([^"]+)"/.exec(transport.sent)?.[1]}&amount=0.0005`;
    await world.get(topUp, (await buyL402(world, topUp)).headers);
    await pass(1);
    expect(transport.blocked).toBe(false);
    await pass(2);
    await transport.end();
    // Ten seconds until it ran dry, half a second until the credit was seen is not charged, then the rest.
    const charged = await spent(world, token);
    expect(charged).toBeGreaterThanOrEqual(120);
    expect(charged).toBeLessThanOrEqual(135);
  });

  it("per unit follows the upstream's own figure", async () => {
    const { world, token } = await open({ rates: { unit: 2_000_000n } });
    const transport = await transportOf(world, token);
    const headers: HeaderList = [
      ["Content-Type", "application/json"],
      ["X-Paywall-Usage", "12"],
    ];
    await transport.begin({ status: 200, headers });
    transport.push(new TextEncoder().encode("{}"));
    await transport.end();
    expect(await spent(world, token)).toBe(24);
  });

  it("by the upstream's reported cost adds the creator's share", async () => {
    const { world, token } = await open({ rates: { costPercent: 150 } });
    const transport = await transportOf(world, token);
    await transport.begin({ status: 200, headers: [["Content-Type", "application/json"]] });
    const usage = { prompt_tokens: 1, completion_tokens: 1, cost: 0.0000141 };
    transport.push(new TextEncoder().encode(JSON.stringify({ choices: [], usage })));
    await transport.end();
    expect(await spent(world, token)).toBe(22);
  });

  it("has a least charge for an answer, and none for a failure or for an answer that never came", async () => {
    const { world, token } = await open({ rates: { byte: 1n }, minimum: 500n });
    const failed = granted(await world.get(TARGET, token));
    await failed.fail(new Error("down"));
    const left = await transportOf(world, token);
    await left.begin({ status: 200, headers: [] });
    await left.leave();
    expect(await spent(world, token)).toBe(0);
    const transport = await transportOf(world, token);
    await transport.begin({ status: 200, headers: [] });
    transport.push(new Uint8Array(3));
    await transport.end();
    expect(await spent(world, token)).toBe(500);
  });
});
