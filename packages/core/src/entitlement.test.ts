import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keys, now, olderSecret, secret } from "../test-support/fixtures.ts";
import { nodeCrypto } from "../test-support/node-crypto.ts";
import {
  accessCookieName,
  accessCookiePrefix,
  entitlementIdOf,
  formatAccessToken,
  readAccessToken,
  ruleScope,
} from "./entitlement.ts";
import type { Entitlement } from "./entitlement.ts";
import { createKeyRing } from "./keys.ts";

const entitlement: Entitlement = {
  id: "ent_AAAAAAAAAAAAAAAAAAAAAA",
  kind: "pass",
  mode: "live",
  endpointId: "ep_BBBBBBBBBBBBBBBBBBBBBB",
  scope: "C".repeat(43),
  expiresAt: now + 60,
};
const token = formatAccessToken(entitlement, keys);

describe("access token", () => {
  it("round trips, for one resource and for the whole endpoint", () => {
    expect(token).toMatch(/^pw_[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}$/);
    expect(readAccessToken(token, keys, now)).toEqual(entitlement);
    const whole = { ...entitlement, scope: "*", mode: "test" as const };
    expect(readAccessToken(formatAccessToken(whole, keys), keys, now)).toEqual(whole);
  });
  it("is good for what one rule prices", () => {
    for (const scope of [
      ruleScope(null),
      ruleScope("rt_DDDDDDDDDDDDDDDDDDDDDD"),
      ruleScope("r".repeat(64)),
    ]) {
      const ruled = { ...entitlement, scope };
      expect(readAccessToken(formatAccessToken(ruled, keys), keys, now)).toEqual(ruled);
    }
    expect(ruleScope(null)).not.toBe(ruleScope("Default"));
  });
  it.each(["uses", "balance"] as const)("of %s never ends by itself: a top-up prolongs it", (kind) => {
    const counted = { ...entitlement, kind };
    const read = readAccessToken(formatAccessToken(counted, keys), keys, now + 1e9);
    expect(read).toEqual({ ...counted, expiresAt: 0 });
    // One token for one entitlement, whatever its end is at the time.
    expect(formatAccessToken({ ...counted, expiresAt: now + 9 }, keys)).toBe(
      formatAccessToken(counted, keys),
    );
  });
  it("ends on time", () => {
    expect(readAccessToken(token, keys, now + 59)).toBeDefined();
    expect(readAccessToken(token, keys, now + 60)).toBeUndefined();
  });
  it("survives a rotation, but not the end of its secret", () => {
    expect(readAccessToken(token, createKeyRing([olderSecret, secret], nodeCrypto), now)).toEqual(
      entitlement,
    );
    expect(readAccessToken(token, createKeyRing([olderSecret], nodeCrypto), now)).toBeUndefined();
  });
  it("is worth nothing with any character changed", () => {
    for (let at = 0; at < token.length; at++) {
      const changed = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
      expect(readAccessToken(changed, keys, now)).toBeUndefined();
    }
  });
  it("is not a MAC of another purpose", () => {
    const [payload = ""] = token.slice(3).split(".");
    const wrong = keys.hmacs("seal")[0]?.(Buffer.from(payload, "base64url")) ?? new Uint8Array();
    expect(
      readAccessToken(`pw_${payload}.${Buffer.from(wrong).toString("base64url")}`, keys, now),
    ).toBeUndefined();
  });
  it("never throws on garbage", () => {
    fc.assert(fc.property(fc.string(), (text) => readAccessToken(text, keys, now) === undefined));
    fc.assert(
      fc.property(fc.base64String(), (text) => readAccessToken(`pw_${text}.x`, keys, now) === undefined),
    );
  });
  it.each([{ id: "a~b" }, { scope: "" }, { endpointId: "x".repeat(65) }, { expiresAt: -1 }])(
    "refuses %o",
    (change) => {
      expect(() => formatAccessToken({ ...entitlement, ...change }, keys)).toThrow(RangeError);
    },
  );
});

describe("entitlementIdOf", () => {
  it("is the money's own: the same for the same payment", () => {
    const id = entitlementIdOf("ln:regtest:ab", nodeCrypto);
    expect(id).toMatch(/^ent_[A-Za-z0-9_-]{22}$/);
    expect(entitlementIdOf("ln:regtest:ab", nodeCrypto)).toBe(id);
    expect(entitlementIdOf("ln:regtest:ac", nodeCrypto)).not.toBe(id);
  });
});

describe("accessCookieName", () => {
  it("has the prefix and differs by scope", () => {
    expect(accessCookieName("*")).toBe(`${accessCookiePrefix}all`);
    expect(accessCookieName("C".repeat(43))).not.toBe(accessCookieName("D".repeat(43)));
    expect(accessCookieName(ruleScope(null))).not.toBe(accessCookieName(ruleScope("rt_D")));
    expect(accessCookieName(ruleScope("rt_DDDD1"))).not.toBe(accessCookieName(ruleScope("rt_DDDD2")));
  });
});
