import { createHash } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import { encode, decode } from "gpt-tokenizer/encoding/o200k_base";
import { afterEach, beforeEach, expect, test } from "vitest";
import { demoFileBytes } from "./routes/files.ts";
import { answerTokens, STORY_TOKENS, tellStory } from "./speech.ts";
import type { DemoStats } from "./stats.ts";
import { createDemoUpstream } from "./upstream.ts";

let server: ReturnType<typeof createDemoUpstream>;
let base: string;
let port: number;

beforeEach(async () => {
  server = createDemoUpstream();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  port = typeof address === "object" && address ? address.port : 0;
  base = `http://127.0.0.1:${port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function stats(): Promise<DemoStats> {
  const response = await fetch(`${base}/control/stats`);
  return JSON.parse(await response.text());
}

function post(path: string, body: unknown): Promise<Response> {
  return fetch(base + path, { method: "POST", body: JSON.stringify(body) });
}

async function until(check: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 3000; !(await check());) {
    if (Date.now() > deadline) throw new Error("It did not happen in time");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test("the same question gets the same answer", async () => {
  const ask = async () => (await fetch(`${base}/v1/weather?city=Osaka`)).text();
  expect(await ask()).toBe(await ask());
  expect((await fetch(`${base}/v1/quotes/btc`)).status).toBe(200);
  expect((await fetch(`${base}/v1/quotes/a%20b`)).status).toBe(404);
  expect((await fetch(`${base}/v1/premium/report`)).status).toBe(200);
  expect((await fetch(`${base}/nowhere`)).status).toBe(404);
  expect((await fetch(`${base}/toString`)).status).toBe(404);
});

test("echo shows the raw target and each header line", async () => {
  const call = request(`${base}/v1/echo/a%2Fb?x=%20y`, { method: "PUT", headers: { "X-Twice": ["1", "2"] } });
  call.end("hello");
  const [answer]: [IncomingMessage] = await once(call, "response").then(([first]) => [first]);
  const shown = JSON.parse((await answer.toArray()).join(""));
  expect(shown).toMatchObject({
    method: "PUT",
    target: "/v1/echo/a%2Fb?x=%20y",
    body: { bytes: 5, sha256: createHash("sha256").update("hello").digest("hex") },
  });
  expect(shown.rawHeaders.filter((item: string) => item === "X-Twice")).toHaveLength(2);
});

test("a chat stream takes half a second, in at least ten chunks, and ends with usage", async () => {
  const started = performance.now();
  const input = {
    model: "m",
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: "user", content: "Hi" }],
  };
  const response = await post("/v1/chat/completions", input);
  const firstByte = performance.now() - started;
  const events = (await response.text())
    .split("\n\n")
    .filter(Boolean)
    .map((line) => line.slice("data: ".length));
  expect(performance.now() - started - firstByte).toBeGreaterThanOrEqual(500);
  expect(firstByte).toBeLessThan(300);
  expect(events.at(-1)).toBe("[DONE]");
  const chunks = events.slice(0, -1).map((text) => JSON.parse(text));
  const texts = chunks
    .flatMap((chunk) => chunk.choices)
    .map((choice) => choice.delta.content)
    .filter(Boolean);
  expect(texts.length).toBeGreaterThanOrEqual(10);
  const { usage } = chunks.at(-1);
  expect(usage.completion_tokens).toBe(texts.length);
  expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens);
});

test("without include_usage no chunk mentions usage; without stream it is in the document", async () => {
  const messages = [{ role: "user", content: "Hi" }];
  const stream = await post("/v1/chat/completions?ms=1", { stream: true, messages });
  expect(await stream.text()).not.toContain("usage");
  const whole = JSON.parse(await (await post("/v1/chat/completions", { messages })).text());
  expect(whole.usage.completion_tokens).toBeGreaterThan(9);
  expect((await post("/v1/chat/completions", {})).status).toBe(400);
});

function readChunks(text: string) {
  const events = text.split("\n\n").filter(Boolean);
  expect(events.at(-1)).toBe("data: [DONE]");
  const chunks = events.slice(0, -1).map((event) => JSON.parse(event.slice("data: ".length)));
  const tokens: string[] = chunks
    .flatMap((chunk) => chunk.choices)
    .map((choice) => choice.delta.content)
    .filter(Boolean);
  return { chunks, tokens, usage: chunks.at(-1).usage };
}

test("each chunk is one token of o200k, and the reported usage is their number", async () => {
  for (const tokens of [answerTokens, [...tellStory(2 * STORY_TOKENS + 9)]])
    expect(encode(tokens.join("")).map((token) => decode([token]))).toEqual(tokens);
  const whole = readChunks(await (await fetch(`${base}/v1/story?delay=0`)).text());
  expect(whole.tokens).toEqual([...tellStory(STORY_TOKENS)]);
  expect(whole.usage).toMatchObject({ prompt_tokens: 0, completion_tokens: STORY_TOKENS });
  const long = readChunks(await (await fetch(`${base}/v1/story?delay=0&tokens=400`)).text());
  expect(long.tokens).toHaveLength(400);
  expect(long.usage.completion_tokens).toBe(400);
});

test("max_tokens limits an answer, says so, and is what is reported", async () => {
  const messages = [{ role: "user", content: "Hi" }];
  for (const limit of [{ max_tokens: 3 }, { max_completion_tokens: 3, max_tokens: 9 }]) {
    const input = { ...limit, stream: true, stream_options: { include_usage: true }, messages };
    const { chunks, tokens, usage } = readChunks(
      await (await post("/v1/chat/completions?ms=0", input)).text(),
    );
    expect(tokens).toEqual(answerTokens.slice(0, 3));
    expect(chunks.at(-2).choices[0].finish_reason).toBe("length");
    expect(usage.completion_tokens).toBe(3);
  }
  const anthropic = await post("/v1/messages", { max_tokens: 4, messages });
  expect(await anthropic.json()).toMatchObject({ stop_reason: "max_tokens", usage: { output_tokens: 4 } });
  const long = await post("/v1/chat/completions?tokens=300&cached=1", { messages });
  expect((await long.json()).usage).toEqual({
    prompt_tokens: 1,
    completion_tokens: 300,
    total_tokens: 301,
    prompt_tokens_details: { cached_tokens: 1 },
  });
});

test("the weather reports a unit for each day", async () => {
  const units = async (query: string) =>
    (await fetch(`${base}/v1/weather${query}`)).headers.get("x-paywall-usage");
  expect([await units(""), await units("?days=7"), await units("?days=99")]).toEqual(["1", "7", "16"]);
});

test("messages stream names its events and counts tokens at both ends", async () => {
  const response = await post("/v1/messages?ms=1", {
    stream: true,
    messages: [{ role: "user", content: "Hi" }],
  });
  const names = [...(await response.text()).matchAll(/^event: (\w+)$/gm)].map(([, name]) => name);
  expect(names.slice(0, 2)).toEqual(["message_start", "content_block_start"]);
  expect(names.slice(-3)).toEqual(["content_block_stop", "message_delta", "message_stop"]);
  expect((await post("/v1/messages", {})).status).toBe(400);
});

test("a file is the same at every offset, and knows ranges, HEAD and ETag", async () => {
  const url = `${base}/files/demo.bin`;
  const head = await fetch(url, { method: "HEAD" });
  expect(head.headers.get("content-length")).toBe("50000000");
  const etag = head.headers.get("etag") ?? "";
  expect((await fetch(url, { headers: { "If-None-Match": etag } })).status).toBe(304);
  const cases: readonly [range: string, status: number, contentRange: string | null, bytes: number][] = [
    ["bytes=65530-65545", 206, "bytes 65530-65545/50000000", 16],
    ["bytes=-4", 206, "bytes 49999996-49999999/50000000", 4],
    ["bytes=49999999-", 206, "bytes 49999999-49999999/50000000", 1],
    ["bytes=0-99999999999", 206, "bytes 0-49999999/50000000", 50_000_000],
    ["bytes=50000000-", 416, "bytes */50000000", 0],
    ["bytes=-0", 416, "bytes */50000000", 0],
    ["bytes=5-4", 200, null, 50_000_000],
    ["bytes=0-1,5-6", 200, null, 50_000_000],
    ["lines=1-2", 200, null, 50_000_000],
  ];
  for (const [range, status, contentRange, bytes] of cases) {
    const response = await fetch(url, { headers: { Range: range } });
    const body = Buffer.from(await response.arrayBuffer());
    expect([range, response.status, response.headers.get("content-range"), body.length]).toEqual([
      range,
      status,
      contentRange,
      bytes,
    ]);
    const start = Number(contentRange?.match(/ (\d+)-/)?.[1] ?? 0);
    if (bytes > 0 && bytes < 100) expect(body.equals(demoFileBytes(start, start + bytes - 1))).toBe(true);
  }
  const stale = await fetch(url, { headers: { Range: "bytes=0-9", "If-Range": '"other"' } });
  expect(stale.status).toBe(200);
  await stale.body?.cancel();
  expect((await (await fetch(`${base}/files/2MiB.bin`)).arrayBuffer()).byteLength).toBe(2 << 20);
  expect((await fetch(`${base}/files/0MiB.bin`)).status).toBe(404);
});

test("an upload is counted, not kept", async () => {
  const body = Buffer.alloc(3_000_000, 7);
  const response = await fetch(`${base}/upload`, { method: "POST", body });
  expect(await response.json()).toEqual({
    bytes: 3_000_000,
    sha256: createHash("sha256").update(body).digest("hex"),
  });
});

test.each([
  "/sse?ticks=1000&ms=20",
  "/v1/story?tokens=1000&delay=20",
  "/silent?seconds=60",
  "/control/hang?after=head",
  "/control/drip?ms=20&bytes=1000",
  "/files/900MiB.bin",
])("%s stops when its client leaves, and counts it", async (path) => {
  const abort = new AbortController();
  const response = await fetch(base + path, { signal: abort.signal });
  expect(response.status).toBe(200);
  await until(async () => (await stats()).open === 1);
  const left = Date.now();
  abort.abort();
  await until(async () => (await stats()).aborted === 1);
  const after = await stats();
  expect(after.open).toBe(0);
  expect(after.lastAbortAt - left).toBeLessThan(250);
});

test("counts hits by path and runs by Idempotency-Key, and forgets on demand", async () => {
  for (let n = 0; n < 3; n++)
    await fetch(`${base}/v1/weather?n=${n}`, { headers: { "Idempotency-Key": "pay-1" } });
  expect(await stats()).toMatchObject({ hits: { "/v1/weather": 3 }, runs: { "pay-1": 3 }, aborted: 0 });
  await post("/control/reset", {});
  expect(await stats()).toMatchObject({ hits: {}, runs: {} });
});

test("fails as often as it was told to, then answers again", async () => {
  await post("/control/fail-next", { times: 2, status: 503 });
  const seen = [];
  for (let n = 0; n < 3; n++) seen.push((await fetch(`${base}/v1/weather`)).status);
  expect(seen).toEqual([503, 503, 200]);
  await post("/control/fail-next", { times: 1, status: 0 });
  await expect(fetch(`${base}/v1/weather`)).rejects.toThrow();
  expect((await fetch(`${base}/v1/weather`)).status).toBe(200);
  expect((await post("/control/fail-next", { times: -1 })).status).toBe(400);
});

test("control paths misbehave as their names say, and none of it counts as a client that left", async () => {
  expect((await fetch(`${base}/control/status/418`)).status).toBe(418);
  expect((await fetch(`${base}/control/status/204`)).status).toBe(204);
  expect((await fetch(`${base}/control/status/99`)).status).toBe(400);
  expect((await fetch(`${base}/control/status/402`)).headers.get("payment-required")).toBe("e30=");
  for (const path of ["/control/truncate", "/control/truncate?chunked=1", "/control/reset?after=head"]) {
    await expect(fetch(base + path).then((response) => response.text())).rejects.toThrow();
  }
  await expect(fetch(`${base}/control/reset`)).rejects.toThrow();
  await expect(fetch(`${base}/control/garbage`)).rejects.toThrow();
  const redirect = await fetch(`${base}/control/redirect?to=http://127.0.0.1:1/%0d%0aX:%20y`, {
    redirect: "manual",
  });
  expect(redirect.headers.get("location")).toBe("http://127.0.0.1:1/X:y");
  const hostile = await fetch(`${base}/control/headers`);
  expect(hostile.headers.getSetCookie()).toHaveLength(2);
  expect((await stats()).aborted).toBe(0);
});

test("garbage of each kind goes out byte for byte", async () => {
  const socket = connect(port, "127.0.0.1");
  socket.write("GET /control/garbage?kind=second-answer HTTP/1.1\r\nHost: x\r\n\r\n");
  const text = Buffer.concat(await socket.toArray()).toString();
  expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
});
