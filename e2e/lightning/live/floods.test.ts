import { getInvoices } from "ln-service";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Lightning, startLightning } from "../nodes/start-lightning.ts";
import { ask } from "./challenge.ts";
import { type LiveWorld, startLiveWorld } from "./world.ts";

let net: Lightning;
let world: LiveWorld;

beforeAll(async () => {
  net = await startLightning({ channel: false });
  const { connection, socket, pubkey } = net.creator;
  world = await startLiveWorld({ connection, address: socket, nodeKey: pubkey });
});
afterAll(async () => {
  await world?.close();
  await net?.close();
});

async function countInvoices(): Promise<number> {
  const { invoices } = await getInvoices({ lnd: net.creator.lnd(), limit: 10_000 });
  return invoices.length;
}

async function countRows(): Promise<number> {
  const { rows } = await world.pool.query<{ count: string }>("select count(*) as count from invoice");
  return Number(rows[0]?.count);
}

async function flood(urls: readonly string[], lanes: number): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  const left = [...urls];
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let url = left.pop(); url !== undefined; url = left.pop()) {
        const { status } = await ask(url);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }),
  );
  return statuses;
}

it("1,000 unpaid challenges of one price from one address are one row and one call", async () => {
  const url = await world.sell("/v1/weather");
  const [invoices, rows] = [await countInvoices(), await countRows()];
  const started = Date.now();
  const statuses = await flood(
    Array.from({ length: 1_000 }, () => url),
    1,
  );
  const made = { invoices: (await countInvoices()) - invoices, rows: (await countRows()) - rows };
  process.stdout.write(`1,000 challenges in ${Date.now() - started} ms: ${JSON.stringify(made)}\n`);
  expect([...statuses]).toEqual([[402, 1_000]]);
  expect(made).toEqual({ invoices: 1, rows: 1 });
});

it("1,000 of as many prices at once are bounded too, and answered 429", async () => {
  const url = await world.sell("/v1/echo");
  const [invoices, rows] = [await countInvoices(), await countRows()];
  const started = Date.now();
  const statuses = await flood(
    Array.from({ length: 1_000 }, (_, index) => `${url}/${index}`),
    20,
  );
  const made = { invoices: (await countInvoices()) - invoices, rows: (await countRows()) - rows };
  process.stdout.write(`1,000 prices in ${Date.now() - started} ms: ${JSON.stringify(made)}\n`);
  expect(made.invoices).toBeLessThanOrEqual(100);
  expect(made.rows).toBe(made.invoices);
  expect(statuses.get(429)).toBe(1_000 - made.invoices);
  const refused = await fetch(`${url}/late`);
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("30");
  expect(await refused.json()).toMatchObject({ code: "rate_limited" });
});
