import { chargeFor, findHeader, fromUtf8, fromBase64Url } from "@x402-paywall/core";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { bearer, delta, FakeTransport, perToken, priced, report } from "../../test/draws.ts";
import { buyL402, createWorld, granted, jsonBody, type World } from "../../test/engine-fixtures.ts";
import { loadGptTokens } from "../usage/index.ts";

const TARGET = "/p/demo/v1/chat/completions";
beforeAll(() => loadGptTokens());
afterEach(() => void vi.useRealTimers());

async function deposit(world: World): Promise<ReturnType<typeof bearer>> {
  const { headers } = await buyL402(world, TARGET);
  const transport = new FakeTransport(granted(await world.get(TARGET, headers)));
  const answered = await transport.begin();
  await transport.leave();
  return bearer(answered);
}

/** Pushes until the payer is asked for more. */
async function runDry(transport: FakeTransport, next: () => Uint8Array): Promise<void> {
  for (let at = 0; at < 1000 && !transport.sent.includes("payment-need-topup"); at++) {
    if (!transport.blocked) transport.push(next());
    await vi.advanceTimersByTimeAsync(1);
  }
}

async function balance(world: World, token: ReturnType<typeof bearer>): Promise<unknown> {
  const { balance: left, spent, held } = jsonBody(await world.get("/p/demo/.info", token));
  return { left, spent, held };
}

function receiptOf(text: string): Record<string, unknown> {
  const encoded = /: payment-receipt (\S+)\n/.exec(text)?.[1] ?? "";
  return JSON.parse(fromUtf8(fromBase64Url(encoded) ?? new Uint8Array()) ?? "{}");
}

