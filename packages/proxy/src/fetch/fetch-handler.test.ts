import { PaywallError, utf8 } from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import { createOpenPaywall } from "../testing/open-paywall.ts";
import type { OpenPaywall } from "../testing/open-paywall.ts";
import { createFetchHandler } from "./index.ts";
import type { FetchHandler, ForwardedAnswer, Forwarder, ForwarderRequest } from "./index.ts";

interface World {
  readonly paywall: OpenPaywall;
  readonly handle: FetchHandler;
  readonly forwarded: ForwarderRequest[];
  readonly errors: unknown[];
}

const docsBase = "https://paywall.example/docs";
const hello: ForwardedAnswer = {
  head: {
    status: 200,
    headers: [
      ["X-A", "1"],
      ["X-A", "2"],
    ],
  },
  body: utf8("hello"),
};

function worldWith(
  answer: (
    grant: Parameters<Forwarder["forward"]>[0],
    request: ForwarderRequest,
  ) => ForwardedAnswer | Promise<ForwardedAnswer>,
): World {
  const paywall = createOpenPaywall("https://api.creator-site.com", { maxRequestBytes: 10 });
  const forwarded: ForwarderRequest[] = [];
  const errors: unknown[] = [];
  const forwarder: Forwarder = {
    forward: async (grant, request) => {
      forwarded.push(request);
      return answer(grant, request);
    },
  };
  return {
    paywall,
    forwarded,
    errors,
    handle: createFetchHandler(paywall, { forwarder, docsBase, onError: (error) => errors.push(error) }),
  };
}

const at = (path: string, init?: RequestInit): Request => new Request(`https://gateway.example${path}`, init);

describe("createFetchHandler", () => {
  it("gives the engine a head, and the answer to the client", async () => {
    const { handle, paywall } = worldWith(() => hello);
    const response = await handle(at("/p/open/a%2Fb?x=%7e", { headers: { "X-B": "2" } }), {
      remoteAddress: "8.8.8.8",
    });
    expect([response.status, response.headers.get("x-a"), await response.text()]).toEqual([
      200,
      "1, 2",
      "hello",
    ]);
    const { readBody, ...head } = paywall.seen[0] ?? {};
    expect(head).toEqual({
      method: "GET",
      target: "/p/open/a%2Fb?x=%7e",
      headers: [["x-b", "2"]],
      host: "gateway.example",
      remoteAddress: "8.8.8.8",
    });
    expect(readBody).toBeTypeOf("function");
  });

  it("prefers the raw target, which the platform's URL has already rewritten", async () => {
    const { handle, forwarded } = worldWith(() => hello);
    const response = await handle(at("/p/open/../admin"), { rawTarget: "/p/open/../admin" });
    expect([response.status, (await response.json()).code]).toEqual([400, "bad_target"]);
    for (const rawTarget of ["//evil/x", "/a\\b", "/a#b", "http://evil/", "*", "/a b", "/é"]) {
      expect((await handle(at("/p/open"), { rawTarget })).status).toBe(400);
    }
    expect(forwarded).toEqual([]);
  });

  it.each([204, 205, 304])("answers %d without a body", async (status) => {
    const { handle } = worldWith(() => ({ head: { status, headers: [] }, body: new Uint8Array(0) }));
    const response = await handle(at("/p/open"));
    expect([response.status, response.body]).toEqual([status, null]);
  });

  it("answers HEAD without a body and lets the upstream go", async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
    const { handle } = worldWith(() => ({ head: { status: 200, headers: [["Content-Length", "5"]] }, body }));
    const response = await handle(at("/p/open", { method: "HEAD" }));
    expect([response.body, response.headers.get("content-length"), cancelled]).toEqual([null, "5", true]);
  });

  it("refuses bodies over the endpoint's limit before anything is sent", async () => {
    const { handle, forwarded, paywall } = worldWith(() => hello);
    const response = await handle(
      at("/p/open", { method: "POST", body: "12345678901", headers: { "content-length": "11" } }),
    );
    expect([response.status, forwarded.length]).toEqual([413, 0]);
    expect(paywall.ends).toEqual([{ end: "fail", code: "payload_too_large" }]);
  });

  it("forwards the bytes that the engine has read", async () => {
    const { handle, forwarded, paywall } = worldWith(() => hello);
    const authorize = paywall.authorize;
    paywall.refuse = (request) => {
      paywall.refuse = undefined;
      return (request.readBody?.(5) ?? Promise.reject(new Error("none"))).then(() => authorize(request));
    };
    await handle(at("/p/open", { method: "POST", body: "hello" }));
    expect(forwarded[0]?.body).toEqual(utf8("hello"));
    paywall.refuse = (request) =>
      (request.readBody?.(4) ?? Promise.reject(new Error("none"))).then(() => authorize(request));
    expect((await handle(at("/p/open", { method: "POST", body: "hello" }))).status).toBe(413);
  });

  it("sends nothing for a client that has left", async () => {
    const { handle, forwarded, paywall } = worldWith(() => hello);
    const left = new AbortController();
    left.abort();
    expect((await handle(at("/p/open", { signal: left.signal }))).status).toBe(499);
    expect(forwarded).toEqual([]);
    expect(paywall.ends).toEqual([{ end: "finish", complete: false, bytes: 0 }]);
  });

  it("says nothing of what went wrong inside", async () => {
    const { handle, errors, paywall } = worldWith(() => {
      throw new Error("secret");
    });
    const response = await handle(at("/p/open"));
    expect([response.status, (await response.text()).includes("secret")]).toEqual([500, false]);
    expect(errors).toHaveLength(1);
    paywall.refuse = () => {
      throw new PaywallError("store_unavailable", { retryAfter: 2 });
    };
    const away = await handle(at("/p/open"));
    expect([away.status, away.headers.get("retry-after"), away.headers.get("content-type")]).toEqual([
      503,
      "2",
      "application/problem+json",
    ]);
    expect((await handle(at("/elsewhere"))).status).toBe(503);
    paywall.refuse = undefined;
    expect((await handle(at("/elsewhere"))).status).toBe(404);
    expect(errors).toHaveLength(1);
  });
});
