import type { Entitlement, KeyRing } from "@x402-paywall/core";
import { createKeyRing, formatAccessToken } from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import { createAccessReader } from "./access-tokens.ts";
import { nodeCrypto } from "./node/crypto.ts";

const ring = createKeyRing([new Uint8Array(32).fill(7)], nodeCrypto);
const entitlement = (id: string, expiresAt = 2000): Entitlement => ({
  id,
  kind: "pass",
  mode: "test",
  endpointId: "ep_1",
  scope: "*",
  expiresAt,
});

/** Counts how often a key was asked for. */
function counting(): { readonly keys: KeyRing; readonly asked: () => number } {
  let asked = 0;
  const hmacs: KeyRing["hmacs"] = (purpose) => {
    asked++;
    return ring.hmacs(purpose);
  };
  return { keys: { ...ring, hmacs }, asked: () => asked };
}

describe("createAccessReader", () => {
  const token = formatAccessToken(entitlement("ent_a"), ring);

  it("verifies a good token once, and looks at its expiry each time", () => {
    const { keys, asked } = counting();
    const read = createAccessReader(keys);
    for (const now of [1000, 1001, 1999]) expect(read(token, now)).toEqual(entitlement("ent_a"));
    expect(asked()).toBe(1);
    expect(read(token, 2000)).toBeUndefined();
    expect(read(token, 3000)).toBeUndefined();
  });

  it("keeps nothing of a token that is not ours, however close it is to one that is", () => {
    const { keys, asked } = counting();
    const read = createAccessReader(keys);
    expect(read(token, 1000)).toBeDefined();
    const [head = "", mac = ""] = token.split(".");
    const forged = [`${head}.${mac.startsWith("A") ? "B" : "A"}${mac.slice(1)}`, `${token} `, head, ""];
    for (const other of [...forged, ...forged]) expect(read(other, 1000)).toBeUndefined();
    expect(asked()).toBe(3);
    expect(read(token, 1000)).toBeDefined();
  });

  it("keeps so many and no more", () => {
    const { keys, asked } = counting();
    const read = createAccessReader(keys, 2);
    const [a, b, c] = ["ent_a", "ent_b", "ent_c"].map((id) => formatAccessToken(entitlement(id), ring));
    for (const each of [a, b, c, b, c]) expect(read(each ?? "", 1000)).toBeDefined();
    expect(asked()).toBe(3);
    expect(read(a ?? "", 1000)).toEqual(entitlement("ent_a"));
    expect(asked()).toBe(4);
  });
});