describe("a metered stream on a balance", () => {
  it("costs what the upstream reports, rounded up once; the rest of the hold returns", async () => {
    const price = perToken({ rates: { outputToken: 1_500_000n, inputToken: 250_000n } });
    const world = createWorld({}, priced(price));
    const token = await deposit(world);
    const transport = new FakeTransport(granted(await world.get(TARGET, token)));
    const headers = await transport.begin();
    expect(findHeader(headers, "payment-receipt-url")).toContain("/p/demo/.info?hold=hld_");
    for (let at = 0; at < 7; at++) expect(transport.push(delta(" word"))).toBe(true);
    expect(await balance(world, token)).toMatchObject({ held: "0.0125" });
    transport.push(report(7, 3));
    await transport.end();
    const charge = chargeFor({ outputTokens: 7, inputTokens: 3 }, price);
    expect(charge).toBe(12n);
    expect(await balance(world, token)).toEqual({ left: "0.999988", spent: "0.000012", held: "0.00" });
    expect(receiptOf(transport.sent)).toMatchObject({
      status: "success",
      charged: "0.000012",
      estimated: false,
    });
    const { pathname, search } = new URL(findHeader(headers, "payment-receipt-url") ?? "");
    expect(jsonBody(await world.get(`${pathname}${search}`))).toMatchObject({
      charged: "0.000012",
      usage: { outputTokens: 7, inputTokens: 3 },
    });
  });

  it("costs what went out, to the token, where the payer leaves", async () => {
    const world = createWorld({ loadTokens: loadGptTokens }, priced(perToken()));
    const token = await deposit(world);
    for (const tokens of [0, 1, 2, 17, 400]) {
      const before = await balance(world, token);
      const transport = new FakeTransport(granted(await world.get(TARGET, token)));
      await transport.begin();
      for (let at = 0; at < tokens; at++) transport.push(delta(" word"));
      await transport.leave();
      const after = await balance(world, token);
      const spent = (state: unknown) => Math.round(Number((state as { spent: string }).spent) * 1e6);
      expect(spent(after) - spent(before)).toBe(tokens);
      expect(after).toMatchObject({ held: "0.00" });
    }
  });

  it("reserves more at half use, without stopping", async () => {
    const world = createWorld({ loadTokens: loadGptTokens }, priced(perToken({ cap: 800n })));
    const token = await deposit(world);
    const transport = new FakeTransport(granted(await world.get(TARGET, token)));
    await transport.begin();
    expect(await balance(world, token)).toMatchObject({ held: "0.0001" });
    for (let at = 0; at < 600; at++) {
      expect(transport.push(delta(" word"))).toBe(true);
      await Promise.resolve();
      if (at % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await balance(world, token)).toMatchObject({ held: expect.stringMatching(/^0\.000[78]$/) });
    await transport.leave();
  });

  it("never charges more than its cap", async () => {
    const world = createWorld({ loadTokens: loadGptTokens }, priced(perToken({ cap: 100n })));
    const token = await deposit(world);
    const transport = new FakeTransport(granted(await world.get(TARGET, token)));
    await transport.begin();
    for (let at = 0; at < 300; at++) transport.push(delta(" word"));
    transport.push(report(300));
    await transport.end();
    expect(await balance(world, token)).toMatchObject({ spent: "0.0001" });
  });

  it("that runs dry asks for more, goes on where it stopped, and loses nothing", async () => {
    vi.useFakeTimers();
    const world = createWorld({ loadTokens: loadGptTokens }, priced(perToken({ deposit: 100n, cap: 1000n })));
    const token = await deposit(world);
    const transport = new FakeTransport(granted(await world.get(TARGET, token)));
    await transport.begin();
    let pushed = 0;
    await runDry(transport, () => delta(` w${pushed++}`));
    await vi.advanceTimersByTimeAsync(2000);
    expect(transport.sent).toContain("event: payment-need-topup\ndata: {");
    const { resumed } = transport;
    const topUpUrl = String(/"topUpUrl":"([^"]+)"/.exec(transport.sent)?.[1]);
    const { pathname, search } = new URL(topUpUrl);
    const topUp = `${pathname}${search}&amount=0.0005`;
    const paid = await world.get(topUp, (await buyL402(world, topUp)).headers);
    expect(jsonBody(paid)).toMatchObject({ status: 200, kind: "balance" });
    await vi.advanceTimersByTimeAsync(600);
    expect(transport.resumed).toBe(resumed + 1);
    for (; pushed < 60; pushed++) expect(transport.push(delta(` w${pushed}`))).toBe(true);
    transport.push(report(2 * pushed));
    await transport.end();
    const words = [...transport.sent.matchAll(/"content":" (w\d+)"/g)].map(([, word]) => word);
    expect(words).toEqual(Array.from({ length: pushed }, (_, at) => `w${at}`));
    expect(await balance(world, token)).toMatchObject({ spent: "0.00012" });
  });

  it("that nobody tops up ends after its time, in good order and charged for what went out", async () => {
    vi.useFakeTimers();
    const world = createWorld(
      { creditWaitMs: 60_000, loadTokens: loadGptTokens },
      priced(perToken({ deposit: 100n, cap: 1000n })),
    );
    const token = await deposit(world);
    const transport = new FakeTransport(granted(await world.get(TARGET, token)));
    await transport.begin();
    await runDry(transport, () => delta(" word"));
    await vi.advanceTimersByTimeAsync(59_000);
    expect(transport.stopped).toBe("no");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(transport.stopped).toBe("clean");
    expect(transport.sent).toContain('event: session-timeout\ndata: {"charged":"0.0001"}');
    await transport.leave();
    const words = [...transport.sent.matchAll(/"content":" word"/g)].length;
    expect(Math.abs(words - 100)).toBeLessThanOrEqual(1);
    expect(await balance(world, token)).toEqual({ left: "0.00", spent: "0.0001", held: "0.00" });
    expect(jsonBody(await world.get(TARGET, token))).toMatchObject({
      status: 402,
      code: "payment_insufficient",
    });
  });

  it("refuses a compressed answer that it has to read, and charges nobody", async () => {
    const world = createWorld({ loadTokens: loadGptTokens }, priced(perToken()));
    const token = await deposit(world);
    const grant = granted(await world.get(TARGET, token));
    expect(findHeader(grant.upstreamHeaders, "accept-encoding")).toBe("identity");
    const head = { status: 200, headers: [["Content-Encoding", "gzip"]] } as const;
    await expect(grant.commit(head)).rejects.toMatchObject({ code: "upstream_invalid" });
    await grant.fail(new Error("gzip"));
    expect(await balance(world, token)).toMatchObject({ spent: "0.00", held: "0.00" });
  });

  it("asks for the usage of a stream and lowers its limit to what the balance affords", async () => {
    const world = createWorld(
      { loadTokens: loadGptTokens },
      priced(perToken({ deposit: 500n, cap: 1000n, clampOutput: true })),
    );
    const token = await deposit(world);
    const body = new TextEncoder().encode('{"model":"m","stream":true,"messages":[],"max_tokens":9999}');
    const headers = [
      ["Content-Type", "application/json"],
      ["Content-Length", String(body.length)],
    ] as const;
    const asked = await world.get(TARGET, [...token, ...headers], {
      method: "POST",
      readBody: async () => body,
    });
    const grant = granted(asked);
    expect(JSON.parse(fromUtf8(grant.upstreamBody ?? new Uint8Array()) ?? "")).toEqual({
      stream_options: { include_usage: true },
      model: "m",
      stream: true,
      messages: [],
      max_tokens: 500,
    });
    expect(findHeader(grant.upstreamHeaders, "content-length")).toBe(String(grant.upstreamBody?.length));
    const transport = new FakeTransport(grant);
    await transport.begin();
    transport.push(delta(" word"));
    transport.push(report(1));
    await transport.end();
    expect(transport.sent).not.toContain("prompt_tokens");
    expect(transport.sent).toContain("[DONE]");
  });

  it("tells clients that speak MPP with an event, and others that can read them with a trailer", async () => {
    const world = createWorld({}, priced(perToken()));
    const token = await deposit(world);
    const events = new FakeTransport(
      granted(await world.get(TARGET, [...token, ["Accept-Payment", "lightning/*"]])),
    );
    await events.begin();
    events.push(report(1));
    await events.end();
    expect(events.sent).toMatch(/\nevent: payment-receipt\ndata: [\w-]+\n\n$/);
    const grant = granted(await world.get(TARGET, [...token, ["TE", "trailers"]]));
    const head = await grant.commit({ status: 200, headers: [["Content-Length", "2"]] });
    expect(findHeader(head.headers, "trailer")).toBe("Payment-Receipt");
    expect(findHeader(head.headers, "content-length")).toBeUndefined();
    head.meter?.push(new TextEncoder().encode("{}"));
    const last = await head.meter?.end();
    expect(last?.body).toHaveLength(0);
    expect(last?.trailers).toEqual([["Payment-Receipt", expect.stringMatching(/^[\w-]+$/)]]);
    await grant.finish({ complete: true, bytes: 2 });
  });

  it("whose upstream is done while it is dry still ends, and says that something is missing", async () => {
    vi.useFakeTimers();
    const options = { creditWaitMs: 10_000, loadTokens: loadGptTokens };
    const world = createWorld(options, priced(perToken({ deposit: 100n, cap: 1000n })));
    const token = await deposit(world);
    const transport = new FakeTransport(granted(await world.get(TARGET, token)));
    await transport.begin();
    await runDry(transport, () => delta(" word"));
    const ended = transport.end();
    await vi.advanceTimersByTimeAsync(11_000);
    await ended;
    expect(transport.sent).toContain("event: session-timeout");
    expect(receiptOf(transport.sent)).toMatchObject({ charged: "0.0001" });
    expect(await balance(world, token)).toEqual({ left: "0.00", spent: "0.0001", held: "0.00" });
  });

  it("asks the store seldom once nothing is left, not for each chunk", async () => {
    const world = createWorld({ loadTokens: loadGptTokens }, priced(perToken({ deposit: 100n, cap: 1000n })));
    const token = await deposit(world);
    const asked = vi.spyOn(world.store, "extendHold");
    const transport = new FakeTransport(granted(await world.get(TARGET, token)));
    await transport.begin();
    for (let at = 0; at < 70; at++) {
      transport.push(delta(" word"));
      // oxlint-disable-next-line no-await-in-loop
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(asked.mock.calls.length).toBeLessThanOrEqual(2);
    await transport.leave();
  });
});
