import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { addressBlock } from "./address-block.ts";

describe("addressBlock", () => {
  it.each([
    ["203.0.113.9", "203.0.113.9"],
    ["::ffff:203.0.113.9", "203.0.113.9"],
    ["::FFFF:cb00:7109", "203.0.113.9"],
    ["2001:db8:1:2:3:4:5:6", "20010db800010002/64"],
    ["2001:db8:1:2::", "20010db800010002/64"],
    ["2001:0DB8:0001:0002::1%eth0", "20010db800010002/64"],
    ["::1", "0000000000000000/64"],
    ["unknown", "unknown"],
    ["1?x", "1?x"],
    ["::g", "::g"],
    ["", ""],
  ])("of %j is %j", (address, block) => {
    expect(addressBlock(address)).toBe(block);
  });

  it("is what a library for addresses says, for every address", () => {
    // `::1.2.3.4`, a form without a network, is what that library takes for a mapped address.
    const addresses = fc.oneof(fc.ipV4(), fc.ipV6()).filter((address) => !/^::\d+\./.test(address));
    fc.assert(
      fc.property(addresses, (address) => {
        const parsed = ipaddr.process(address);
        const bytes = Uint8Array.from(parsed.toByteArray().slice(0, 8));
        expect(addressBlock(address)).toBe(
          parsed.kind() === "ipv4" ? parsed.toString() : `${Buffer.from(bytes).toString("hex")}/64`,
        );
      }),
      { numRuns: 500 },
    );
  });
});
