import { PaywallError } from "@x402-paywall/core";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type {
  CommittedHead,
  Decision,
  DeliveryOutcome,
  Grant,
  RequestHead,
  ResponseHead,
} from "../decision.ts";
import { serveHandler, type HandlerVisit } from "./serve-handler.ts";

interface Watched {
  readonly decision: Decision;
  readonly heads: ResponseHead[];
  readonly outcomes: DeliveryOutcome[];
  readonly failures: unknown[];
}

/** A grant that says what it was asked. */
function grant(commit: (head: ResponseHead) => Promise<CommittedHead> = async (head) => head): Watched {
  const heads: ResponseHead[] = [];
  const outcomes: DeliveryOutcome[] = [];
  const failures: unknown[] = [];
  const granted = {
    commit: (head: ResponseHead) => (heads.push(head), commit(head)),
    finish: async (outcome: DeliveryOutcome) => void outcomes.push(outcome),
    fail: async (error: unknown) => {
      failures.push(error);
      return { head: { status: 503, headers: [["X-Ours", "1"]] }, body: new TextEncoder().encode("ours") };
    },
  } as unknown as Grant;
  return { decision: { kind: "granted", grant: granted }, heads, outcomes, failures };
}

type Visit = Partial<Omit<HandlerVisit, "request">> & {
  readonly request?: RequestInit;
  readonly decide: (request: RequestHead) => Decision | Promise<Decision>;
};

function serve({ request, decide, ...over }: Visit): Promise<Response> {
  return serveHandler({
    request: new Request("http://localhost:3000/x?a=1", request),
    ticket: { isFree: false, authorize: decide },
    handle: () => new Response("paid"),
    docsBase: "http://localhost:3000/.paywall/problems",
    ...over,
  });
}

const never = (): never => {
  throw new Error("The handler ran");
};

describe("before the handler", () => {
  it("refuses without running it", async () => {
    const answer = await serve({
      decide: () => ({
        kind: "refused",
        head: {
          status: 402,
          headers: [
            ["WWW-Authenticate", "L402"],
            ["WWW-Authenticate", "Payment"],
          ],
        },
        body: new TextEncoder().encode("pay"),
      }),
      handle: never,
    });
    expect([answer.status, await answer.text(), answer.headers.get("www-authenticate")]).toEqual([
      402,
      "pay",
      "L402, Payment",
    ]);
  });

  it("lets through what has no price, untouched", async () => {
    const own = new Response("own", { headers: { "cache-control": "public" } });
    expect(await serve({ decide: () => ({ kind: "passthrough" }), handle: () => own })).toBe(own);
  });

  it("asks by the raw target, and lends the body to the price without taking it from the handler", async () => {
    const seen: unknown[] = [];
    const { decision } = grant();
    const answer = await serve({
      request: { method: "POST", body: '{"a":1}', headers: { "X-A": "1" } },
      context: { remoteAddress: "192.0.2.1", rawTarget: "/%78?a=1" },
      decide: async ({ method, target, remoteAddress, headers, readBody }) => {
        seen.push(method, target, remoteAddress, Object.fromEntries(headers)["x-a"]);
        seen.push(new TextDecoder().decode(await readBody?.(100)));
        return decision;
      },
      handle: () => new Response("paid"),
    });
    expect(seen).toEqual(["POST", "/%78?a=1", "192.0.2.1", "1", '{"a":1}']);
    expect(await answer.text()).toBe("paid");
    const echoed = new Request("http://localhost:3000/", { method: "POST", body: "whole" });
    const echo = await serveHandler({
      request: echoed,
      ticket: { isFree: false, authorize: async ({ readBody }) => (await readBody?.(100), grant().decision) },
      handle: async () => new Response(await echoed.text()),
      docsBase: "",
    });
    expect(await echo.text()).toBe("whole");
  });

  it.each([
    [
      "a body above the limit",
      async ({ readBody }: RequestHead) => (await readBody?.(3), grant().decision),
      413,
      false,
    ],
    ["what should not happen", () => Promise.reject(new Error("broken")), 500, true],
  ])("answers %s with a problem", async (_, decide, status, isTold) => {
    const told: unknown[] = [];
    const answer = await serve({
      request: { method: "POST", body: "12345" },
      decide,
      handle: never,
      onError: (error) => told.push(error),
    });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "application/problem+json"]);
    expect(JSON.stringify(await answer.json())).not.toContain("broken");
    expect(told).toHaveLength(isTold ? 1 : 0);
  });
});

