import { describe, expect, it, vi } from "vitest";
import { presentCredential } from "./present.ts";
import type { PresentOptions } from "./present.ts";
import { sleep } from "./sleep.ts";

function setUp(answers: readonly (() => Promise<Response>)[], changes: Partial<PresentOptions> = {}) {
  const waits: number[] = [];
  const retries: [number, number][] = [];
  let sent = 0;
  const options: PresentOptions = {
    send: () => (answers[sent++] ?? answers.at(-1) ?? fine)(),
    sleep: async (seconds) => void waits.push(seconds),
    signal: undefined,
    credential: ["Authorization", "L402 x:y"],
    maxRetries: 2,
    onRetry: (status, seconds) => retries.push([status, seconds]),
    ...changes,
  };
  return { run: () => presentCredential(options), waits, retries, sent: () => sent };
}

const fine = async () => new Response("ok");
const later = (status: number, retryAfter?: string) => async () =>
  new Response("", { status, headers: retryAfter === undefined ? {} : { "Retry-After": retryAfter } });
const broken = () => Promise.reject(new TypeError("fetch failed"));

describe("presentCredential", () => {
  it("sends once where it is answered", async () => {
    const { run, sent, retries } = setUp([fine]);
    expect(await (await run()).text()).toBe("ok");
    expect(sent()).toBe(1);
    expect(retries).toEqual([]);
  });
  it.each([
    [409, "3", 3],
    [425, "0", 0],
    [429, "1", 1],
    [502, "2", 2],
    [503, undefined, 1],
    [503, "86400", 30],
    [504, "7", 7],
    [503, "soon", 1],
    [503, "Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ])("waits after %d with Retry-After %s for %d s", async (status, retryAfter, seconds) => {
    const { run, waits, retries } = setUp([later(status, retryAfter), fine]);
    expect((await run()).status).toBe(200);
    expect(waits).toEqual([seconds]);
    expect(retries).toEqual([[status, seconds]]);
  });
  it.each([200, 206, 302, 304, 400, 402, 404, 409, 425, 429, 500, 502, 504])(
    "takes a %d without Retry-After as it is",
    async (status) => {
      const answer = async () => new Response(null, { status });
      const { run, sent } = setUp([answer, fine]);
      expect((await run()).status).toBe(status);
      expect(sent()).toBe(1);
    },
  );
  it("never takes a 402 or a 500 for busy, whatever they say", async () => {
    for (const status of [402, 500]) {
      const { run, sent } = setUp([later(status, "1"), fine]);
      expect((await run()).status).toBe(status);
      expect(sent()).toBe(1);
    }
  });
  it("returns the last answer when the retries are used up", async () => {
    const { run, sent } = setUp([later(503, "1")]);
    expect((await run()).status).toBe(503);
    expect(sent()).toBe(3);
  });
  it("lets go of bodies that nobody reads", async () => {
    const cancel = vi.fn<() => void>();
    const busy = async () => new Response(new ReadableStream({ cancel }), { status: 503 });
    await setUp([busy, fine]).run();
    expect(cancel).toHaveBeenCalledOnce();
  });
  it("says that it was paid where the network never answers", async () => {
    const { run, sent, retries } = setUp([broken]);
    await expect(run()).rejects.toMatchObject({
      name: "PayingError",
      code: "paid_without_answer",
      credential: ["Authorization", "L402 x:y"],
      cause: expect.any(TypeError),
    });
    expect(sent()).toBe(3);
    expect(retries).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
  it("does not ask again for a caller who has left", async () => {
    const signal = AbortSignal.abort();
    const { run, sent } = setUp([broken], { signal });
    await expect(run()).rejects.toMatchObject({ code: "paid_without_answer" });
    expect(sent()).toBe(1);
    const { run: busy } = setUp([later(503)], { signal });
    expect((await busy()).status).toBe(503);
  });
});

describe("sleep", () => {
  it("ends after its time, or with the signal", async () => {
    const started = performance.now();
    await sleep(0.02);
    expect(performance.now() - started).toBeGreaterThanOrEqual(15);
    const controller = new AbortController();
    const long = sleep(60, controller.signal);
    controller.abort(new Error("enough"));
    await expect(long).rejects.toThrow("enough");
    await expect(sleep(60, AbortSignal.abort())).rejects.toBeDefined();
  });
});
