import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError, api, toApiError, withQuery } from "./api-client.ts";

afterEach(() => vi.unstubAllGlobals());

function answer(status: number, body: string): void {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(body === "" ? null : body, { status })));
}

describe("withQuery", () => {
  it("leaves out what has no value and escapes the rest", () => {
    expect(withQuery("/payments", { cursor: null, endpoint: undefined, q: "" })).toBe("/payments");
    expect(withQuery("/payments", { cursor: "a&b", limit: 20 })).toBe("/payments?cursor=a%26b&limit=20");
  });
});

describe("toApiError", () => {
  it("reads a problem document with its fields", () => {
    const error = toApiError(422, {
      code: "validation_failed",
      detail: "Two fields are wrong.",
      retryable: false,
      errors: [{ field: "price", message: "Too small." }, { field: 1 }, null],
    });
    expect(error).toMatchObject({
      code: "validation_failed",
      status: 422,
      message: "Two fields are wrong.",
      retryable: false,
    });
    expect(error.fields).toEqual([{ field: "price", message: "Too small." }]);
  });

  it.each([undefined, null, "<html>", [], { code: "toString" }, { code: 7, errors: "x" }])(
    "makes something of %j",
    (body) => {
      expect(toApiError(502, body)).toMatchObject({
        code: "internal",
        status: 502,
        retryable: true,
        fields: [],
      });
    },
  );
});

describe("api", () => {
  it("gives the body, and nothing for 204", async () => {
    answer(200, '{"items":[]}');
    await expect(api.get("/endpoints")).resolves.toEqual({ items: [] });
    answer(204, "");
    await expect(api.delete("/api-keys/1")).resolves.toBeUndefined();
  });

  it("throws a problem, also where it is not JSON", async () => {
    answer(409, '{"code":"conflict","detail":"Taken."}');
    await expect(api.post("/endpoints")).rejects.toMatchObject({ code: "conflict", message: "Taken." });
    answer(500, "<html>");
    await expect(api.get("/me")).rejects.toBeInstanceOf(ApiError);
  });

  it("tells being offline from being refused, and lets an abort be one", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(api.get("/me")).rejects.toMatchObject({ code: "offline", retryable: true });
    vi.stubGlobal("fetch", () => Promise.reject(new DOMException("stop", "AbortError")));
    await expect(api.get("/me")).rejects.toMatchObject({ name: "AbortError" });
  });
});
