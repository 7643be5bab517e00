import fc from "fast-check";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { BodyMeter, DeliveryOutcome, MeterPort } from "../decision.ts";
import { guardBody } from "./guarded-body.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Guarded {
  readonly body: ReadableStream<Uint8Array>;
  readonly outcomes: DeliveryOutcome[];
  /** How many chunks were taken out of the application. */
  readonly pulled: () => number;
  readonly cancelled: () => unknown;
  readonly leave: AbortController;
}

function guard(chunks: readonly string[], over: { meter?: BodyMeter; fails?: boolean } = {}): Guarded {
  const outcomes: DeliveryOutcome[] = [];
  const leave = new AbortController();
  let pulled = 0;
  let cancelled: unknown;
  const source = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[pulled++];
        if (chunk !== undefined) controller.enqueue(bytes(chunk));
        else if (over.fails === true) controller.error(new Error("The handler broke off"));
        else controller.close();
      },
      cancel: (reason) => void (cancelled = reason ?? "cancelled"),
    },
    { highWaterMark: 0 },
  );
  const finish = async (outcome: DeliveryOutcome): Promise<void> => void outcomes.push(outcome);
  const body = guardBody({ source, meter: over.meter, signal: leave.signal, finish });
  return { body, outcomes, pulled: () => pulled, cancelled: () => cancelled, leave };
}

const read = (body: ReadableStream<Uint8Array>): Promise<string> => new Response(body).text();

describe("a body on its way", () => {
  it("arrives whole, and is finished once and before it closes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "grapheme-ascii" })), async (chunks) => {
        const { body, outcomes } = guard(chunks);
        const whole = chunks.join("");
        expect(await read(body)).toBe(whole);
        expect(outcomes).toEqual([{ complete: true, bytes: whole.length }]);
      }),
    );
  });

  it("is read no faster than the payer reads", async () => {
    const { body, pulled } = guard(["a", "b", "c"]);
    await sleep(5);
    expect(pulled()).toBe(0);
    const reader = body.getReader();
    expect(await reader.read()).toMatchObject({ value: bytes("a") });
    await sleep(5);
    expect(pulled()).toBe(1);
  });

  it("breaks where the application breaks, which is not the payer's fault", async () => {
    const { body, outcomes } = guard(["half"], { fails: true });
    await expect(read(body)).rejects.toThrow("The handler broke off");
    expect(outcomes).toEqual([{ complete: false, bytes: 4, brokenBy: "upstream" }]);
  });

  it.each(["cancels", "aborts"])("stops the application when the payer %s", async (way) => {
    const { body, outcomes, cancelled, leave } = guard(["a", "b", "c"]);
    const reader = body.getReader();
    await reader.read();
    if (way === "cancels") await reader.cancel("enough");
    else leave.abort("enough");
    await expect.poll(() => outcomes).toEqual([{ complete: false, bytes: 1, brokenBy: "payer" }]);
    expect(cancelled()).toBe("enough");
    leave.abort();
    await sleep(1);
    expect(outcomes).toHaveLength(1);
  });

  it("is finished once where the payer leaves while the application is asked", async () => {
    const outcomes: DeliveryOutcome[] = [];
    const leave = new AbortController();
    const source = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) });
    const finish = async (outcome: DeliveryOutcome): Promise<void> => void outcomes.push(outcome);
    const reader = guardBody({ source, meter: undefined, signal: leave.signal, finish }).getReader();
    const reading = reader.read();
    await sleep(1);
    leave.abort();
    expect(await reading).toMatchObject({ done: true });
    expect(outcomes).toEqual([{ complete: false, bytes: 0, brokenBy: "payer" }]);
  });

  it("is not unfinished by an abort that comes after the end", async () => {
    const { body, outcomes, leave } = guard(["a"]);
    await read(body);
    leave.abort();
    expect(outcomes).toEqual([{ complete: true, bytes: 1 }]);
  });
});

function createMeter(over: Partial<BodyMeter> = {}) {
  const meter = {
    port: undefined as MeterPort | undefined,
    blocked: false,
    attach: (port: MeterPort) => void (meter.port = port),
    push: (chunk: Uint8Array) => chunk,
    end: async () => ({ body: bytes("|end"), trailers: [] }),
    close: () => undefined,
    ...over,
  };
  return meter;
}

describe("a metered body", () => {
  it("passes its meter, which may keep chunks back and has the last word", async () => {
    let kept = "";
    const meter = createMeter({
      push: (chunk) => {
        kept += new TextDecoder().decode(chunk);
        return kept.length % 2 === 0 ? bytes(kept.slice(-2)) : new Uint8Array(0);
      },
    });
    const { body, outcomes } = guard(["a", "b", "c", "d"], { meter });
    expect(await read(body)).toBe("abcd|end");
    expect(outcomes).toEqual([{ complete: true, bytes: 8 }]);
  });

  it("takes nothing from the application while nothing is covered", async () => {
    const meter = createMeter();
    const { body, pulled } = guard(["a", "b"], { meter });
    meter.blocked = true;
    const reading = read(body);
    await sleep(10);
    expect(pulled()).toBe(0);
    meter.port?.write(bytes("top up|"));
    meter.blocked = false;
    meter.port?.resume();
    expect(await reading).toBe("top up|ab|end");
  });

  it.each([true, false])("ends where nothing more was paid, in good order: %s", async (isClean) => {
    const meter = createMeter();
    const { body, outcomes, cancelled } = guard(["a", "b"], { meter });
    const reader = body.getReader();
    await reader.read();
    meter.blocked = true;
    const next = reader.read();
    await sleep(1);
    meter.port?.stop(isClean);
    if (isClean) expect(await next).toMatchObject({ done: true });
    else await expect(next).rejects.toThrow("Nothing more was paid");
    expect(outcomes).toEqual([{ complete: false, bytes: 1 }]);
    expect(cancelled()).toBe("cancelled");
  });

  it("sends nothing of the meter's to a payer who has left", async () => {
    const meter = createMeter();
    const { body, outcomes, leave } = guard(["a", "b"], { meter });
    await body.getReader().read();
    leave.abort();
    await sleep(1);
    expect(() => meter.port?.write(bytes("late"))).not.toThrow();
    expect(outcomes).toEqual([{ complete: false, bytes: 1, brokenBy: "payer" }]);
  });
});
