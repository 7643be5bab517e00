import { describe, expect, it } from "vitest";
import { freezeRequest } from "./freeze-request.ts";

const url = "https://content.example/p/weather";

/** What a server would get from the n-th attempt. */
async function attempt(
  frozen: Awaited<ReturnType<typeof freezeRequest>>,
  credential?: readonly [string, string],
) {
  const request = new Request(frozen.url, frozen.init(credential));
  const { method, headers } = request;
  return {
    method,
    headers: Object.fromEntries(headers),
    body: Buffer.from(await request.arrayBuffer()).toString("latin1"),
  };
}

describe("freezeRequest", () => {
  it("takes an address as text, URL or Request", async () => {
    expect((await freezeRequest(url)).url).toBe(url);
    expect((await freezeRequest(new URL(url))).url).toBe(url);
    expect((await freezeRequest(new Request(url))).url).toBe(url);
  });

  const form = () => {
    const data = new FormData();
    data.set("file", new Blob(["x"], { type: "text/plain" }), "a.txt");
    return data;
  };
  it.each<[string, () => BodyInit, string | undefined]>([
    ["text", () => "grüße", "text/plain;charset=UTF-8"],
    ["bytes", () => Uint8Array.of(0, 255, 128), undefined],
    ["a buffer", () => Uint8Array.of(1, 2).buffer, undefined],
    ["a blob", () => new Blob(["{}"], { type: "application/json" }), "application/json"],
    [
      "parameters",
      () => new URLSearchParams({ a: "1 2" }),
      "application/x-www-form-urlencoded;charset=UTF-8",
    ],
    ["a form", form, undefined],
  ])("sends %s alike each time", async (name, make, type) => {
    const frozen = await freezeRequest(url, { method: "POST", body: make() });
    const first = await attempt(frozen);
    const second = await attempt(frozen);
    expect(second).toEqual(first);
    expect(first.body.length).toBeGreaterThan(0);
    if (name === "a form") expect(first.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
    else expect(first.headers["content-type"]).toBe(type);
  });

  it("is not changed by what the caller does to the bytes afterwards", async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const frozen = await freezeRequest(url, { method: "POST", body: bytes });
    bytes.fill(9);
    expect((await attempt(frozen)).body).toBe("\u0001\u0002\u0003");
  });

  it("keeps method, headers and signal of a Request, and lets init win", async () => {
    const controller = new AbortController();
    const input = new Request(url, {
      method: "PUT",
      headers: { "X-A": "1" },
      body: "b",
      signal: controller.signal,
    });
    const frozen = await freezeRequest(input);
    expect(await attempt(frozen)).toMatchObject({ method: "PUT", headers: { "x-a": "1" }, body: "b" });
    controller.abort();
    expect(frozen.init().signal?.aborted).toBe(true);
    const replaced = await freezeRequest(new Request(url, { method: "PUT", body: "b" }), {
      method: "POST",
      body: "c",
    });
    expect(await attempt(replaced)).toMatchObject({ method: "POST", body: "c" });
  });

  it("leaves the caller's Request readable", async () => {
    const input = new Request(url, { method: "POST", body: "mine" });
    await freezeRequest(input);
    expect(await input.text()).toBe("mine");
  });

  it("adds the credential to one attempt only", async () => {
    const frozen = await freezeRequest(url, { headers: { Accept: "text/event-stream" } });
    const paid = await attempt(frozen, ["PAYMENT-SIGNATURE", "abc"]);
    expect(paid.headers).toMatchObject({ accept: "text/event-stream", "payment-signature": "abc" });
    expect((await attempt(frozen)).headers).not.toHaveProperty("payment-signature");
  });

  it("knows whether Authorization is taken", async () => {
    expect((await freezeRequest(url)).hasAuthorization).toBe(false);
    expect((await freezeRequest(url, { headers: [["authorization", "Basic x"]] })).hasAuthorization).toBe(
      true,
    );
    const input = new Request(url, { headers: { Authorization: "Basic x" } });
    expect((await freezeRequest(input)).hasAuthorization).toBe(true);
  });

  it("refuses streams and iterators", async () => {
    const stream = new ReadableStream();
    await expect(freezeRequest(url, { method: "POST", body: stream })).rejects.toMatchObject({
      code: "body_not_repeatable",
    });
    async function* chunks() {
      yield new TextEncoder().encode("x");
    }
    const init: RequestInit = { method: "POST" };
    Object.assign(init, { body: chunks() });
    await expect(freezeRequest(url, init)).rejects.toMatchObject({ code: "body_not_repeatable" });
  });
});
