import { describe, expect, it } from "vitest";
import { createX402Client } from "../clients.ts";
import { payL402 } from "../credentials.ts";
import { getInstance } from "../instance.ts";
import { chargedOf, readStream, type ReadStream, toMicro } from "../stream-payer.ts";

const { appUrl, demoUrl, gatewayUrls, apiKey } = getInstance();
const content = gatewayUrls[0] ?? "";
const link = `${content}/p/test-tokens/v1/chat/completions`;
const chat = (ms = 10, tokens = 40): string => `?ms=${ms}&tokens=${tokens}`;
const DEPOSIT = 500_000n;

interface Sent {
  readonly answer: Response;
  readonly sentAt: number;
  readonly controller: AbortController;
}

/** One way of paying for the same stream; what it left behind afterwards, in µUSD. */
interface Payer {
  send(query: string): Promise<Sent>;
  charged(read: ReadStream, sent: Sent): Promise<bigint>;
  /** What a balance still holds; a maximum has none. */
  left(): Promise<bigint | undefined>;
}

const question = { model: "demo", stream: true, messages: [{ role: "user", content: "Hello" }] };

function request(headers: Record<string, string>, controller: AbortController): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(question),
    signal: controller.signal,
  };
}

async function upto(): Promise<Payer> {
  let sentAt = 0;
  const client = createX402Client((input, init) => {
    sentAt = performance.now();
    return fetch(input, init);
  });
  return {
    async send(query) {
      const controller = new AbortController();
      const answer = await client(`${link}${query}`, request({}, controller));
      return { answer, sentAt, controller };
    },
    async charged(_, { answer }) {
      const id = answer.headers.get("paywall-receipt") ?? "";
      return expectPoll(async () => {
        const receipt = await fetch(`${appUrl}/api/v1/receipts/${id}`);
        return receipt.ok ? BigInt(((await receipt.json()) as { amount: string }).amount) : undefined;
      });
    },
    left: async () => undefined,
  };
}

async function balance(present: () => Promise<Record<string, string>>): Promise<Payer> {
  const headers = await present();
  const info = async (): Promise<{ balance: string; held: string; spent: string }> =>
    (await (await fetch(`${content}/p/test-tokens/.info`, { headers })).json()) as never;
  const idle = (): Promise<{ balance: string; spent: string }> =>
    expectPoll(async () => {
      const now = await info();
      return now.held === "0.00" ? now : undefined;
    });
  let before = toMicro((await idle()).spent);
  return {
    async send(query) {
      const controller = new AbortController();
      const sentAt = performance.now();
      const answer = await fetch(`${link}${query}`, request(headers, controller));
      return { answer, sentAt, controller };
    },
    async charged() {
      const spent = toMicro((await idle()).spent);
      const charge = spent - before;
      before = spent;
      return charge;
    },
    left: async () => toMicro((await idle()).balance),
  };
}

async function l402(): Promise<Payer> {
  const credential = await payL402(appUrl, `${link}${chat()}`, { method: "POST" });
  // The first presentation opens the balance.
  await (await fetch(`${link}${chat(0, 1)}`, request({ ...credential }, new AbortController()))).text();
  return balance(async () => ({ ...credential }));
}

async function accessToken(): Promise<Payer> {
  const credential = await payL402(appUrl, `${link}${chat()}`, { method: "POST" });
  const first = await fetch(`${link}${chat(0, 1)}`, request({ ...credential }, new AbortController()));
  await first.text();
  return balance(async () => ({
    authorization: `Bearer ${first.headers.get("paywall-access-token") ?? ""}`,
  }));
}

