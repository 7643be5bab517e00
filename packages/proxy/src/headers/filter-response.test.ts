import fc from "fast-check";
import { describe, expect, it } from "vitest";
import redirects from "../../cases/redirects.json" with { type: "json" };
import cases from "../../cases/response-headers.json" with { type: "json" };
import { pairs } from "../testing/case-pairs.ts";
import { sanitizeDisposition } from "./content-disposition.ts";
import { filterResponseHeaders } from "./filter-response.ts";
import { rewriteLocation } from "./rewrite-location.ts";
import type { LocationContext } from "./rewrite-location.ts";

const context: LocationContext = {
  origin: "https://api.creator-site.com",
  basePath: "/v1/",
  baseQuery: "key=secret",
  match: "prefix",
  upstreamTarget: "/v1/items/7?key=secret&page=2",
  publicBase: "/p/demo",
};

describe("filterResponseHeaders", () => {
  it.each(cases)("$id $name", ({ status, send, absent, present }) => {
    const filtered = filterResponseHeaders({ status, headers: pairs(send) }, context);
    const lower = filtered.map(([name, value]) => [name.toLowerCase(), value]);
    for (const name of absent ?? []) expect(lower.map(([field]) => field)).not.toContain(name);
    for (const line of pairs(present ?? [])) expect(lower).toContainEqual(line);
    expect(lower.filter(([name]) => name === "cache-control")).toEqual([
      ["cache-control", "private, no-store"],
    ]);
    expect(lower.filter(([name]) => name === "content-type").length).toBeLessThan(2);
  });

  it.each(redirects)("$id $name", ({ status, location }) => {
    const run = (): unknown => filterResponseHeaders({ status, headers: [["Location", location]] }, context);
    expect(run).toThrow(expect.objectContaining({ code: "upstream_redirect" }));
  });

  it("keeps a redirect that stays inside", () => {
    const filtered = filterResponseHeaders(
      { status: 302, headers: [["Location", "/v1/other?key=secret&a=b#top"]] },
      context,
    );
    expect(filtered).toContainEqual(["Location", "/p/demo/other?a=b#top"]);
  });
});

describe("rewriteLocation", () => {
  it.each([
    ["/v1/other", "/p/demo/other"],
    ["https://api.creator-site.com/v1/x", "/p/demo/x"],
    ["https://API.creator-site.com:443/v1/x", "/p/demo/x"],
    ["//api.creator-site.com/v1/x", "/p/demo/x"],
    ["8", "/p/demo/items/8"],
    ["?page=3", "/p/demo/items/7?page=3"],
    ["../b", "/p/demo/b"],
    ["/v1", "/p/demo"],
    ["/v1/", "/p/demo/"],
    ["/v1/a%2Fb", "/p/demo/a%2Fb"],
  ])("%s becomes %s", (location, expected) => {
    expect(rewriteLocation(location, context)).toBe(expected);
  });
  it.each([
    "",
    "/v2",
    "/v1x",
    "../../x",
    "/v1/../admin",
    "/v1/%2e%2e/admin",
    "http://api.creator-site.com/v1/x",
    "https://api.creator-site.com:8443/v1/x",
    "https://u:p@api.creator-site.com/v1/x",
    "https://api.creator-site.com.evil.invalid/v1/",
    "/\\evil.invalid/v1/",
    "https:\\\\api.creator-site.com/v1/x",
    "\thttps://evil.invalid",
    "/v1/x\r\nSet-Cookie: a=b",
    "javascript:alert(1)",
    "data:text/html,x",
    "/v1/é",
  ])("refuses %j", (location) => {
    expect(rewriteLocation(location, context)).toBeUndefined();
  });
  it("of an exact endpoint stays at the registered path", () => {
    const exact: LocationContext = { ...context, basePath: "/feed", match: "exact", upstreamTarget: "/feed" };
    expect(rewriteLocation("/feed?x=1", exact)).toBe("/p/demo?x=1");
    expect(rewriteLocation("/feed/more", exact)).toBeUndefined();
  });
  it("never leads anywhere but below the public base", () => {
    const part = fc.constantFrom(
      "/",
      "//",
      "..",
      "v1",
      "%2e",
      "\\",
      "?",
      "#",
      "@",
      "evil.invalid",
      "https:",
      ":",
      "a",
      "%2f",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const ours = rewriteLocation(parts.join(""), context);
        if (ours === undefined) return;
        const seen = new URL(ours, "https://paywall.example");
        expect(seen.origin).toBe("https://paywall.example");
        expect(`${seen.pathname}/`.startsWith("/p/demo/")).toBe(true);
        expect(ours).not.toContain("secret");
      }),
      { numRuns: 2000 },
    );
  });
});

describe("sanitizeDisposition", () => {
  it.each([
    ["attachment", "attachment"],
    ["inline; filename=report.pdf", 'inline; filename="report.pdf"'],
    ['attachment; filename="..\\\\..\\\\x.exe"', 'attachment; filename="x.exe"'],
    ['attachment; filename=".htaccess"', 'attachment; filename="htaccess"'],
    [
      "attachment; filename*=UTF-8''%e2%82%ac%20rates.txt",
      "attachment; filename*=UTF-8''%E2%82%AC%20rates.txt",
    ],
    ["attachment; filename*=UTF-8''..%2f..%2fx.html", "attachment; filename*=UTF-8''x.html"],
    ["attachment; filename*=UTF-8''a%E2%80%AEgpj.exe", "attachment; filename*=UTF-8''agpj.exe"],
    ["attachment; filename*=UTF-8''%ff", "attachment"],
    ['form-data; name="x"', "attachment"],
    ["", "attachment"],
  ])("%s becomes %s", (value, expected) => {
    expect(sanitizeDisposition(value)).toBe(expected);
  });
  it("holds no path, quote or control, whatever it is given", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (plain, extended) => {
        const safe = sanitizeDisposition(
          `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(extended.toWellFormed())}`,
        );
        expect(safe).toMatch(/^attachment(; filename="[^"\\/]*")?(; filename\*=UTF-8''[^"\\/;]*)?$/);
        expect(safe).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});
