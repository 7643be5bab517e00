import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkAdapterHeads } from "./adapter-contract-heads.ts";
import { checkAdapterMetering } from "./adapter-contract-metering.ts";
import { checkAdapterPaths } from "./adapter-contract-paths.ts";
import {
  type AdapterContractOptions,
  type AdapterHarness,
  type AdapterWorld,
  createWorld,
  withHeader,
} from "./adapter-world.ts";
import type { AskOptions } from "./ask.ts";

/**
 * What payers and handlers see of an adapter, over real sockets.
 * @example describeAdapterContract("express", { start: async () => ({ origin, close }) });
 */
export function describeAdapterContract(name: string, options: AdapterContractOptions): void {
  describe(`adapter contract: ${name}`, { timeout: 30_000 }, () => {
    let harness: AdapterHarness | undefined;
    beforeAll(async () => {
      harness = await options.start();
    }, 120_000);
    afterAll(async () => {
      await harness?.close();
    });
    const world = createWorld(options, () => harness?.origin ?? "");
    checkPayments(world);
    checkStreams(world);
    checkFailures(world);
    checkAdapterHeads(world);
    checkAdapterMetering(world);
    checkAdapterPaths(world);
  });
}

function checkPayments({ call, paid, buy, runs }: AdapterWorld): void {
  it("asks the price, and runs no handler for it", async () => {
    const before = await runs("/flat");
    const challenge = await call("/flat");
    const problem = JSON.parse(String(await challenge.body()));
    expect(challenge.status).toBe(402);
    expect(problem).toMatchObject({
      code: "payment_required",
      x402Version: 2,
      price: { usd: "0.01" },
      mode: "test",
    });
    expect(challenge.headers["payment-required"]).toBeDefined();
    expect(challenge.headers["cache-control"]).toBe("no-store");
    expect(await runs("/flat")).toBe(before);
  });

  it("answers what was paid for, with a receipt that can be read and verified", async () => {
    const answer = await paid("/flat");
    expect([answer.status, JSON.parse(String(await answer.body()))]).toMatchObject([200, { path: "/flat" }]);
    expect(answer.headers["cache-control"]).toBe("private, no-store");
    const id = String(answer.headers["paywall-receipt"]);
    const receipt = await call(`/.paywall/r/${id}`);
    expect(JSON.parse(String(await receipt.body()))).toMatchObject({ id, amount: "10000", mode: "test" });
    const { keys } = JSON.parse(String(await (await call("/.paywall/jwks.json")).body()));
    expect(keys).toHaveLength(1);
  });

  it("gives one answer to 200 presentations at once", async () => {
    const before = await runs("/flat");
    const credential = await buy("/flat");
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => call("/flat", { headers: [credential] })),
    );
    await Promise.all(answers.map((answer) => answer.body()));
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect([count(200), count(409)]).toEqual([1, 199]);
    expect(await runs("/flat")).toBe(before + 1);
    const late = await call("/flat", { headers: [credential] });
    expect([late.status, JSON.parse(String(await late.body())).code]).toEqual([409, "credential_redeemed"]);
  });

  it("leaves alone what has no price", async () => {
    const answer = await call("/plain");
    expect([answer.status, answer.headers["cache-control"], answer.headers["paywall-receipt"]]).toEqual([
      200,
      undefined,
      undefined,
    ]);
  });

  it.each([
    ["GET", "/rules/cheap", "0.01"],
    ["GET", "/rules/other", "0.05"],
    ["POST", "/rules/cheap", "0.05"],
    ["GET", "/items/7", "0.02"],
    ["GET", "/tier", "0.01"],
    ["GET", "/tier?tier=gold", "0.05"],
  ])("prices %s %s at $%s", async (method, path, usd) => {
    const challenge = await call(path, { method });
    expect(JSON.parse(String(await challenge.body()))).toMatchObject({ status: 402, price: { usd } });
  });

  it("serves a route that is free on purpose", async () => {
    expect((await call("/rules/free")).status).toBe(200);
  });

  it("takes no payment for another path, method or query", async () => {
    const credential = await buy("/tier");
    const elsewhere: readonly [string, AskOptions][] = [
      ["/tier?tier=gold", {}],
      ["/rules/cheap", {}],
      ["/flat", { method: "POST" }],
    ];
    for (const [path, request] of elsewhere) {
      const refused = await call(path, withHeader(request, credential));
      expect([path, refused.status]).toEqual([path, 402]);
      await refused.body();
    }
    expect((await call("/tier", { headers: [credential] })).status).toBe(200);
  });

  it("binds a price that looked at the body to that body, which the handler reads whole", async () => {
    const send = (size: number) => ({
      method: "POST",
      headers: [["content-type", "application/json"]] as const,
      body: Buffer.from(JSON.stringify({ size })),
    });
    const credential = await buy("/size", send(1));
    const dear = await call("/size", withHeader(send(99), credential));
    expect([dear.status, JSON.parse(String(await dear.body())).price.usd]).toEqual([402, "0.05"]);
    const cheap = await call("/size", withHeader(send(1), credential));
    expect([cheap.status, JSON.parse(String(await cheap.body()))]).toEqual([200, { size: 1 }]);
  });

  it("opens each request of a route to who bought a pass", async () => {
    const first = await paid("/pass");
    await first.body();
    const token = ["Authorization", `Bearer ${String(first.headers["paywall-access-token"])}`] as const;
    for (let round = 0; round < 3; round++)
      expect((await call("/pass", { headers: [token] })).status).toBe(200);
    expect((await call("/flat", { headers: [token] })).status).toBe(402);
  });
}

