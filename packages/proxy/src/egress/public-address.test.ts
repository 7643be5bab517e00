import fc from "fast-check";
import ipaddr from "ipaddr.js";
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
  it("judges as a library for addresses does, also at the edges of special ranges", () => {
    const group = fc.oneof(fc.constantFrom(0, 1, 0xffff, 0xdb8, 0x1ff, 0x200, 0x4f, 0x8000), fc.nat(0xffff));
    const first = fc.constantFrom(
      0,
      0x64,
      0x1fff,
      0x2001,
      0x2002,
      0x2003,
      0x2620,
      0x3fff,
      0x5f00,
      0xfc00,
      0xfe80,
    );
    const ipv6 = fc
      .tuple(first, ...Array.from({ length: 7 }, () => group))
      .map((groups) => groups.map((part) => part.toString(16)).join(":"));
    const ipv4 = fc
      .tuple(
        fc.constantFrom(0, 10, 100, 127, 128, 168, 169, 172, 192, 198, 203, 223, 224, 240, 255),
        fc.constantFrom(0, 15, 16, 18, 20, 31, 32, 51, 52, 63, 64, 88, 128, 168, 175, 254),
        fc.constantFrom(0, 1, 2, 3, 48, 99, 100, 113, 129, 193, 196),
        fc.nat(255),
      )
      .map((bytes) => bytes.join("."));
    const mappedIpv4 = ipv4.map((address) => `::ffff:${address}`);
    fc.assert(
      fc.property(fc.oneof(ipv4, mappedIpv4, ipv6, fc.ipV6()), (address) => {
        fc.pre(!/^::\d+\./.test(address) && !address.endsWith("168.63.129.16"));
        const parsed = ipaddr.process(address);
        const isGlobal = !(parsed instanceof ipaddr.IPv6) || parsed.match(ipaddr.IPv6.parse("2000::"), 3);
        expect(isPublicAddress(address)).toBe(isGlobal && parsed.range() === "unicast");
      }),
      { numRuns: 2000 },
    );
  });
});