describe("the handler's answer", () => {
  it("is charged at its head, keeps its headers line by line, and is finished when it was read", async () => {
    const watched = grant(async (head) => ({
      ...head,
      headers: [...head.headers, ["Paywall-Receipt", "rcp_1"]],
    }));
    const headers = new Headers({ "x-own": "1" });
    headers.append("set-cookie", "a=1");
    headers.append("set-cookie", "b=2");
    const answer = await serve({
      decide: () => watched.decision,
      handle: () => new Response("paid", { status: 201, headers }),
    });
    expect(watched.heads).toMatchObject([{ status: 201 }]);
    expect([answer.status, answer.headers.getSetCookie(), answer.headers.get("paywall-receipt")]).toEqual([
      201,
      ["a=1", "b=2"],
      "rcp_1",
    ]);
    expect(watched.outcomes).toEqual([]);
    expect(await answer.text()).toBe("paid");
    expect(watched.outcomes).toEqual([{ complete: true, bytes: 4 }]);
  });

  it.each([
    ["no body", "GET", () => new Response(null, { status: 204 }), 204],
    ["a redirect", "GET", () => Response.redirect("http://localhost:3000/y"), 302],
    ["a HEAD", "HEAD", () => new Response("of GET"), 200],
  ])("is complete with %s", async (_, method, handle, status) => {
    const watched = grant();
    const answer = await serve({ request: { method }, decide: () => watched.decision, handle });
    expect([answer.status, await answer.text()]).toEqual([status, ""]);
    expect(watched.outcomes).toEqual([{ complete: true, bytes: 0 }]);
  });

  it("is charged to nobody where the handler throws, which is the framework's to answer", async () => {
    const watched = grant();
    const failing = serve({
      decide: () => watched.decision,
      handle: () => Promise.reject(new Error("The handler failed")),
    });
    await expect(failing).rejects.toThrow("The handler failed");
    expect([watched.heads, watched.outcomes]).toEqual([[], [{ complete: false, bytes: 0 }]]);
  });

  it("is ours where the money did not move: the handler's body is given up unread", async () => {
    const error = new PaywallError("settlement_failed");
    const watched = grant(() => Promise.reject(error));
    let isCancelled = false;
    const secret = new ReadableStream<Uint8Array>({ cancel: () => void (isCancelled = true) });
    const answer = await serve({ decide: () => watched.decision, handle: () => new Response(secret) });
    expect([answer.status, await answer.text(), answer.headers.get("x-ours")]).toEqual([503, "ours", "1"]);
    expect([watched.failures, isCancelled]).toEqual([[error], true]);
  });

  it("is framed by its length where the runtime would forget it", async () => {
    const lengths: number[] = [];
    const frame: HandlerVisit["frame"] = (body, length) => (lengths.push(length), body);
    for (const headers of [{ "content-length": "4" }, {}, { "content-length": "x" }])
      await (
        await serve({
          decide: () => grant().decision,
          handle: () => new Response("paid", { headers }),
          frame,
        })
      ).text();
    expect(lengths).toEqual([4]);
  });

  it("keeps the runtime alive until all of it is written down", async () => {
    let isDone = false;
    const waitUntil = (work: Promise<unknown>): void => void work.then(() => (isDone = true));
    const watched = grant();
    const answer = await serve({ decide: () => watched.decision, waitUntil });
    await sleep(1);
    expect(isDone).toBe(false);
    await answer.text();
    await expect.poll(() => isDone).toBe(true);
    expect(watched.outcomes).toHaveLength(1);
  });
});
