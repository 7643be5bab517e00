import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { askForPlainBody, toPlainBody } from "./plain-body.ts";

const text = "event: x\ndata: 1\n\n".repeat(1000);

describe("toPlainBody", () => {
  it.each([
    ["gzip", gzipSync(text)],
    ["br", brotliCompressSync(text)],
    ["deflate", deflateSync(text)],
    ["zstd", zstdCompressSync(text)],
  ])("unpacks %s", async (encoding, bytes) => {
    const headers = { "content-encoding": encoding, "content-length": String(bytes.length) };
    const plain = toPlainBody(new Response(new Uint8Array(bytes), { status: 206, headers }));
    expect(plain.status).toBe(206);
    expect(plain.headers.has("content-encoding")).toBe(false);
    expect(plain.headers.has("content-length")).toBe(false);
    expect(await plain.text()).toBe(text);
  });

  it("breaks where the packed bytes break", async () => {
    const cut = new Uint8Array(gzipSync(text).subarray(0, 60));
    const plain = toPlainBody(new Response(cut, { headers: { "content-encoding": "gzip" } }));
    await expect(plain.text()).rejects.toThrow();
    const failing = new ReadableStream({ pull: (controller) => controller.error(new Error("gone")) });
    const broken = toPlainBody(new Response(failing, { headers: { "content-encoding": "br" } }));
    await expect(broken.text()).rejects.toThrow("gone");
  });

  it("leaves plain bytes alone and forbids changes on the way", async () => {
    const plain = toPlainBody(new Response("x", { headers: { "cache-control": "private, no-store" } }));
    expect(plain.headers.get("cache-control")).toBe("private, no-store, no-transform");
    expect(await plain.text()).toBe("x");
  });

  it("keeps an answer that has no body", () => {
    expect(toPlainBody(new Response(null, { status: 304 })).body).toBeNull();
  });
});

describe("askForPlainBody", () => {
  it("changes nothing but the encodings that are welcome", async () => {
    const request = new Request("http://a/p/x?y=1", {
      method: "POST",
      body: "z",
      headers: { "accept-encoding": "gzip, br", "x-a": "1" },
    });
    const plain = askForPlainBody(request);
    expect([plain.method, plain.url, plain.headers.get("accept-encoding"), plain.headers.get("x-a")]).toEqual(
      ["POST", "http://a/p/x?y=1", "identity", "1"],
    );
    expect(await plain.text()).toBe("z");
  });
});
