import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64, fromBase64Url, toBase64, toBase64Url } from "./base64.ts";
import { concatBytes, equalBytes, fromHex, fromUtf8, toHex, utf8 } from "./bytes.ts";

const bytes = () => fc.uint8Array({ maxLength: 300 });

describe("hex", () => {
  it("round trips, in any case", () => {
    fc.assert(
      fc.property(bytes(), (data) => {
        expect(toHex(data)).toBe(Buffer.from(data).toString("hex"));
        expect(fromHex(toHex(data))).toEqual(data);
        expect(fromHex(toHex(data).toUpperCase())).toEqual(data);
      }),
    );
  });
  it.each(["0", "0g", " 00", "00 ", "0x00", "٠٠"])("refuses %j", (text) => {
    expect(fromHex(text)).toBeUndefined();
  });
});

describe("base64", () => {
  it("agrees with Node in both alphabets, padded or not", () => {
    fc.assert(
      fc.property(bytes(), (data) => {
        const standard = Buffer.from(data).toString("base64");
        const url = Buffer.from(data).toString("base64url");
        expect(toBase64(data)).toBe(standard);
        expect(toBase64Url(data)).toBe(url);
        expect(fromBase64(standard)).toEqual(data);
        expect(fromBase64(standard.replace(/=+$/, ""))).toEqual(data);
        expect(fromBase64(url)).toEqual(data);
        expect(fromBase64Url(url)).toEqual(data);
      }),
    );
  });
  it("survives more bytes than an argument list takes", () => {
    const data = new Uint8Array(300_000).fill(7);
    expect(fromBase64(toBase64(data))).toEqual(data);
  });
  it("gives every payload one unpadded spelling", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{0,12}$/), (text) => {
        const data = fromBase64Url(text);
        if (data !== undefined) expect(toBase64Url(data)).toBe(text);
      }),
    );
  });
  it.each(["A", "AB", "AA=", "AA===", "A=A=", "AA==AA", "A A", "AAAA\n", "a+b_", "é", "AAAA===="])(
    "refuses %j",
    (text) => {
      expect(fromBase64(text)).toBeUndefined();
    },
  );
  it("never throws on garbage", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fromBase64(text);
        fromBase64Url(text);
      }),
    );
  });
});

describe("utf8", () => {
  it("round trips well-formed text, with a byte order mark", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(fromUtf8(utf8(text))).toBe(text);
      }),
    );
    expect(fromUtf8(utf8("\ufeffa"))).toBe("\ufeffa");
  });
  it("refuses bytes that are not UTF-8", () => {
    expect(fromUtf8(Uint8Array.of(0xc0, 0x80))).toBeUndefined();
    expect(fromUtf8(Uint8Array.of(0xed, 0xa0, 0x80))).toBeUndefined();
  });
});

describe("equalBytes", () => {
  it("finds each single flipped bit and each other length", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.nat(),
        fc.integer({ min: 0, max: 7 }),
        (data, at, bit) => {
          const other = Uint8Array.from(data);
          other[at % data.length] = (other[at % data.length] ?? 0) ^ (1 << bit);
          expect(equalBytes(data, Uint8Array.from(data))).toBe(true);
          expect(equalBytes(data, other)).toBe(false);
          expect(equalBytes(data, data.slice(1))).toBe(false);
          expect(equalBytes(data, concatBytes(data, Uint8Array.of(0)))).toBe(false);
        },
      ),
    );
  });
});
