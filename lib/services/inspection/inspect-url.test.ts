import { PaywallError } from "@x402-paywall/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestRuntime, type TestRuntime } from "../../testing/runtime.ts";
import type { Context } from "../context.ts";
import type { Look, LookOptions } from "../ports.ts";
import { inspectUrl } from "./inspect-url.ts";

let runtime: TestRuntime;
let answers: Readonly<Partial<Record<"HEAD" | "GET", Partial<Look> | PaywallError>>>;
let asked: LookOptions[];

beforeAll(async () => {
  runtime = await createTestRuntime({
    look: async (_url, options) => {
      asked.push(options);
      const answer = answers[options.method] ?? new PaywallError("upstream_unreachable");
      if (answer instanceof PaywallError) throw answer;
      return { status: 200, headers: [], body: new Uint8Array(), truncated: false, ...answer };
    },
  });
});
beforeEach(() => {
  asked = [];
});
afterAll(() => runtime.close());

function inspect(url = "https://api.weather-site.com/v1/today") {
  const ctx: Context = {
    ...runtime,
    actor: { kind: "visitor", workspaceId: null, sessionEnded: false },
    clientAddress: "192.0.2.1",
  };
  return inspectUrl({ ctx, input: { url } });
}

const page = (type: string, body = "", rest: Partial<Look> = {}): Partial<Look> => ({
  headers: [["Content-Type", type]],
  body: Buffer.from(body),
  ...rest,
});

describe("the answer of the test call", () => {
  const json = page("application/json; charset=utf-8", '{"a": 1}');
  const sampleOf = async (get: Partial<Look>) => {
    answers = { GET: get };
    return (await inspect()).sample;
  };

  it("can be a sample where it is whole, short text", async () => {
    const sample = { contentType: "application/json; charset=utf-8", body: '{"a": 1}' };
    expect(await sampleOf(json)).toEqual(sample);
    const ranged = { ...json, status: 206 };
    const range = (text: string) => [...(json.headers ?? []), ["Content-Range", text] as const];
    expect(await sampleOf({ ...ranged, headers: range("bytes 0-7/8") })).toEqual(sample);
    expect(await sampleOf({ ...ranged, headers: range("bytes 0-7/9") })).toBeNull();
  });

  it.each([
    ["cut off", { ...json, truncated: true }],
    ["an error", { ...json, status: 500 }],
    ["encoded", { ...json, headers: [...(json.headers ?? []), ["Content-Encoding", "gzip"] as const] }],
    ["a page", page("text/html", "<p>")],
    ["not UTF-8", { ...json, body: Uint8Array.of(0xff) }],
    ["no JSON, though it says so", page("application/json", "{")],
    ["too long", page("text/plain", "x".repeat(4_097))],
    ["a stream", page("text/event-stream", "data: 1\n\n")],
    ["without a type", { ...json, headers: [] }],
  ])("is none where it is %s", async (_, get) => {
    expect(await sampleOf(get)).toBeNull();
  });
});

