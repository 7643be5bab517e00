import { assert, property, string, webPath } from "fast-check";
import { describe, expect, it } from "vitest";
import { checkAccount } from "./account-form.ts";
import { completeUrl } from "./complete-url.ts";
import { describeInspection } from "./describe-inspection.ts";
import type { InspectionDto } from "./dto.ts";
import { findProblem, problemList } from "./problem-list.ts";
import { safeNext } from "./safe-next.ts";
import { accessSnippet, agentSnippet, buysMore, curlL402, curlQuote, shellQuote } from "./snippets.ts";

describe("safeNext", () => {
  it.each(["/app", "/app/payments?x=1", "/r/rcp_1#x"])("keeps %s", (path) => {
    expect(safeNext(path)).toBe(path);
  });
  it.each([
    undefined,
    "",
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\n/evil",
  ])("sends %j to the dashboard", (path) => {
    expect(safeNext(path)).toBe("/app");
  });
  it("never leaves the site", () => {
    assert(
      property(string(), (text) => {
        expect(new URL(safeNext(text), "https://self.example").origin).toBe("https://self.example");
        expect(new URL(safeNext(`/${text}`), "https://self.example").origin).toBe("https://self.example");
      }),
    );
  });
});

describe("completeUrl", () => {
  it.each([
    ["api.example.com/x", "https://api.example.com/x"],
    ["  https://a.example ", "https://a.example"],
    ["http://a.example", "http://a.example"],
    ["localhost:4030/json", "https://localhost:4030/json"],
  ])("%j is %s", (text, expected) => {
    expect(completeUrl(text)).toBe(expected);
  });
  it.each(["", "hello", "two words", "ftp://a.example", "https://", "file:///etc/passwd"])(
    "refuses %j",
    (text) => {
      expect(completeUrl(text)).toBeUndefined();
    },
  );
  it("gives only what parses", () => {
    assert(
      property(webPath(), string(), (path, host) => {
        const url = completeUrl(host + path);
        return url === undefined || URL.canParse(url);
      }),
    );
  });
});

describe("checkAccount", () => {
  it("asks for what is missing", () => {
    expect(Object.keys(checkAccount({ email: "x", password: "short", name: "" }))).toEqual([
      "email",
      "name",
      "password",
    ]);
    expect(checkAccount({ email: "ada@example.com", password: "" })).toHaveProperty("password");
  });
  it("lets a good one through and leaves old passwords alone", () => {
    expect(checkAccount({ email: " ada@example.com ", password: "correct horse", name: "Ada" })).toEqual({});
    expect(checkAccount({ email: "demo@localhost", password: "short" })).toEqual({});
  });
});

describe("describeInspection", () => {
  const found: InspectionDto = {
    url: "https://x.example",
    reachable: true,
    status: 200,
    kind: "json",
    contentType: "application/json; charset=utf-8",
    bytes: 1834,
    operations: null,
    suggestedTitle: "X",
    suggestedSlug: "x",
    suggestedPrice: { model: "per-request", amount: "1" },
    notes: [],
    sample: null,
  };
  it("says what was seen", () => {
    expect(describeInspection(found)).toBe(
      "It answers 200 and looks like a JSON API (application/json, 1.8 kB).",
    );
    expect(describeInspection({ ...found, kind: "openapi", bytes: null, operations: 14 })).toContain(
      "14 operations",
    );
  });
  it("says what to do when nothing answers", () => {
    expect(describeInspection({ ...found, reachable: false, status: null })).toContain(
      "You can make the link anyway",
    );
  });
});

describe("snippets", () => {
  it("show the access token where a payment buys more than a request", () => {
    const flat = { model: "per-request", amount: "1" } as const;
    const pass = { model: "pass", amount: "1", seconds: 60, maxUses: null } as const;
    const one = { url: "http://x/p/a", price: flat, routes: [] };
    const ruled = { ...one, routes: [{ id: "r", methods: null, path: "/v1", price: pass }] };
    expect([one, ruled, { ...one, price: pass }].map(buysMore)).toEqual([false, true, true]);
    expect(accessSnippet(ruled)).toContain(`curl 'http://x/p/a/.info' -H "Authorization: Bearer $token"`);
    expect(accessSnippet(ruled)).not.toContain(".topup");
    const rates = { outputToken: "1" };
    const metered = {
      model: "metered",
      rates,
      deposit: "1",
      validSeconds: 60,
      minimum: "0",
      cap: null,
      clampOutput: true,
      onLeave: "cancel",
    } as const;
    expect(accessSnippet({ ...one, price: metered })).toContain("/.topup?amount=1.00&entitlement='");
  });

  it("quote whatever the URL holds", () => {
    expect(shellQuote("a'b")).toBe(`'a'\\''b'`);
    expect(curlQuote("http://x/p/a?b=1&c='")).toBe(`curl -i 'http://x/p/a?b=1&c='\\'''`);
    expect(curlL402("http://x/p/a", "http://app")).toContain("'http://app/api/v1/sandbox/pay'");
    expect(agentSnippet('http://x/"', "test")).toContain(String.raw`pay("http://x/\"")`);
    expect(agentSnippet("http://x/", "live")).not.toContain("generatePrivateKey");
  });
});

describe("problem list", () => {
  it("finds each entry by its slug", () => {
    expect(problemList.length).toBeGreaterThan(30);
    for (const entry of problemList) expect(findProblem(entry.slug)).toBe(entry);
    expect(findProblem("bad_request")).toBeUndefined();
    expect(findProblem("payment-required")?.shared).toBe(true);
  });
});
