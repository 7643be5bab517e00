import { PaywallError } from "@x402-paywall/core";
import fc from "fast-check";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  BodyMeter,
  CommittedHead,
  DeliveryOutcome,
  Grant,
  MeterPort,
  ResponseHead,
} from "../../decision.ts";
import { ask, type Asked } from "../../testing/ask.ts";
import { listen } from "../../testing/listen.ts";
import { guardResponse } from "./guarded-response.ts";

type Handler = (response: ServerResponse, request: IncomingMessage) => unknown;

let handle: Handler;
const server = createServer((request, response) => void handle(response, request));
let origin: string;

beforeAll(async () => {
  origin = await listen(server);
});
afterAll(() => void server.close());

interface Watched {
  readonly grant: Grant;
  readonly heads: ResponseHead[];
  readonly outcomes: DeliveryOutcome[];
}

/** A grant that takes its time, and tells what it was asked. */
function watch(commit: (head: ResponseHead) => Promise<CommittedHead> = async (head) => head): Watched {
  const heads: ResponseHead[] = [];
  const outcomes: DeliveryOutcome[] = [];
  const grant = {
    commit: (head: ResponseHead) => (heads.push(head), commit(head)),
    finish: async (outcome: DeliveryOutcome) => void outcomes.push(outcome),
    fail: async () => ({
      head: { status: 503, headers: [["X-Ours", "1"]] },
      body: new TextEncoder().encode("ours"),
    }),
  } as unknown as Grant;
  return { grant, heads, outcomes };
}

/** One call of an application on its response. */
type Step =
  | { readonly do: "status"; readonly status: number }
  | { readonly do: "setHeader"; readonly name: string; readonly value: string | string[] }
  | { readonly do: "writeHead"; readonly args: readonly [number, ...unknown[]] }
  | { readonly do: "write" | "end"; readonly chunk: string | Uint8Array | undefined }
  | { readonly do: "flushHeaders" | "pause" };

const status = fc.constantFrom(200, 201, 204, 206, 304, 404, 500);
const header = fc.constantFrom<[string, string | string[]]>(
  ["Content-Type", "text/plain"],
  ["X-A", "1"],
  ["Set-Cookie", ["a=1", "b=2"]],
  ["content-length", "6"],
);
const text = fc.oneof(
  fc.constantFrom("", "abc", "abcdef"),
  fc.string({ maxLength: 6 }),
  fc.uint8Array({ maxLength: 6 }),
);
const writeHead = fc.oneof(
  fc.tuple(status),
  fc.tuple(status, fc.constant("Reason")),
  fc.tuple(
    status,
    header.map(([name, value]) => ({ [name]: value })),
  ),
  fc.tuple(status, fc.constant("Reason"), fc.constant(["X-B", "2", "X-C", "3"])),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("status" as const), status }),
  header.map(([name, value]): Step => ({ do: "setHeader", name, value })),
  writeHead.map((args): Step => ({ do: "writeHead", args: args as unknown as [number] })),
  fc.record({ do: fc.constant("write" as const), chunk: text }),
  fc.constantFrom<Step>({ do: "flushHeaders" }, { do: "pause" }),
);
const steps = fc
  .tuple(fc.array(step, { maxLength: 6 }), fc.option(text, { nil: undefined }))
  .map(([before, chunk]): readonly Step[] => [...before, { do: "end", chunk }]);

/** @returns The codes of what the response threw. */
async function perform(response: ServerResponse, todo: readonly Step[]): Promise<readonly string[]> {
  const thrown: string[] = [];
  for (const next of todo) {
    try {
      if (next.do === "status" && !response.headersSent) response.statusCode = next.status;
      else if (next.do === "setHeader" && !response.headersSent) response.setHeader(next.name, next.value);
      else if (next.do === "writeHead") Reflect.apply(response.writeHead, response, next.args);
      else if (next.do === "write") response.write(next.chunk ?? "");
      else if (next.do === "end") response.end(next.chunk);
      else if (next.do === "flushHeaders") response.flushHeaders();
      else if (next.do === "pause") await sleep(3);
    } catch (error) {
      thrown.push(String((error as { code?: unknown }).code));
    }
  }
  return thrown;
}

async function describeAnswer(method: string): Promise<unknown> {
  const answer: Asked | undefined = await ask(`${origin}/`, { method }).catch(() => undefined);
  if (answer === undefined) return "broken off before the head";
  const body = await answer.body().catch(() => "broken off");
  const { rawHeaders, statusMessage } = answer.message;
  const lines = rawHeaders.flatMap((name, at) =>
    at % 2 === 1 || name === "Date" ? [] : [`${name}: ${rawHeaders[at + 1]}`],
  );
  return { status: answer.status, statusMessage, lines: lines.toSorted(), body: String(body) };
}