describe("inspect", () => {
  it.each([
    ["json", page("application/json; charset=utf-8", `{"a":1}`), "10000", 7],
    ["json", page("application/problem+json", "{}"), "10000", 2],
    [
      "openapi",
      page(
        "application/json",
        JSON.stringify({
          openapi: "3.1.0",
          info: { title: "Pets" },
          paths: { "/a": { get: {}, post: {}, parameters: [] }, "/b": { delete: {} } },
        }),
      ),
      "10000",
      114,
    ],
    ["openapi", page("application/yaml", "openapi: 3.1.0\npaths: {}"), "10000", 24],
    ["page", page("text/html", "<html><title>My &amp; page\n</title>"), "100000", 35],
    ["file", page("application/pdf", "%PDF"), "1000000", 4],
    ["stream", page("text/event-stream", "data: 1\n\n", { truncated: true }), "20000", null],
  ])("finds %s", async (kind, answer, suggestedPrice, bytes) => {
    answers = { GET: answer };
    expect(await inspect()).toMatchObject({
      reachable: true,
      status: 200,
      kind,
      suggestedPrice: { model: "per-request", amount: suggestedPrice },
      bytes,
      suggestedSlug: "weather-site-v1-today",
    });
  });

  it("takes title and operations from the document", async () => {
    answers = {
      GET: page(
        "application/json",
        JSON.stringify({
          swagger: "2.0",
          info: { title: "Pets\u0000 API" },
          paths: { "/a": { get: {}, put: {} } },
        }),
      ),
    };
    expect(await inspect()).toMatchObject({
      operations: 2,
      suggestedTitle: "Pets API",
      notes: ["OpenAPI: 2 operations."],
    });
    answers = { GET: page("text/html", "<title> Ada&#39;s\n notes </title>") };
    expect(await inspect()).toMatchObject({ suggestedTitle: "Ada's notes" });
  });

  it("reads the size of a file from its range, and asks for no more than 64 KiB", async () => {
    const headers = [
      ["content-type", "application/zip"],
      ["content-range", "bytes 0-65535/52428800"],
      ["accept-ranges", "bytes"],
    ] as const;
    answers = { HEAD: new PaywallError("upstream_timeout"), GET: { status: 206, headers, truncated: false } };
    expect(await inspect()).toMatchObject({
      status: 200,
      kind: "file",
      bytes: 52_428_800,
      notes: ["Downloads can be resumed (ranges)."],
    });
    expect(asked).toMatchObject([
      { method: "HEAD" },
      { method: "GET", maxBytes: 65_536, headers: [["range", "bytes=0-65535"]] },
    ]);
    expect(asked.reduce((sum, look) => sum + look.timeoutMs, 0)).toBe(5_000);
    answers = {
      HEAD: { headers: [["Content-Length", "999"]] },
      GET: page("image/png", "x", { truncated: true }),
    };
    expect((await inspect()).bytes).toBe(999);
  });

  it("does not open a stream that HEAD has told of", async () => {
    answers = { HEAD: page("text/event-stream") };
    expect(await inspect()).toMatchObject({ kind: "stream" });
    expect(asked).toHaveLength(1);
  });

  it.each([
    [401, [], "json", /401: add the header/],
    [403, [], "json", /403: add the header/],
    [404, [], "json", /404/],
    [405, [], "json", /does not take GET/],
    [
      302,
      [["location", "https://elsewhere.com/\u0007x"]],
      "json",
      /redirects to https:\/\/elsewhere\.com\/ x, which is not followed/,
    ],
    [402, [], "json", /payment of its own/],
    [503, [], "json", /503 at the moment/],
  ] as const)("explains a %i", async (status, headers, kind, note) => {
    answers = { GET: { status, headers } };
    expect(await inspect()).toMatchObject({
      reachable: true,
      status,
      kind,
      notes: [expect.stringMatching(note)],
    });
  });

  it("knows a model server by its path", async () => {
    answers = { GET: { status: 405, headers: [["content-type", "application/json"]] } };
    expect(await inspect("https://llm.some-site.com/v1/chat/completions")).toMatchObject({
      kind: "stream",
      suggestedPrice: { model: "metered", rates: { inputToken: "1000000", outputToken: "4000000" } },
    });
  });

  it("says what could not be reached, and refuses what may not be", async () => {
    answers = {};
    expect(await inspect()).toMatchObject({
      reachable: false,
      status: null,
      suggestedTitle: "Today",
      notes: [expect.stringMatching(/could not be reached/)],
    });
    answers = { GET: new PaywallError("upstream_timeout") };
    expect(await inspect()).toMatchObject({
      reachable: false,
      notes: [expect.stringMatching(/three seconds/)],
    });
    answers = { GET: new PaywallError("upstream_address_denied") };
    await expect(inspect()).rejects.toMatchObject({
      code: "upstream_url_rejected",
      options: { errors: [{ field: "url" }] },
    });
    await expect(inspect("http://10.0.0.1/")).rejects.toMatchObject({ code: "upstream_url_rejected" });
    await expect(inspect("http://localhost:3000/")).rejects.toMatchObject({ code: "upstream_is_self" });
  });
});
