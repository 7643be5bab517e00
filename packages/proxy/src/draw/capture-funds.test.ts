import { findHeader, parsePaymentRequired } from "@x402-paywall/core";
import type { HeaderList } from "@x402-paywall/core";
import { UptoEvmScheme } from "@x402/evm";
import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, it, vi } from "vitest";
import { delta, FakeTransport, perToken, priced, report } from "../../test/draws.ts";
import { createWorld, granted, headerOf, jsonBody, type World } from "../../test/engine-fixtures.ts";
import type { Rail, RailClaim, Settlement, Unsettled } from "../rail.ts";

const TARGET = "/p/demo/v1/x";

interface Script {
  settle?: (claim: RailClaim) => Promise<Settlement>;
  status?: Settlement | Unsettled;
  readonly claims: RailClaim[];
}

/** Stock clients sign by their own clock, so the world has that one. */
function createMetered(): { readonly world: World; readonly script: Script } {
  const script: Script = { claims: [] };
  const base = createWorld();
  const rail: Rail = {
    ...base.rail,
    note: ({ amount }) => `captures ${amount}`,
    settle: (claim) => {
      script.claims.push(claim);
      return script.settle?.(claim) ?? base.rail.settle(claim);
    },
    status: async (key, note) => script.status ?? base.rail.status(key, note),
  };
  const world = createWorld({ rails: [rail] }, priced(perToken()));
  world.now = Date.now();
  return { world, script };
}

/** Signs the maximum as the official client does. @param seconds Of the signature; default: what is asked for. */
async function signMaximum(world: World, seconds?: number): Promise<HeaderList> {
  const required = parsePaymentRequired(headerOf(await world.get(TARGET), "payment-required") ?? "");
  const accepted = required?.accepts.find(({ scheme }) => scheme === "upto");
  if (accepted === undefined) throw new Error("No maximum is offered");
  const wallet = new UptoEvmScheme(privateKeyToAccount(`0x${"4f".repeat(32)}`));
  const asked = { ...accepted, ...(seconds === undefined ? {} : { maxTimeoutSeconds: seconds }) };
  const { payload } = await wallet.createPaymentPayload(2, asked as never);
  const payment = { x402Version: 2, accepted, payload };
  return [["PAYMENT-SIGNATURE", Buffer.from(JSON.stringify(payment)).toString("base64")]];
}

async function stream(world: World, headers: HeaderList): Promise<FakeTransport> {
  const transport = new FakeTransport(granted(await world.get(TARGET, headers)));
  return transport;
}

describe("a signed maximum", () => {
  it("has to be good for an answer, not only for its own verification", async () => {
    const { world } = createMetered();
    const refused = await world.get(TARGET, await signMaximum(world, 50));
    expect(jsonBody(refused)).toMatchObject({ status: 402, code: "payment_expired" });
    granted(await world.get(TARGET, await signMaximum(world, 70)));
  });

  it("ends the stream while it can still be captured", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const { world } = createMetered();
      const transport = await stream(world, await signMaximum(world, 70));
      await transport.begin();
      transport.push(delta("one"));
      await vi.advanceTimersByTimeAsync(39_000);
      expect(transport.stopped).toBe("no");
      await vi.advanceTimersByTimeAsync(2_000);
      expect(transport.stopped).toBe("clean");
      expect(transport.sent).toContain("session-timeout");
      await transport.leave();
      expect(world.store.receipts()).toMatchObject([{ amount: 1n }]);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ["the first answer was lost", "unknown"],
    ["nobody could be asked at first", "unavailable"],
  ] as const)("is captured after all where %s, under the receipt that was announced", async (_, outcome) => {
    const { world, script } = createMetered();
    const transport = await stream(world, await signMaximum(world));
    const announced = findHeader(await transport.begin(), "paywall-receipt");
    transport.push(delta("one"));
    transport.push(report(12));
    script.settle = async () => ({ outcome, retryAfter: 1 });
    await transport.end();
    expect(world.store.receipts()).toEqual([]);
    delete script.settle;
    script.status = { outcome: "unsettled", retryAfter: 1 };
    await expect
      .poll(() => world.store.receipts(), { timeout: 5_000 })
      .toMatchObject([{ id: announced, amount: 12n, usage: { outputTokens: 12 } }]);
    expect(script.claims).toMatchObject([
      { amount: 12n },
      { amount: 12n, note: "captures 12", repeated: true },
    ]);
  });

  it("is not served a second time while the first capture is open: that one is made, and the credential is used up", async () => {
    const { world, script } = createMetered();
    const headers = await signMaximum(world);
    const transport = await stream(world, headers);
    await transport.begin();
    transport.push(report(12));
    script.settle = async () => ({ outcome: "unknown", retryAfter: 1 });
    await transport.end();
    // The process that served it is gone: its lease runs out.
    world.now += 60_000;
    script.status = { outcome: "unsettled", retryAfter: 1 };
    script.settle = async ({ note }) => ({
      outcome: "settled",
      reference: "0xabc",
      settled: {
        asset: "USDC",
        amount: note === "captures 12" ? "12" : "0",
        unit: "1e-6",
        network: "eip155:1",
      },
    });
    expect(jsonBody(await world.get(TARGET, headers))).toMatchObject({ code: "credential_redeemed" });
    expect(script.claims.at(-1)).toMatchObject({ note: "captures 12", repeated: true });
    expect(world.store.receipts()).toMatchObject([{ amount: 12n, reference: "0xabc" }]);
  });

  it("stays used up where nobody can be asked for the first capture", async () => {
    const { world, script } = createMetered();
    const headers = await signMaximum(world);
    const transport = await stream(world, headers);
    await transport.begin();
    transport.push(report(12));
    script.settle = async () => ({ outcome: "unknown", retryAfter: 1 });
    await transport.end();
    script.status = { outcome: "unsettled", retryAfter: 1 };
    script.settle = async () => ({ outcome: "unavailable", retryAfter: 1 });
    for (let attempt = 0; attempt < 3; attempt++) {
      world.now += 60_000;
      expect(jsonBody(await world.get(TARGET, headers))).toMatchObject({ status: 503 });
    }
    const [claim] = script.claims;
    expect(await world.store.findPayment(claim?.paymentKey ?? "")).toMatchObject({ state: "unknown" });
  });
});
