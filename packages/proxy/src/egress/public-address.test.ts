import fc from "fast-check";
import { describe, expect, it } from "vitest";
import cases from "../../cases/addresses.json" with { type: "json" };
import { isPublicAddress } from "./public-address.ts";

describe("isPublicAddress", () => {
  it.each(cases)("$id $address is $expect", ({ address, expect: expected }) => {
    expect(isPublicAddress(address)).toBe(expected === "allowed");
  });
  it.each([
    "",
    "1",
    "127.1",
    "0x7f.0.0.1",
    "8.8.8.8 ",
    "8.8.8",
    "2606:4700::1%eth0",
    "::ffff:10.0.0.1",
    "[2606:4700::1]",
    "::8.8.8.8",
  ])("denies %j", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
  it("denies all of 10/8, 127/8 and fc00::/7, mapped or not", () => {
    const byte = fc.nat(255);
    fc.assert(
      fc.property(fc.constantFrom(10, 127, 0), byte, byte, byte, (a, b, c, d) => {
        expect(isPublicAddress(`${a}.${b}.${c}.${d}`)).toBe(false);
        expect(isPublicAddress(`::ffff:${a}.${b}.${c}.${d}`)).toBe(false);
        expect(isPublicAddress(`fd00::${b.toString(16)}:${c.toString(16)}`)).toBe(false);
      }),
    );
  });
});
