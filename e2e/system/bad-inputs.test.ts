import { describe, expect, it } from "vitest";
import { signX402 } from "../credentials.ts";
import { getInstance } from "../instance.ts";

const instance = getInstance();
const gateway = instance.gatewayUrls[0] ?? "";
const link = `${gateway}/p/demo-json/weather`;

/** Headers that browsers must be able to read across origins. */
const exposed = [
  "WWW-Authenticate",
  "PAYMENT-REQUIRED",
  "PAYMENT-RESPONSE",
  "X-PAYMENT-RESPONSE",
  "Payment-Receipt",
  "Retry-After",
];

describe("what the 402 looks like to whom (B570)", () => {
  it.each([
    ["text/html,application/xhtml+xml,*/*;q=0.8", "text/html"],
    ["*/*", "application/problem+json"],
    ["application/json", "application/problem+json"],
    [undefined, "application/problem+json"],
    ["application/json, text/html;q=0.5", "application/problem+json"],
  ])("Accept: %s is answered with %s", async (accept, expected) => {
    const answer = await fetch(link, accept === undefined ? {} : { headers: { accept } });
    await answer.text();
    expect(answer.status).toBe(402);
    expect(answer.headers.get("content-type")).toContain(expected);
    expect(answer.headers.get("vary")).toContain("Accept");
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });
});

describe("caches and other origins (B566, B572, B576)", () => {
  it("a paid answer is private, and both answers can be read from another origin", async () => {
    const url = `${link}?cors=${crypto.randomUUID()}`;
    const unpaid = await fetch(url);
    const paid = await fetch(url, { headers: await signX402(url) });
    for (const answer of [unpaid, paid]) {
      await answer.text();
      const names = answer.headers.get("access-control-expose-headers") ?? "";
      for (const name of exposed) expect(names).toContain(name);
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
    }
    expect(paid.status).toBe(200);
    expect(paid.headers.get("cache-control")).toBe("private, no-store");
    for (const name of ["Accept", "Authorization", "PAYMENT-SIGNATURE", "X-PAYMENT"]) {
      expect(paid.headers.get("vary")).toContain(name);
    }
  });

  it("an unpaid conditional request learns nothing: 402 first", async () => {
    const url = `${gateway}/p/demo-file`;
    const paid = await fetch(url, { method: "HEAD", headers: await signX402(url, { method: "HEAD" }) });
    const etag = paid.headers.get("etag") ?? "";
    expect(etag).not.toBe("");
    const conditional = await fetch(url, { headers: { "if-none-match": etag } });
    await conditional.text();
    expect(conditional.status).toBe(402);
  });
});

describe("an upstream's own words on failure (B578)", () => {
  it("never reach the payer; a request id does", async () => {
    const url = `${gateway}/p/test-any/control/status/500?x=${crypto.randomUUID()}`;
    const answer = await fetch(url, { headers: await signX402(url) });
    const body = (await answer.json()) as { code: string; requestId: string };
    expect([answer.status, body.code]).toEqual([502, "upstream_error"]);
    expect(body.requestId).toMatch(/^req_/);
  });
});

describe("ways around the dashboard's door (B220, B221)", () => {
  it.each([
    ["/app", {}],
    ["/app", { "x-middleware-subrequest": "middleware:middleware:middleware:middleware:middleware" }],
    ["/app/receipts", { "x-middleware-subrequest": "src/middleware:src/middleware:src/middleware" }],
    ["/app.rsc", { rsc: "1" }],
    ["/app?_rsc=1", { rsc: "1", "next-router-prefetch": "1" }],
    ["/app/receipts", { "x-middleware-next": "1", "x-invoke-path": "/app" }],
  ])("%s with %o shows nobody's data", async (path, headers) => {
    const answer = await fetch(`${instance.appUrl}${path}`, { headers, redirect: "manual" });
    const text = await answer.text();
    expect([307, 404]).toContain(answer.status);
    expect(text).not.toContain("rcp_");
  });

  it.each(["/endpoints", "/payments", "/receipts", "/overview", "/api-keys"])(
    "%s needs a session, whatever the headers",
    async (path) => {
      const answer = await fetch(`${instance.appUrl}/api/v1${path}`, {
        headers: { "x-middleware-subrequest": "middleware:middleware:middleware:middleware:middleware" },
      });
      const body = (await answer.json()) as { code?: string; items?: unknown[] };
      expect(answer.status).toBe(401);
      expect(body.code).toBe("unauthorized");
    },
  );
});

describe("the two planes", () => {
  it("keep the app's pages off the content origin", async () => {
    for (const path of ["/app", "/login", "/api/v1/me"]) {
      const onGateway = await fetch(`${gateway}${path}`, { redirect: "manual" });
      const onContentHost = await fetch(`${instance.singleContentUrl}${path}`, { redirect: "manual" });
      await Promise.all([onGateway.text(), onContentHost.text()]);
      expect([onGateway.status, onContentHost.status]).toEqual([404, 404]);
    }
  });

  it("send a browser that asks the app for content to the content origin, with or without cookies", async () => {
    for (const headers of [{}, { cookie: "paywall-session=x" }, { "sec-fetch-mode": "no-cors" }]) {
      const answer = await fetch(`${instance.appUrl}/p/demo-json?a=1`, {
        headers: { accept: "text/html", ...headers },
        redirect: "manual",
      });
      expect([answer.status, answer.headers.get("location")]).toEqual([307, `${gateway}/p/demo-json?a=1`]);
    }
  });

  it("do not tunnel WebSockets (B559)", async () => {
    const answer = await fetch(link, { headers: { "x-forwarded-proto": "ws" } });
    await answer.text();
    expect(answer.status).toBe(402);
    const refused = await new Promise<number>((resolve) => {
      const socket = new WebSocket(link.replace("http", "ws"));
      socket.addEventListener("error", () => resolve(1));
      socket.addEventListener("open", () => resolve(0));
    });
    expect(refused).toBe(1);
  });
});
