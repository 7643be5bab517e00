import { PaywallError } from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import { rootSite, slugSite } from "./site.ts";

describe("a gateway's URL space", () => {
  it("has each endpoint below its slug, and our own resources beside its paths", () => {
    const target = slugSite.parse("/p/shop/v1/x?a=1");
    expect(target).toEqual({ slug: "shop", path: "/v1/x", query: "a=1", own: null });
    if (target === undefined) return;
    expect(slugSite.resource(target)).toBe("/p/shop/v1/x?a=1");
    expect(slugSite.parse(slugSite.own("shop", "status"))).toMatchObject({ slug: "shop", own: "status" });
    expect(slugSite.home("shop")).toBe("/p/shop");
    expect(slugSite.parse("/other")).toBeUndefined();
  });
});

describe("an application's URL space", () => {
  const site = rootSite("app");

  it.each([
    "/",
    "/x",
    "/x?a=1&b",
    "/x/y%20z?",
    "/p/app/x",
    "/.paywallx",
    "/.paywallxstatus",
    "/.paywall",
    "/.well-known/x",
  ])("has %s as its own, byte for byte", (raw) => {
    const target = site.parse(raw);
    expect(target).toMatchObject({ slug: "app", own: null });
    // An empty query is none.
    expect(target === undefined ? "" : site.resource(target)).toBe(raw.replace(/\?$/, ""));
  });

  it.each(["status", "unlock", "info", "topup", "pay", "raw"] as const)(
    "has /.paywall/%s as ours",
    (name) => {
      expect(site.own("app", name)).toBe(`/.paywall/${name}`);
      expect(site.parse(`${site.own("app", name)}?hold=1`)).toMatchObject({ own: name, query: "hold=1" });
    },
  );

  it("leaves the rest below /.paywall to the application", () => {
    for (const raw of [
      "/.paywall/",
      "/.paywall/other",
      "/.paywall/status/x",
      "/x/.paywall/status",
      "/.paywall//status",
    ])
      expect([raw, site.parse(raw)?.own]).toEqual([raw, null]);
  });

  it.each([
    "http://h/x",
    "*",
    "",
    "x",
    "//h/x",
    "/x/../y",
    "/%2e%2e/y",
    "/x;/..;/y",
    "/a\\b",
    "/a b",
    "/a%00",
    "/%",
  ])("refuses %j, which parsers would read apart", (raw) => {
    expect(() => site.parse(raw)).toThrow(PaywallError);
    expect(() => site.parse(raw)).toThrow(expect.objectContaining({ code: "bad_target" }));
  });

  it("sets cookies for all of the application", () => {
    expect(site.home("app")).toBe("");
  });
});
