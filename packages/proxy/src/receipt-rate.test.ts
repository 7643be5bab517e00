import { formatJwks, verifyReceipt } from "@x402-paywall/core";
import { describe, expect, it, vi } from "vitest";
import {
  buyL402,
  buyX402,
  createSigner,
  createWorld,
  granted,
  makeEndpoint,
  serve,
  verifyEd25519,
  type World,
} from "../test/engine-fixtures.ts";
import type { RateSource } from "./rates/rate-source.ts";

const TARGET = "/p/demo/v1/x";
const rate = { msatPerUsd: 1_021_001n, asOf: 1_789_999_940 };

async function receiptOf(world: World, headers: readonly (readonly [string, string])[]) {
  await serve(granted(await world.get(TARGET, headers)));
  return world.store.receipts()[0];
}

describe("the rate on a receipt", () => {
  it("is the one that the payer was told, signed, though another is in force by then", async () => {
    let now = rate;
    const signer = createSigner();
    const world = createWorld({ rates: { get: () => now }, signer });
    const { headers } = await buyL402(world, TARGET);
    now = { msatPerUsd: 2_000_000n, asOf: rate.asOf + 60 };
    const receipt = await receiptOf(world, headers);
    // A cent and 1,021.001 sat for a dollar: 10.21 sat, which wallets pay as 11.
    expect(receipt).toMatchObject({ rate, settled: { asset: "BTC", amount: "11000", unit: "msat" } });
    const stored = await world.store.findReceipt(receipt?.id ?? "");
    expect(await verifyReceipt(stored?.jws ?? "", formatJwks([signer]), verifyEd25519)).toMatchObject({
      rate,
    });
  });

  it("is not on a receipt for dollars, nor where there was none", async () => {
    const dollars = createWorld({ rates: { get: () => rate } });
    expect(await receiptOf(dollars, await buyX402(dollars, TARGET))).not.toHaveProperty("rate");
    const none = createWorld({ rates: { get: () => undefined } });
    expect(await receiptOf(none, await buyX402(none, TARGET))).not.toHaveProperty("rate");
  });
});

it.each([
  ["stablecoin", 0],
  ["lightning", 1],
] as const)("is asked for in LIVE mode where the endpoint takes Bitcoin: %s", async (id, times) => {
  const get = vi.fn<RateSource["get"]>(() => rate);
  const offer = vi.fn(() => []);
  const rail = { ...createWorld().rail, id, mode: "live", offer } as const;
  const world = createWorld({ rates: { get }, rails: [rail] }, makeEndpoint({ mode: "live", rails: [id] }));
  await world.get(TARGET);
  expect(offer).toHaveBeenCalledTimes(1);
  expect(get.mock.calls).toEqual(Array.from({ length: times }, () => ["live"]));
});
