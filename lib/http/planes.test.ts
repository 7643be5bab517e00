import { describe, expect, it } from "vitest";
import {
  contentSecurityPolicy,
  isContentPath,
  stripInternalHeaders,
  toContentOrigin,
  describeSharedHost,
} from "./planes.ts";

const env = { appUrl: "http://localhost:3000", contentUrl: "http://127.0.0.1:4020" };

describe("toContentOrigin", () => {
  it("sends a browser that asks the app for content to the content origin", () => {
    const navigation = new Headers({ accept: "text/html,*/*" });
    const script = new Headers({ "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script" });
    for (const headers of [navigation, script]) {
      expect(toContentOrigin(headers, "localhost:3000", "/p/a/x?y=1", env)).toBe(
        "http://127.0.0.1:4020/p/a/x?y=1",
      );
    }
  });

  it("serves agents where they ask, and everyone on the content host", () => {
    expect(toContentOrigin(new Headers(), "localhost:3000", "/p/a", env)).toBeUndefined();
    expect(
      toContentOrigin(new Headers({ accept: "text/html" }), "127.0.0.1:4020", "/p/a", env),
    ).toBeUndefined();
  });

  it("has nowhere to send to where both planes share one origin", () => {
    const one = { appUrl: "http://localhost:3000", contentUrl: "http://localhost:3000" };
    expect(
      toContentOrigin(new Headers({ accept: "text/html" }), "localhost:3000", "/p/a", one),
    ).toBeUndefined();
  });
});

describe("describeSharedHost", () => {
  it("warns of one host for both planes, also on two ports", () => {
    expect(describeSharedHost(env)).toBeUndefined();
    const shared = { appUrl: "https://pay.example.com", contentUrl: "https://pay.example.com:8443" };
    expect(describeSharedHost(shared)).toContain("pay.example.com");
  });
});

describe("stripInternalHeaders", () => {
  it("drops what only Next may say and keeps the rest", () => {
    const headers = new Headers({
      "x-middleware-subrequest": "middleware:middleware",
      "x-nonce": "mine",
      accept: "text/html",
    });
    expect([...stripInternalHeaders(headers)]).toEqual([["accept", "text/html"]]);
  });

  it("keeps what Next's router in the browser says, of which the address of a prefetch is made", () => {
    const sent = { "next-router-prefetch": "1", "next-url": "/app/payments", rsc: "1" };
    expect(Object.fromEntries(stripInternalHeaders(new Headers(sent)))).toEqual(sent);
  });
});

describe("isContentPath", () => {
  it.each([
    ["/p/demo", true],
    ["/p", true],
    ["/pay/x", false],
    ["/payments", false],
  ])("%s: %s", (path, expected) => {
    expect(isContentPath(path)).toBe(expected);
  });
});

describe("contentSecurityPolicy", () => {
  it("allows scripts by nonce only, and evaluation in development only", () => {
    const policy = contentSecurityPolicy("abc", env, false);
    expect(policy).toContain("'nonce-abc' 'strict-dynamic'");
    expect(policy).not.toContain("unsafe-eval");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(contentSecurityPolicy("abc", env, true)).toContain("unsafe-eval");
  });
});
