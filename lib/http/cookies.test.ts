import { describe, expect, it } from "vitest";
import { cookieName, formatCookie, readCookies } from "./cookies.ts";
import { hasSessionCookie } from "./session-cookie.ts";

describe("cookies", () => {
  it("are found each, so that a tossed one is noticed", () => {
    const headers = new Headers({
      cookie: "a=1; paywall-session=x=y; b=2;paywall-session=z; xpaywall-session=no",
    });
    expect(readCookies(headers, "paywall-session")).toEqual(["x=y", "z"]);
    expect(readCookies(new Headers(), "a")).toEqual([]);
  });

  it("belong to one host under https", () => {
    const name = cookieName("paywall-session", "https://pay.example");
    expect(formatCookie(name, "v", 60, "https://pay.example")).toBe(
      "__Host-paywall-session=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure",
    );
    expect(
      formatCookie(cookieName("paywall-session", "http://localhost:3000"), "v", 0, "http://localhost:3000"),
    ).toBe("paywall-session=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
  });

  it.each([
    ["paywall-session=abc", true],
    ["a=b; __Host-paywall-session=abc", true],
    ["paywall-session=", false],
    ["not-paywall-session=abc", false],
    [null, false],
  ])("tell from %j that a session is there: %s", (cookie, expected) => {
    expect(hasSessionCookie(cookie)).toBe(expected);
  });
});
