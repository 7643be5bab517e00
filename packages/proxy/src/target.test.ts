import { readFileSync } from "node:fs";
import { PaywallError } from "@x402-paywall/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCanonicalPath } from "./canonical-path.ts";
import { parseTarget } from "./target.ts";

interface Case {
  readonly id: string;
  readonly name: string;
  readonly value: string | { readonly repeat: readonly [string, number]; readonly before?: string };
  readonly expect: "forwarded" | "bad_target";
}
const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL("../cases/paths.json", import.meta.url), "utf8"),
);

function expand(value: Case["value"]): string {
  return typeof value === "string" ? value : (value.before ?? "") + value.repeat[0].repeat(value.repeat[1]);
}

describe("paths", () => {
  it.each(cases.map((each) => [`${each.id} ${each.name}`, each] as const))(
    "%s",
    (_, { value, expect: expected }) => {
      const raw = `/p/demo${expand(value)}`;
      if (expected === "bad_target") {
        expect(() => parseTarget(raw)).toThrow(expect.objectContaining({ code: "bad_target" }));
        return;
      }
      const target = parseTarget(raw);
      expect(target?.slug).toBe("demo");
      expect(target && `${target.path}${target.query === "" ? "" : `?${target.query}`}`).toBe(expand(value));
    },
  );

  it("are never rewritten by a URL parser and never leave their base, however they are spelled", () => {
    const piece = fc.constantFrom(
      "..",
      ".",
      "%2e",
      "%252e",
      "%2f",
      "%5c",
      "%5C..",
      "/",
      ";x",
      "a",
      "%c3%a9",
      "%25",
      "\\",
      "%00",
      "~",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const path = `/${pieces.join("")}`;
        if (!isCanonicalPath(path)) return;
        const parsed = new URL(`https://upstream.example/base${path}`);
        expect(parsed.pathname).toBe(`/base${path}`);
        let decoded = path;
        for (let round = 0; round < 4; round++) {
          try {
            decoded = decodeURIComponent(decoded);
          } catch {
            break;
          }
          expect(new URL(`https://upstream.example/base${decoded}`).pathname.startsWith("/base/")).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe("targets", () => {
  it("throw nothing but bad_target and keep every byte of what they accept", () => {
    const raw = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.webUrl().map((url) => url.replace(/^https?:\/\/[^/]*/, "/p/x")),
    );
    fc.assert(
      fc.property(raw, (text) => {
        try {
          const target = parseTarget(`/p/${text}`);
          if (target) expect(`${target.slug}${target.path}`).toBe(text.split("?")[0]);
        } catch (error) {
          expect(error).toBeInstanceOf(PaywallError);
        }
      }),
    );
  });

  it.each(["http://127.0.0.1/p/demo", "*", "", "evil:443", "//evil.example/p/demo", "/\\evil.example"])(
    "refuse %j",
    (raw) => {
      expect(() => parseTarget(raw)).toThrow(expect.objectContaining({ code: "bad_target" }));
    },
  );

  it.each(["/", "/p", "/p/", "/healthz", "/p/Demo", "/p/-x", `/p/${"a".repeat(64)}`])(
    "leave %j to others",
    (raw) => {
      expect(parseTarget(raw)).toBeUndefined();
    },
  );

  it("split slug, path and query", () => {
    expect(parseTarget("/p/demo")).toEqual({ slug: "demo", path: "", query: "", own: null });
    expect(parseTarget("/p/demo?a=1&b={x}")).toEqual({
      slug: "demo",
      path: "",
      query: "a=1&b={x}",
      own: null,
    });
    expect(parseTarget("/p/demo/v1/x?u=/p/?y")).toEqual({
      slug: "demo",
      path: "/v1/x",
      query: "u=/p/?y",
      own: null,
    });
    expect(parseTarget("/p/demo/.status?payment_hash=ab")).toMatchObject({ own: "status" });
    expect(parseTarget("/p/demo/.unlock")).toMatchObject({ own: "unlock" });
    expect(parseTarget("/p/demo/%2estatus")).toMatchObject({ own: null });
    expect(parseTarget("/p/demo/.unlock/x")).toMatchObject({ own: null });
  });

  it.each([
    ["a space", "a b"],
    ["a quote", 'a="'],
    ["a fragment", "a#b"],
    ["a backslash", "a\\b"],
    ["a control byte", "a\u0001"],
    ["non-ASCII", "é"],
    ["1,001 keys", "a&".repeat(1000)],
  ])("refuse %s in the query", (_, query) => {
    expect(() => parseTarget(`/p/demo/x?${query}`)).toThrow(expect.objectContaining({ code: "bad_target" }));
  });

  it("take 1,000 keys and 8,192 bytes", () => {
    expect(parseTarget(`/p/demo?${"a&".repeat(999)}`)?.query).toHaveLength(1998);
    expect(parseTarget(`/p/demo/${"a".repeat(8192 - 8)}`)?.path).toHaveLength(8185);
    expect(() => parseTarget(`/p/demo/${"a".repeat(8192 - 7)}`)).toThrow(PaywallError);
  });
});
