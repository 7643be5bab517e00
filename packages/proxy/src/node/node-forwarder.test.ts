import { afterEach, describe, expect, it } from "vitest";
import type { Grant } from "../decision.ts";
import { startContractUpstream } from "../testing/contract-upstream.ts";
import type { ContractUpstream } from "../testing/contract-upstream.ts";
import { createOpenPaywall } from "../testing/open-paywall.ts";
import type { OpenPaywall } from "../testing/open-paywall.ts";
import { createEgress, createEgressPolicy, createNodeForwarder } from "./index.ts";

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function startWorld() {
  const upstream: ContractUpstream = await startContractUpstream();
  const paywall: OpenPaywall = createOpenPaywall(upstream.origin, { maxRequestBytes: 1000 });
  const egress = createEgress(createEgressPolicy({ allow: new URL(upstream.origin).host }));
  stops.push(() => Promise.all([egress.destroy(), upstream.close()]));
  const grantFor = async (path: string, method = "GET"): Promise<Grant> => {
    const decision = await paywall.authorize({
      method,
      target: `/p/open${path}`,
      headers: [],
      host: "a",
      remoteAddress: "",
    });
    if (decision.kind !== "granted") throw new Error("not granted");
    return decision.grant;
  };
  return { upstream, paywall, grantFor, forwarder: createNodeForwarder(egress) };
}

const never = new AbortController().signal;
const streamOf = (body: unknown): ReadableStream<Uint8Array> => {
  if (body instanceof ReadableStream) return body;
  throw new Error("not a stream");
};

describe("createNodeForwarder", () => {
  it("asks the upstream only for what is read", async () => {
    const { upstream, paywall, grantFor, forwarder } = await startWorld();
    const { body } = await forwarder.forward(await grantFor("/bytes?count=200000000"), {
      method: "GET",
      body: null,
      signal: never,
    });
    const reader = streamOf(body).getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(upstream.streams.open).toBe(1);
    expect(paywall.ends).toEqual([]);
    await reader.cancel();
    await expect.poll(() => upstream.streams).toEqual({ open: 0, left: 1 });
    expect(paywall.ends).toEqual([expect.objectContaining({ end: "finish", complete: false })]);
  });

  it("is complete only when all was read", async () => {
    const { paywall, grantFor, forwarder } = await startWorld();
    const { body } = await forwarder.forward(await grantFor("/file"), {
      method: "GET",
      body: null,
      signal: never,
    });
    expect(paywall.ends).toEqual([]);
    expect((await new Response(streamOf(body)).bytes()).length).toBe(100);
    expect(paywall.ends).toEqual([{ end: "finish", complete: true, bytes: 100 }]);
  });

  it.each(["/empty", "/file"])("ends at once where there is no body: %s", async (path) => {
    const { paywall, grantFor, forwarder } = await startWorld();
    const method = path === "/file" ? "HEAD" : "GET";
    const { body } = await forwarder.forward(await grantFor(path, method), {
      method,
      body: null,
      signal: never,
    });
    await streamOf(body).cancel();
    expect(paywall.ends).toEqual([{ end: "finish", complete: true, bytes: 0 }]);
  });

  it("aborts the upstream with the request's signal, before and after the head", async () => {
    const { upstream, paywall, grantFor, forwarder } = await startWorld();
    paywall.commitDelayMs = 10_000;
    const early = new AbortController();
    const waiting = forwarder.forward(await grantFor("/sse?gap=9000"), {
      method: "GET",
      body: null,
      signal: early.signal,
    });
    await expect.poll(() => upstream.streams.open).toBe(1);
    early.abort();
    await expect(waiting).rejects.toThrow();
    paywall.commitDelayMs = 0;
    const late = new AbortController();
    const { body } = await forwarder.forward(await grantFor("/sse?gap=9000"), {
      method: "GET",
      body: null,
      signal: late.signal,
    });
    const reader = streamOf(body).getReader();
    await reader.read();
    late.abort();
    await expect(reader.read()).rejects.toThrow();
    await expect.poll(() => upstream.streams).toEqual({ open: 0, left: 2 });
    expect(paywall.ends.map((end) => end.end === "finish" && !end.complete)).toEqual([true, true]);
  });

  it("stops a body that grows over the limit", async () => {
    const { paywall, grantFor, forwarder } = await startWorld();
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled++;
        controller.enqueue(new Uint8Array(400));
      },
    });
    const answer = await forwarder.forward(await grantFor("/hash", "POST"), {
      method: "POST",
      body,
      signal: never,
    });
    expect(answer.head.status).toBe(413);
    expect(pulled).toBeLessThan(100);
    expect(paywall.ends).toEqual([{ end: "fail", code: "payload_too_large" }]);
  });

  it("breaks the stream where the upstream broke off", async () => {
    const { grantFor, forwarder } = await startWorld();
    const { body } = await forwarder.forward(await grantFor("/truncate"), {
      method: "GET",
      body: null,
      signal: never,
    });
    await expect(new Response(streamOf(body)).text()).rejects.toThrow();
  });
});
