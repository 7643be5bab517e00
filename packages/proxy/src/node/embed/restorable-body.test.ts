import fc from "fast-check";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { setImmediate as tick, setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listen } from "../../testing/listen.ts";
import { readRestorable } from "./restorable-body.ts";

const MIB = 1_048_576;
let onRequest: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
const server = createServer((asked, response) => void onRequest(asked, response));
let origin: string;

beforeAll(async () => {
  origin = await listen(server);
});
afterAll(() => void server.close());

type Reader = (message: IncomingMessage) => Promise<Buffer>;

/** How applications read bodies. */
const readers: Readonly<Record<string, Reader>> = {
  iteration: async (message) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    return Buffer.concat(chunks);
  },
  "data events": (message) =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      message.on("data", (chunk: Buffer) => chunks.push(chunk));
      message.on("end", () => resolve(Buffer.concat(chunks))).on("error", reject);
    }),
  "readable events": (message) =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      message.on("readable", () => {
        for (let chunk: unknown = message.read(); Buffer.isBuffer(chunk); chunk = message.read())
          chunks.push(chunk);
      });
      message.on("end", () => resolve(Buffer.concat(chunks))).on("error", reject);
    }),
  "small reads": (message) =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      message.on("readable", () => {
        for (;;) {
          const chunk: unknown = message.read(3) ?? message.read();
          if (!Buffer.isBuffer(chunk)) break;
          chunks.push(chunk);
        }
      });
      message.on("end", () => resolve(Buffer.concat(chunks))).on("error", reject);
    }),
};

interface Sent {
  readonly chunks: readonly Uint8Array[];
  /** Announce the length, or send chunks. */
  readonly isFramed: boolean;
  /** Let the server see each chunk on its own. */
  readonly isSlow: boolean;
}

async function send({ chunks, isFramed, isSlow }: Sent): Promise<number> {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const headers = isFramed ? { "content-length": length } : { "transfer-encoding": "chunked" };
  const sending = request(origin, { method: "POST", agent: false, headers });
  const answered = new Promise<number>((resolve, reject) => {
    sending.on("error", reject);
    sending.on("response", (answer) => resolve(answer.resume().statusCode ?? 0));
  });
  if (isSlow) sending.flushHeaders();
  for (const chunk of chunks) {
    if (isSlow) await sleep(2);
    sending.write(chunk);
  }
  if (isSlow) await sleep(2);
  sending.end();
  return answered;
}

const chunk = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 20 }),
  fc.integer({ min: 1, max: 200_000 }).map((length) => new Uint8Array(length).fill(length % 251)),
);
const sent = fc.record({
  chunks: fc.array(chunk, { maxLength: 5 }),
  isFramed: fc.boolean(),
  isSlow: fc.boolean(),
});

describe.each(Object.entries(readers))("a body that is read, and then by %s", (_, readAgain) => {
  it("is the same both times, however it came", async () => {
    await fc.assert(
      fc.asyncProperty(sent, fc.boolean(), async (sending, isLate) => {
        const seen: Buffer[] = [];
        onRequest = async (asked, response) => {
          const body = await readRestorable(asked, 2 * MIB);
          if (isLate) await tick();
          seen.push(Buffer.from(body), await readAgain(asked));
          response.end();
        };
        expect(await send(sending)).toBe(200);
        const whole = Buffer.concat(sending.chunks);
        expect(seen.map((body) => body.equals(whole))).toEqual([true, true]);
      }),
      { numRuns: 60 },
    );
  });
});

/** What reading a request's body came to. */
async function outcome(read: (asked: IncomingMessage) => Promise<unknown>, sending: Sent): Promise<unknown> {
  let result: unknown;
  onRequest = async (asked, response) => {
    result = await read(asked).catch((error: unknown) => error);
    response.setHeader("connection", "close").end();
    asked.resume();
  };
  await send(sending).catch(() => undefined);
  return result;
}

it("is refused where it is longer than allowed, said so or not", async () => {
  const chunks = [new Uint8Array(600), new Uint8Array(600)];
  for (const isFramed of [true, false]) {
    const result = await outcome((asked) => readRestorable(asked, 1_000), { chunks, isFramed, isSlow: true });
    expect(result).toMatchObject({ code: "payload_too_large" });
  }
  const exact = { chunks: [new Uint8Array(1_000)], isFramed: false, isSlow: false };
  expect(await outcome((asked) => readRestorable(asked, 1_000), exact)).toHaveLength(1_000);
});

it("names the fault where a parser was mounted before the paywall", async () => {
  const read: Reader = async (asked) => {
    await readers["iteration"]?.(asked);
    return Buffer.from(await readRestorable(asked, 1_000));
  };
  const sending = { chunks: [new Uint8Array(10)], isFramed: true, isSlow: false };
  expect(await outcome(read, sending)).toMatchObject({
    code: "internal",
    options: { detail: expect.stringContaining("before the body parser") },
  });
});

it("does not wait for a payer who has left", async () => {
  const ended = new Promise((resolve) => {
    onRequest = async (asked, response) => {
      resolve(await readRestorable(asked, 1_000).catch((error: unknown) => error));
      response.destroy();
    };
  });
  const leaving = request(origin, { method: "POST", agent: false, headers: { "content-length": 100 } });
  leaving.on("error", () => undefined);
  leaving.write("half");
  setTimeout(() => leaving.destroy(), 50);
  expect(await ended).toBeInstanceOf(Error);
});

it("does not wait for a request that the application gave up", async () => {
  const ended = new Promise((resolve) => {
    onRequest = async (asked) => {
      const reading = readRestorable(asked, 1_000).catch((error: unknown) => error);
      setTimeout(() => asked.destroy(), 20);
      resolve(await reading);
    };
  });
  const waiting = request(origin, { method: "POST", agent: false, headers: { "content-length": 100 } });
  waiting.on("error", () => undefined);
  waiting.write("half");
  expect(await ended).toBeInstanceOf(Error);
});

it("is empty without a body, and leaves the request as it was", async () => {
  onRequest = async (asked, response) => {
    const body = await readRestorable(asked, 1_000);
    response.end(String(body.length + ((await readers["iteration"]?.(asked)) ?? "x").length));
  };
  expect(await (await fetch(origin)).text()).toBe("0");
});
