/** Clients of other projects, unmodified, pay each adapter. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAlbyClient, createSandboxWallet, createX402Client, type PayingFetch } from "../clients.ts";
import { adapters, type RunningAdapter } from "./adapters.ts";
import { createMppxClient, createMppxEvmClient } from "./mppx-clients.ts";

interface StockClient {
  readonly create: (origin: string) => PayingFetch;
  /** Where the client's own protocol puts the receipt. */
  readonly receipt: "payment-response" | "payment-receipt" | "paywall-receipt";
  /** Pays a metered answer with a signed maximum, not with a deposit. */
  readonly signsMaximum?: boolean;
}

const wallet = (origin: string) => createSandboxWallet(origin, "/.paywall/sandbox/pay");
const clients: Readonly<Record<string, StockClient>> = {
  "@x402/fetch": { create: () => createX402Client(), receipt: "payment-response", signsMaximum: true },
  "Alby fetch402": {
    create: (origin) => createAlbyClient(origin, "fetch402", wallet(origin)),
    receipt: "paywall-receipt",
  },
  "Alby fetchWithL402": {
    create: (origin) => createAlbyClient(origin, "fetchWithL402", wallet(origin)),
    receipt: "paywall-receipt",
  },
  "mppx, lightning/charge": {
    create: (origin) => createMppxClient(wallet(origin)),
    receipt: "payment-receipt",
  },
  "mppx, its own evm/charge": { create: createMppxEvmClient, receipt: "payment-response" },
};

describe.each(Object.entries(adapters))("%s", { timeout: 30_000 }, (_adapter, start) => {
  let adapter: RunningAdapter | undefined;
  beforeAll(async () => {
    adapter = await start();
  }, 180_000);
  afterAll(() => adapter?.close());

  describe.each(Object.entries(clients))("%s", (_client, { create, receipt, signsMaximum }) => {
    const origin = (): string => adapter?.origin ?? "";
    const runs = async (path: string): Promise<number> => {
      const counted = await read<{ runs: Record<string, number> }>(`${origin()}/runs`);
      return counted.runs[path] ?? 0;
    };
    /** Has the client pay for a request, and checks what holds for each: one run of the handler, and a receipt. */
    const pay = async (path: string, init?: RequestInit): Promise<Response> => {
      const { pathname } = new URL(path, origin());
      const before = await runs(pathname);
      const answer = await create(origin())(`${origin()}${path}`, init);
      expect(answer.status, path).toBe(200);
      expect(await runs(pathname)).toBe(before + 1);
      return answer;
    };

    it("pays a flat route, and gets a receipt that can be read", async () => {
      const answer = await pay("/flat");
      expect(await answer.json()).toMatchObject({ path: "/flat" });
      expect(answer.headers.get(receipt)).toBeTruthy();
      expect(await read(`${origin()}/.paywall/r/${answer.headers.get("paywall-receipt")}`)).toMatchObject({
        amount: "10000",
        mode: "test",
      });
    });

    it("pays a POST by its body, which the handler reads whole", async () => {
      const body = JSON.stringify({ size: 99 });
      const answer = await pay("/size", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      expect(await answer.text()).toBe(body);
      expect(answer.headers.get(receipt)).toBeTruthy();
      expect(await read(`${origin()}/.paywall/r/${answer.headers.get("paywall-receipt")}`)).toMatchObject({
        amount: "50000",
      });
    });

    it("reads a stream's first event before the handler has made its last", async () => {
      const answer = await pay("/stream?gap=250");
      expect(answer.headers.get("content-type")).toContain("text/event-stream");
      expect(answer.headers.get(receipt)).toBeTruthy();
      const { firstReadAt, text } = await readEvents(answer);
      const made = [...text.matchAll(/data: \d (\d+)\n\n/g)].map(([, at]) => Number(at));
      expect(made).toHaveLength(3);
      expect(firstReadAt).toBeLessThan(made[2] ?? 0);
    });

    it("pays for what a metered answer used", async () => {
      const answer = await pay("/units?units=7");
      expect(await answer.json()).toEqual({ units: 7 });
      expect(answer.headers.get("paywall-receipt")).toMatch(/^rcp_/);
      const token = answer.headers.get("paywall-access-token");
      if (signsMaximum === true) {
        // The amount is known when the answer is over: the head names where the receipt will be.
        const url = answer.headers.get("payment-receipt-url") ?? "";
        await expect.poll(() => read(url)).toMatchObject({ amount: "7000", usage: { units: 7 } });
        expect(token).toBeNull();
      } else {
        const info = () => read(`${origin()}/.paywall/info`, { authorization: `Bearer ${token}` });
        await expect.poll(info).toMatchObject({ spent: "0.007", balance: "0.043" });
      }
    });
  });
});

async function read<T = unknown>(url: string, headers: Record<string, string> = {}): Promise<T> {
  const answer = await fetch(url, { headers });
  return (await answer.json()) as T;
}

async function readEvents(
  answer: Response,
): Promise<{ readonly firstReadAt: number; readonly text: string }> {
  let firstReadAt = Number.POSITIVE_INFINITY;
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("\n\n")) firstReadAt = Math.min(firstReadAt, Date.now());
  }
  return { firstReadAt, text };
}
