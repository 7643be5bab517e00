import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createPayingFetch } from "@x402-paywall/core/client";
import { d1Migration } from "@x402-paywall/proxy/stores/d1";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runAgent } from "./run-agent.ts";
import { root, type RunningExample, startExample } from "./start-example.ts";

/** Next compiles a route when it is first asked for, beside everything else that runs. */
const SLOW_MS = 90_000;

describe("express-json", () => {
  const example = running("express-json");

  it("asks a cent, and answers the agent who pays it", async () => {
    expect((await fetch(`${example().origin}/weather`)).status).toBe(402);
    const { code, text, steps } = await runAgent(`${example().origin}/weather`);
    expect([code, JSON.parse(text)]).toEqual([0, { sky: "clear", celsius: 21 }]);
    expect(steps).toMatch(
      /402 · pays 0\.01 USD over x402\n200 · paywall-receipt rcp_.*\nSpent 0\.01 of 0\.50 USD/,
    );
  });

  it("prices by a function and by the route itself, on each wire", async () => {
    const forecast = await runAgent(`${example().origin}/forecast/ulm?days=14`, "-w", "l402");
    expect(forecast.steps).toContain("pays 0.05 USD over l402");
    expect(JSON.parse(forecast.text)).toMatchObject({ city: "ulm", days: 14 });
    const joke = await runAgent(`${example().origin}/joke`, "-w", "mpp");
    expect([joke.code, joke.steps]).toEqual([0, expect.stringContaining("pays 0.002 USD over mpp")]);
  });

  it("is not paid by an agent whose budget is too small", async () => {
    const { code, text, steps } = await runAgent(`${example().origin}/weather`, "-n", "2", "-b", "0.015");
    expect([code, text]).toEqual([1, '{"sky":"clear","celsius":21}\n']);
    expect(steps).toMatch(/budget_exceeded: .*\nSpent 0\.01 of 0\.015 USD/);
  });
});

describe("fastify-files", () => {
  const example = running("fastify-files");
  const file = readFileSync(join(root, "examples/fastify-files/files/tone.wav"));

  it("sells files for a day: ranges and heads too", async () => {
    const url = `${example().origin}/files/tone.wav`;
    const pay = createPayingFetch({
      wallets: { evm: privateKeyToAccount(generatePrivateKey()) },
      budget: { totalUsd: 50_000n },
    });
    const bought = await pay(url);
    expect(Buffer.from(await bought.arrayBuffer())).toEqual(file);
    const headers = { authorization: `Bearer ${bought.headers.get("paywall-access-token") ?? ""}` };
    const head = await fetch(url, { method: "HEAD", headers });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(file.length)]);
    const part = await fetch(url, { headers: { ...headers, range: "bytes=0-43" } });
    expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 0-43/${file.length}`]);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(file.subarray(0, 44));
  });

  it("is paid once by an agent that asks twice", async () => {
    const args = ["-n", "2", "-H", "range: bytes=0-3"];
    const { text, steps } = await runAgent(`${example().origin}/files/tone.wav`, ...args);
    expect([text, steps.match(/pays/g)?.length]).toEqual(["RIFF\nRIFF\n", 1]);
  });

  it("shows people a payment page", async () => {
    const url = `${example().origin}/files/tone.wav`;
    const page = await fetch(url, { headers: { accept: "text/html" } });
    expect(page.status).toBe(402);
    expect(await page.text()).toMatch(/^<!doctype html>[^]*A tone of 440 Hz[^]*sandbox\/pay/);
  });

  it("has a price on a route of its own", async () => {
    expect((await runAgent(`${example().origin}/summary`)).steps).toContain("pays 0.01 USD");
  });
});

describe("workers-d1", () => {
  const example = running("workers-d1");

  it("asks and answers inside workerd", async () => {
    expect((await fetch(`${example().origin}/weather`)).status).toBe(402);
    const { text } = await runAgent(`${example().origin}/weather`);
    expect(JSON.parse(text)).toEqual({ sky: "clear", celsius: 21 });
  });

  it("streams, and sells an hour of it", async () => {
    const { chunks, text, steps } = await runAgent(`${example().origin}/countdown`, "-n", "2");
    expectStream(chunks, "data: 0");
    expect([text.match(/data: 5/g)?.length, steps.match(/pays/g)?.length]).toEqual([2, 1]);
  });

  it("has the migration of its store", () => {
    const folder = join(root, "examples/workers-d1");
    expect(readFileSync(join(folder, "migrations/0001_paywall.sql"), "utf8")).toBe(d1Migration);
  });
});

describe("next-ai-stream", () => {
  const example = running("next-ai-stream");
  const chat = ["-d", '{"prompt":"What is a paywall?"}'];

  it("streams the model's words and charges what the model reports", { timeout: SLOW_MS }, async () => {
    const unpaid = await fetch(`${example().origin}/chat`, { method: "POST", body: "{}" });
    expect(unpaid.status).toBe(402);
    const { chunks, text, steps } = await runAgent(`${example().origin}/chat`, ...chat, "-n", "2");
    expectStream(chunks, '"type":"finish"');
    expect(text.match(/"delta":"paywall "/g)?.length).toBe(2);
    // 12 tokens in at $0.50 and 20 out at $2 for a million: 46 µUSD, of one deposit.
    expect(steps.match(/pays 0\.25 USD/g)?.length).toBe(1);
    expect(steps.match(/charged 0\.000046 USD/g)?.length).toBe(2);
    expect(steps).toContain("paywall-balance 0.249954");
  });

  it("lets a balance be topped up", { timeout: SLOW_MS }, async () => {
    const pay = createPayingFetch({
      wallets: { evm: privateKeyToAccount(generatePrivateKey()) },
      budget: {},
    });
    const first = await pay(`${example().origin}/chat`, { method: "POST", body: '{"prompt":""}' });
    await first.body?.cancel();
    const entitlement = first.headers.get("paywall-entitlement") ?? "";
    const paid = await pay(`${example().origin}/.paywall/topup?entitlement=${entitlement}&amount=0.50`);
    expect([paid.status, await paid.json()]).toEqual([200, expect.objectContaining({ entitlement })]);
  });
});

describe("examples", () => {
  const names = readdirSync(join(root, "examples"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

  it.each(names)("%s says how it is started", (name) => {
    const readme = readFileSync(join(root, "examples", name, "README.md"), "utf8");
    expect(readme).toContain(`npm start -w examples/${name}`);
  });
});

/** Starts an example before the tests of its block, and afterwards sees it gone. */
function running(name: string): () => RunningExample {
  let example: RunningExample | undefined;
  const get = (): RunningExample => {
    if (example === undefined) throw new Error(`examples/${name} does not run`);
    return example;
  };
  beforeAll(async () => {
    example = await startExample(name);
  }, SLOW_MS);
  afterAll(() => example?.stop());
  return get;
}

/** Not in one piece: the first bytes were here before the last were made. */
function expectStream(chunks: readonly string[], last: string): void {
  expect(chunks.length).toBeGreaterThan(3);
  expect(chunks[0]).not.toContain(last);
  expect(chunks.join("")).toContain(last);
}
