import fc from "fast-check";
import { encode } from "uqr";
import { describe, expect, test } from "vitest";
import { encodeQr } from "./qr-code.ts";

function check(text: string): void {
  const { data } = encode(text, { ecc: "L", border: 0, maskPattern: 0 });
  expect(encodeQr(text)).toEqual(data.map((row) => row.map(Number)));
}

describe("QR codes are the library's", () => {
  test("for invoices of every length", () => {
    const invoice = `LIGHTNING:LNBC${"Q9P0ZX7".repeat(200)}`;
    for (let length = 14; length <= 1200; length += 13) check(invoice.slice(0, length));
  });

  test("for texts of any length", () => {
    const letters = fc.constantFrom(..."0123456789ABCXYZ $%*+-./:");
    // A text of digits alone has a mode of its own in the library.
    const texts = fc.string({ unit: letters, minLength: 1, maxLength: 400 }).map((text) => `A${text}`);
    fc.assert(fc.property(texts, check), { numRuns: 60 });
  });

  test("up to the largest, and not beyond", () => {
    check("A".repeat(4296));
    expect(() => encodeQr("A".repeat(4297))).toThrow(RangeError);
    expect(() => encodeQr("lightning")).toThrow(RangeError);
    expect(encodeQr("A".repeat(4296))).toHaveLength(177);
  });

  test("and about half dark, as scanners like it", () => {
    for (let length = 20; length < 500; length += 37) {
      const modules = encodeQr(`LIGHTNING:${"LNBC160N1P5".repeat(50).slice(0, length)}`).flat();
      const dark = modules.filter((module) => module === 1).length / modules.length;
      expect(Math.abs(dark - 0.5)).toBeLessThan(0.05);
    }
  });
});
