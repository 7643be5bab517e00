import { describe, expect, it } from "vitest";
import { missingTarget, pathVariants, queryVariants } from "./variants.ts";

describe("spellings of a path", () => {
  it("are those with which prices have been gone around", () => {
    expect(pathVariants(new URL("https://a.example/v1/Weather?units=si"))).toEqual([
      "//v1/Weather?units=si",
      "/./v1/Weather?units=si".replace("/./", "/./"),
      "/%2e/v1/Weather?units=si",
      "/x/../v1/Weather?units=si",
      "/x/%2e%2e/v1/Weather?units=si",
      "/v1/./Weather?units=si",
      "/v1//Weather?units=si",
      "/v1/Weather;x=1?units=si",
      "/v1/Weather%20?units=si",
      "/v1/Weather%00?units=si",
      "/v1\\Weather?units=si",
      "/v1/Weather/?units=si",
      "/v1/Weather/.?units=si",
      "/v1/Weather?units=si#x",
      "https://a.example/v1/Weather?units=si",
      "/v1/WEATHER?units=si",
      "/v1/%57eather?units=si",
    ]);
  });

  it("never are the path itself, and none is there twice", () => {
    for (const url of [
      "https://a.example/",
      "https://a.example/X",
      "https://a.example/a/",
      "https://a.example/1",
    ]) {
      const variants = pathVariants(new URL(url));
      expect(variants).not.toContain(new URL(url).pathname);
      expect(new Set(variants).size).toBe(variants.length);
      for (const variant of variants) expect(variant).toMatch(/^(?:\/|https:|\\)/);
    }
  });

  it("takes a slash away where there is one", () => {
    expect(pathVariants(new URL("https://a.example/a/"))).toContain("/a");
  });
});

it("varies the query", () => {
  expect(queryVariants(new URL("https://a.example/x"))).toEqual(["/x?", "/x?x402-doctor=1"]);
  expect(queryVariants(new URL("https://a.example/x?a=1"))).toEqual([
    "/x",
    "/x?a=1&x402-doctor=1",
    "/x?a=1&a=1",
    "/x?x402-doctor=1&a=1",
  ]);
});

it("names a neighbour that is not there", () => {
  expect(missingTarget(new URL("https://a.example/v1/x?y"), "zzz")).toBe("/v1/zzz");
  expect(missingTarget(new URL("https://a.example/"), "zzz")).toBe("/zzz");
});