describe("what an application writes", () => {
  it("arrives as if nobody stood between", async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.constantFrom("GET", "HEAD", "POST"),
        fc.nat({ max: 2 }),
        async (todo, method, wait) => {
          let performed: Promise<readonly string[]> | undefined;
          handle = (response) => (performed = perform(response, todo));
          const expected = [await describeAnswer(method), await performed];
          const { grant, heads } = watch(async (head) => {
            if (wait > 0) await sleep(wait * 3);
            return head;
          });
          handle = (response, request) => {
            guardResponse(request, response, grant);
            performed = perform(response, todo);
          };
          expect([await describeAnswer(method), await performed]).toEqual(expected);
          expect(heads).toHaveLength(1);
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** Serves one request behind a grant. */
async function serve(watched: Watched, handler: Handler, method = "GET"): Promise<Asked> {
  handle = (response, request) => {
    guardResponse(request, response, watched.grant);
    return handler(response, request);
  };
  return ask(`${origin}/`, { method });
}

describe("the money", () => {
  it("moves when the head is known, and before the first byte leaves", async () => {
    const order: string[] = [];
    const watched = watch(async (head) => {
      order.push("commit");
      await sleep(20);
      order.push("committed");
      return { ...head, headers: [...head.headers, ["Paywall-Receipt", "rcp_1"]] };
    });
    const answer = await serve(watched, (response) => {
      order.push("handler");
      response.statusCode = 201;
      response.setHeader("X-Own", ["1", "2"]);
      expect(response.headersSent).toBe(false);
      expect(response.write("first")).toBe(false);
      expect(response.headersSent).toBe(true);
      response.write(" second", () => order.push("written"));
      response.end();
      expect(response.writableEnded).toBe(true);
    });
    expect([answer.status, String(await answer.body()), answer.headers["paywall-receipt"]]).toEqual([
      201,
      "first second",
      "rcp_1",
    ]);
    expect(order).toEqual(["handler", "commit", "committed", "written"]);
    expect(watched.heads).toEqual([
      {
        status: 201,
        headers: [
          ["X-Own", "1"],
          ["X-Own", "2"],
        ],
      },
    ]);
    await expect.poll(() => watched.outcomes).toEqual([{ complete: true, bytes: 12, brokenBy: "payer" }]);
  });

  it("does not move for a handler that answers nothing", async () => {
    const watched = watch();
    const answered = serve(watched, (response) => void response.destroy()).catch((error: unknown) => error);
    expect(await answered).toBeInstanceOf(Error);
    await expect.poll(() => watched.outcomes).toEqual([{ complete: false, bytes: 0, brokenBy: "upstream" }]);
    expect(watched.heads).toEqual([]);
  });

  it("is asked for once, however often the head is asked for", async () => {
    const watched = watch();
    const answer = await serve(watched, async (response) => {
      response.flushHeaders();
      response.flushHeaders();
      await sleep(5);
      response.flushHeaders();
      response.write("x");
      response.end();
      response.end("more");
    });
    expect(String(await answer.body())).toBe("x");
    expect(watched.heads).toHaveLength(1);
  });

  it("that did not move is answered by us, and nothing of the application's leaks", async () => {
    const watched = watch(async () => {
      await sleep(10);
      throw new PaywallError("settlement_failed");
    });
    const called: string[] = [];
    const answer = await serve(watched, async (response) => {
      response.setHeader("X-Secret", "1");
      response.on("drain", () => called.push("drain"));
      response.write("secret", () => called.push("write"));
      response.end("secret", () => called.push("end"));
      await sleep(30);
      response.write("secret, late");
    });
    const body = await answer.body();
    expect([answer.status, String(body), answer.headers["x-ours"], answer.headers["x-secret"]]).toEqual([
      503,
      "ours",
      "1",
      undefined,
    ]);
    await expect.poll(() => called.toSorted()).toEqual(["drain", "end", "write"]);
    // `fail` has finished the grant.
    expect(watched.outcomes).toEqual([]);
  });

  it("is not finished by what was written into a connection that is gone", async () => {
    const watched = watch();
    const closed = Promise.withResolvers<void>();
    const answer = await serve(watched, async (response) => {
      response.on("close", () => closed.resolve());
      response.write("x".repeat(10));
      await closed.promise;
      response.end("y");
    });
    answer.message.once("data", () => answer.leave());
    await closed.promise;
    await expect.poll(() => watched.outcomes).toEqual([{ complete: false, bytes: 10, brokenBy: "payer" }]);
  });

  it("tells a handler's break from a payer's", async () => {
    const watched = watch();
    const answer = await serve(watched, async (response) => {
      response.write("half");
      await sleep(20);
      response.destroy(new Error("broken"));
    });
    await expect(answer.body()).rejects.toThrow();
    await expect.poll(() => watched.outcomes).toEqual([{ complete: false, bytes: 4, brokenBy: "upstream" }]);
  });
});

describe("a head", () => {
  it("leaves as soon as it is asked for, before there is a body", async () => {
    const watched = watch(async (head) => (await sleep(5), head));
    const go = Promise.withResolvers<void>();
    const answer = await serve(watched, async (response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      await go.promise;
      response.end("data: 1\n\n");
    });
    expect(answer.headers["content-type"]).toBe("text/event-stream");
    go.resolve();
    expect(String(await answer.body())).toBe("data: 1\n\n");
  });
});

describe("an answer at the reader's speed", () => {
  it("makes the application wait, and tells it to go on", async () => {
    const watched = watch();
    const chunk = Buffer.alloc(65_536, "x");
    let waits = 0;
    const answer = await serve(watched, async (response) => {
      for (let sent = 0; sent < 64; sent++) {
        if (response.write(chunk)) continue;
        waits++;
        await new Promise((resolve) => response.once("drain", resolve));
      }
      response.end();
    });
    await sleep(100);
    expect(waits).toBeGreaterThan(0);
    expect((await answer.body()).length).toBe(64 * 65_536);
    await expect
      .poll(() => watched.outcomes)
      .toEqual([{ complete: true, bytes: 64 * 65_536, brokenBy: "payer" }]);
  });
});

/** A meter whose hands are the test's. */
function createMeter(
  over: Partial<BodyMeter> = {},
): BodyMeter & { port: MeterPort | undefined; blocked: boolean } {
  const meter = {
    port: undefined as MeterPort | undefined,
    blocked: false,
    attach: (port: MeterPort) => void (meter.port = port),
    push: (bytes: Uint8Array) => bytes,
    end: async () => ({ body: Buffer.from("|end"), trailers: [["Payment-Receipt", "r"]] as const }),
    close: () => undefined,
    ...over,
  };
  return meter;
}

describe("a metered answer", () => {
  it("passes its meter, which has the last word", async () => {
    const meter = createMeter({ push: (bytes) => Buffer.from(String(Buffer.from(bytes)).toUpperCase()) });
    const watched = watch(async (head) => ({ ...head, meter }));
    const answer = await serve(watched, async (response) => {
      response.setHeader("Trailer", "Payment-Receipt");
      response.write("a");
      await sleep(5);
      response.end("b");
    });
    expect(String(await answer.body())).toBe("AB|end");
    expect(answer.message.trailers).toEqual({ "payment-receipt": "r" });
    await expect.poll(() => watched.outcomes).toEqual([{ complete: true, bytes: 6, brokenBy: "payer" }]);
  });

  it("stops the application while nothing is covered, and goes on after a top-up", async () => {
    const meter = createMeter();
    const watched = watch(async (head) => ({ ...head, meter }));
    const order: string[] = [];
    const answer = await serve(watched, async (response) => {
      response.flushHeaders();
      await sleep(5);
      meter.blocked = true;
      order.push(`write ${response.write("a")}`);
      await new Promise((resolve) => response.once("drain", resolve));
      order.push("drain");
      response.end("b");
    });
    await sleep(50);
    expect(order).toEqual(["write false"]);
    meter.blocked = false;
    meter.port?.resume();
    expect(String(await answer.body())).toBe("ab|end");
    expect(order).toEqual(["write false", "drain"]);
  });

  it.each([true, false])("ends where nothing more was paid, in good order: %s", async (isClean) => {
    const meter = createMeter();
    const watched = watch(async (head) => ({ ...head, meter }));
    const answer = await serve(watched, async (response) => {
      response.write("a");
      await sleep(10);
      meter.port?.write(Buffer.from("dry"));
      meter.port?.stop(isClean);
      expect(response.writableEnded).toBe(true);
      response.write("late");
      response.end("late");
    });
    const body = answer.body().then(String);
    if (isClean) expect(await body).toBe("adry");
    else await expect(body).rejects.toThrow();
    await expect.poll(() => watched.outcomes).toEqual([{ complete: false, bytes: 4, brokenBy: "payer" }]);
  });
});
