import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import cases from "../../cases/upstream-urls.json" with { type: "json" };
import { createEgressPolicy, parseEgressAllow } from "./policy.ts";
import { parseUpstreamUrl, requireUpstreamUrl } from "./upstream-url.ts";

const self = [
  "https://app.paywall-site.net",
  "https://paywall-content.net",
  "http://127.0.0.1:4020",
  "http://localhost:3000",
];
const policy = createEgressPolicy({ allow: "127.0.0.1:4030, service.internal:8080,[::1]:4031", self });

function written(value: (typeof cases)[number]["value"]): unknown {
  if (typeof value !== "object") return value;
  const [unit = "", times = 0] = value.repeat;
  return value.before + String(unit).repeat(Number(times));
}

describe("parseUpstreamUrl", () => {
  it.each(cases)("$id $name", ({ value, expect: expected }) => {
    const parsed = parseUpstreamUrl(written(value), policy);
    expect(parsed.ok ? "accepted" : parsed.code).toBe(expected);
    if (!parsed.ok)
      expect(parsed.problem).toEqual({ field: "url", message: expect.stringMatching(/\w.*\.$/) });
  });

  it("keeps the bytes of path and query", () => {
    expect(parseUpstreamUrl("https://API.creator-site.com:8443/v1/a%2Fb?x=%7e&y=a+b", policy)).toEqual({
      ok: true,
      origin: "https://api.creator-site.com:8443",
      basePath: "/v1/a%2Fb",
      baseQuery: "x=%7e&y=a+b",
    });
    expect(parseUpstreamUrl("https://api.creator-site.com", policy)).toMatchObject({
      basePath: "/",
      baseQuery: "",
    });
    expect(parseUpstreamUrl("https://api.creator-site.com?a=b", policy)).toMatchObject({
      basePath: "/",
      baseQuery: "a=b",
    });
  });

  it.each([
    ["http://127.0.0.1:4030/json", true],
    ["https://127.0.0.1:4030/json", true],
    ["http://service.internal:8080/", true],
    ["http://[::1]:4031/", true],
    ["http://2130706433:4030/", true],
    ["http://127.0.0.1:4031/", false],
    ["http://127.0.0.1/", false],
    ["http://localhost:4030/", false],
    ["http://service.internal:8081/", false],
    ["http://127.0.0.1:4030/../x", false],
    ["http://u@127.0.0.1:4030/", false],
  ])("opens exactly what the operator opened: %s %s", (url, accepted) => {
    expect(parseUpstreamUrl(url, policy).ok).toBe(accepted);
  });

  it.each([
    "http://127.0.0.1:4020/p/x",
    "http://localhost:4020/",
    "http://[::1]:3000/",
    "https://demo.paywall-content.net:8443/",
  ])("knows itself: %s", (url) => {
    expect(parseUpstreamUrl(url, policy)).toMatchObject({ ok: false, code: "upstream_is_self" });
  });

  it("throws with the field where a service asks for the parts", () => {
    expect(() => requireUpstreamUrl(12345, policy, "upstream")).toThrow(
      expect.objectContaining({
        code: "upstream_url_rejected",
        status: 422,
        options: expect.objectContaining({ errors: [expect.objectContaining({ field: "upstream" })] }),
      }),
    );
  });

  it("never lets another host or path through than it says", () => {
    const piece = fc.constantFrom(
      "https://",
      "http://",
      "api.creator-site.com",
      "127.0.0.1",
      "@",
      "#",
      "?",
      "/",
      "\\",
      "..",
      "%2e",
      ":",
      "443",
      "25",
      "[::1]",
      ".",
      "a",
      "\t",
      "%00",
      ".1u.ms",
      "é",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const text = `https://${pieces.join("")}`;
        const parsed = parseUpstreamUrl(text, policy);
        if (!parsed.ok) return;
        const url = new URL(text);
        expect(parsed.origin).toBe(url.origin);
        expect(isIP(url.hostname)).toBe(0);
        expect(url.hostname).toContain(".");
        expect(url.hostname).not.toMatch(/[^a-z0-9.-]|\.1u\.ms$|\.$/);
        expect(new URL(parsed.origin + parsed.basePath).pathname).toBe(parsed.basePath);
        expect(parsed.basePath).not.toMatch(/(^|\/)\.\.?(\/|$)|%00/);
        expect(`${parsed.basePath}?${parsed.baseQuery}`).not.toMatch(/[\s\\#]/);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("parseEgressAllow", () => {
  it("reads host:port, in one spelling", () => {
    expect([...parseEgressAllow(" 127.0.0.1:4030 ,Upstream.Internal:80,[0:0::1]:9")]).toEqual([
      "127.0.0.1:4030",
      "upstream.internal:80",
      "[::1]:9",
    ]);
    expect(parseEgressAllow("").size).toBe(0);
  });
  it.each(["127.0.0.1", "host", "http://a:1", "a:b", "a:99999", "a@b:1", "10.0.0.0/8:80", "*:80 x", "a:0"])(
    "refuses %s",
    (text) => {
      expect(() => parseEgressAllow(text)).toThrow(RangeError);
    },
  );
});