/** Polls until there is a value; five seconds. */
async function expectPoll<T>(find: () => Promise<T | undefined>): Promise<T> {
  for (let at = 0; at < 100; at++) {
    // oxlint-disable-next-line no-await-in-loop
    const found = await find();
    if (found !== undefined) return found;
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("Nothing came of it in five seconds.");
}

async function stats(): Promise<{ aborts: Record<string, number> }> {
  return (await (await fetch(`${demoUrl}/control/stats`)).json()) as never;
}

async function promptTokens(): Promise<number> {
  const asked = JSON.stringify({ ...question, stream: false });
  const whole = { ...request({}, new AbortController()), body: asked };
  const answer = await fetch(`${demoUrl}/v1/chat/completions${chat(0)}`, whole);
  return ((await answer.json()) as { usage: { prompt_tokens: number } }).usage.prompt_tokens;
}

describe.each([
  ["@x402/fetch with upto", upto],
  ["an L402 balance", l402],
  ["an access token", accessToken],
])("the chat link at a price per token, paid by %s", (_, create) => {
  it("costs tokens × price, rounded up once; what was not used is returned", async () => {
    const payer = await create();
    const before = await payer.left();
    const sent = await payer.send(chat());
    expect(sent.answer.status).toBe(200);
    const read = await readStream(sent.answer, sent.sentAt);
    expect(read.tokens).toBe(40);
    expect(read.text).not.toContain("prompt_tokens");
    const expected = BigInt((await promptTokens()) + 40 * 4);
    expect(chargedOf(read.text)).toBe(expected);
    expect(await payer.charged(read, sent)).toBe(expected);
    const left = await payer.left();
    if (left !== undefined && before !== undefined) expect(before - left).toBe(expected);
    if (left !== undefined) expect(left).toBeLessThan(DEPOSIT);
  });

  it("sends the first chunk on within 50 ms of the upstream's", async () => {
    const payer = await create();
    await readStream((await payer.send(chat(0, 1))).answer, 0);
    const added: number[] = [];
    for (let round = 0; round < 5; round++) {
      const directAt = performance.now();
      // oxlint-disable-next-line no-await-in-loop
      const direct = await fetch(
        `${demoUrl}/v1/chat/completions${chat(5, 5)}`,
        request({}, new AbortController()),
      );
      // oxlint-disable-next-line no-await-in-loop
      const { firstChunkAt: upstream } = await readStream(direct, directAt);
      // oxlint-disable-next-line no-await-in-loop
      const { answer, sentAt } = await payer.send(chat(5, 5));
      // oxlint-disable-next-line no-await-in-loop
      added.push((await readStream(answer, sentAt)).firstChunkAt - upstream);
    }
    expect(added.toSorted((a, b) => a - b)[2]).toBeLessThan(50);
  });

  it(
    "left at a random byte is billed within one token of what arrived, and the upstream is closed",
    { timeout: 60_000 },
    async () => {
      const prompt = BigInt(await promptTokens());
      const payer = await create();
      for (let round = 0; round < 12; round++) {
        const query = `${chat(15, 200)}&left=${crypto.randomUUID()}`;
        // oxlint-disable-next-line no-await-in-loop
        const sent = await payer.send(query);
        const afterBytes = 1 + Math.floor(Math.random() * 6000);
        // oxlint-disable-next-line no-await-in-loop
        const read = await readStream(sent.answer, sent.sentAt, { afterBytes, controller: sent.controller });
        const leftAt = Date.now();
        const target = `/v1/chat/completions${query}`;
        // oxlint-disable-next-line no-await-in-loop
        const closedAt = await expectPoll(async () => (await stats()).aborts[target]);
        expect(closedAt - leftAt).toBeLessThan(1_000);
        // oxlint-disable-next-line no-await-in-loop
        const charged = await payer.charged(read, sent);
        const billed = Number(charged - prompt) / 4;
        expect(Math.abs(billed - read.tokens), `${afterBytes} bytes`).toBeLessThanOrEqual(1);
      }
    },
  );
});

it("what upto captured is a payment of exactly that, in the API too", async () => {
  const payer = await upto();
  const sent = await payer.send(chat(1, 10));
  const read = await readStream(sent.answer, sent.sentAt);
  const charged = await payer.charged(read, sent);
  const list = await fetch(`${appUrl}/api/v1/payments?limit=5`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  const { items } = (await list.json()) as {
    items: { receiptId: string | null; state: string; amount: string }[];
  };
  const payment = items.find(({ receiptId }) => receiptId === sent.answer.headers.get("paywall-receipt"));
  expect(payment).toMatchObject({ state: "delivered", amount: charged.toString() });
});

it("where the creator reads on, a payer who leaves is billed what the upstream reports in the end", async () => {
  const url = `${content}/p/test-drain/v1/chat/completions${chat(5, 60)}`;
  const credential = { ...(await payL402(appUrl, url, { method: "POST" })) };
  const controller = new AbortController();
  const answer = await fetch(url, request(credential, controller));
  const read = await readStream(answer, 0, { afterBytes: 1_000, controller });
  expect(read.tokens).toBeLessThan(30);
  const expected = BigInt((await promptTokens()) + 60 * 4);
  const info = async (): Promise<{ spent: string; held: string }> =>
    (await (await fetch(`${content}/p/test-drain/.info`, { headers: credential })).json()) as never;
  const settled = await expectPoll(async () => {
    const now = await info();
    return now.held === "0.00" ? now : undefined;
  });
  expect(toMicro(settled.spent)).toBe(expected);
});
