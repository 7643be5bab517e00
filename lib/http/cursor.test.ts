import { PaywallError } from "@x402-paywall/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatCursor, parseCursor } from "./cursor.ts";

const time = fc.integer({ min: 0, max: 4e12 }).map((ms) => new Date(ms));
const id = fc.string({ unit: fc.constantFrom(..."abcXYZ019_-"), minLength: 1, maxLength: 64 });

describe("cursor", () => {
  it("comes back as it was written", () => {
    fc.assert(
      fc.property(time, id, (at, row) => {
        expect(parseCursor(formatCursor({ at, id: row }))).toEqual({ at, id: row });
      }),
    );
  });

  it("is refused as validation_failed when it is anything else", () => {
    const real = formatCursor({ at: new Date(1_000), id: "ep_1" });
    const others = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.constantFrom("", `${real}=`, `${real} `, real.toLowerCase(), real.slice(1)),
    );
    fc.assert(
      fc.property(others, (text) => {
        try {
          // Whatever parses is canonical: there is one text for each cursor.
          expect(formatCursor(parseCursor(text))).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PaywallError);
          expect(error).toMatchObject({ code: "validation_failed" });
        }
      }),
    );
  });
});