const MIB = 1024 * 1024;

function checkStreams({ call, paid, buy, streams }: AdapterWorld): void {
  it("passes each event on while the handler goes on", async () => {
    const answer = await paid("/stream?gap=250");
    // Less than the pause between two events: none of them waited for the next.
    const lateness: number[] = [];
    for await (const chunk of answer.message) {
      for (const match of String(chunk).matchAll(/data: \d (\d+)/g))
        lateness.push(Date.now() - Number(match[1]));
    }
    expect(answer.headers["content-type"]).toBe("text/event-stream");
    expect(lateness).toHaveLength(3);
    for (const milliseconds of lateness) expect(milliseconds).toBeLessThan(240);
  });

  it("tells the handler when the payer leaves", async () => {
    const { left } = await streams();
    const answer = await paid("/stream?gap=400");
    await new Promise((resolve) => answer.message.once("data", resolve));
    answer.leave();
    await expect.poll(async () => (await streams()).left, { timeout: 5_000 }).toBe(left + 1);
  });

  it("carries an upload of 20 MiB whole", async () => {
    const body = randomBytes(20 * MIB);
    const credential = await buy("/upload", { method: "POST" });
    const answer = await call("/upload", {
      method: "POST",
      headers: [["content-length", String(body.length)], credential],
      body,
    });
    const sha256 = createHash("sha256").update(body).digest("hex");
    expect(JSON.parse(String(await answer.body()))).toEqual({ bytes: body.length, sha256 });
  });
}

function checkFailures({ call, buy, runs, options }: AdapterWorld): void {
  it("charges nobody for a handler that throws, and takes the same payment again", async () => {
    const path = `/fail?key=${crypto.randomUUID()}`;
    const credential = await buy(path);
    const failed = await call(path, { headers: [credential] });
    expect([failed.status, failed.headers["paywall-receipt"]]).toEqual([500, undefined]);
    await failed.body();
    const served = await call(path, { headers: [credential] });
    expect(served.status).toBe(200);
    expect(served.headers["paywall-receipt"]).toBeDefined();
    await served.body();
    expect((await call(path, { headers: [credential] })).status).toBe(409);
  });

  it.each([400, 401, 404, 500, 503])("passes the application's own %d on, uncharged", async (status) => {
    const credential = await buy(`/status/${status}`);
    for (let round = 0; round < 2; round++) {
      const answer = await call(`/status/${status}`, { headers: [credential] });
      expect([answer.status, answer.headers["paywall-receipt"], String(await answer.body())]).toEqual([
        status,
        undefined,
        "status",
      ]);
    }
    expect(await runs(`/status/${status}`)).toBeGreaterThanOrEqual(2);
  });

  it("breaks off where the handler does, and lets the payer ask again", async () => {
    const credential = await buy("/broken");
    const answer = await call("/broken", { headers: [credential] });
    if (options.hidesBreaks === true) expect(String(await answer.body())).toBe("half");
    else await expect(answer.body()).rejects.toThrow();
    const again = await call("/broken", { headers: [credential] });
    expect(again.status).toBe(200);
    again.leave();
  });
}
