import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "./canonical-json.ts";
import type { Json } from "./canonical-json.ts";
import { parseJson, readJson } from "./parse-json.ts";

const json = () => fc.jsonValue({ maxDepth: 5 }).map((value): Json => JSON.parse(JSON.stringify(value)));

describe("readJson", () => {
  it("reads strings of many megabytes and escapes", () => {
    const value = { text: 'x"\\'.repeat(4_000_000) };
    expect(parseJson(JSON.stringify(value))).toEqual(value);
  });

  it("reads what JSON.parse reads", () => {
    fc.assert(
      fc.property(json(), fc.constantFrom(undefined, 2), (value, indent) => {
        expect(parseJson(JSON.stringify(value, null, indent))).toEqual(value);
      }),
    );
  });
  it.each([
    ['{"a":1,"a":2}', "duplicate"],
    ['{"a":1,"\\u0061":2}', "duplicate"],
    ['[{"b":{"c":[],"c":1}}]', "duplicate"],
    ['{"a":"}","b":"{\\"a\\":1","a":0}', "duplicate"],
    ['{"__proto__":1,"__proto__":2}', "duplicate"],
    [`${"[".repeat(33)}${"]".repeat(33)}`, "depth"],
    [`${'{"a":'.repeat(33)}1${"}".repeat(33)}`, "depth"],
    ["[".repeat(100_000), "syntax"],
    ['{"a":1,}', "syntax"],
    ["", "syntax"],
    ["NaN", "syntax"],
    ["01", "syntax"],
    ["'a'", "syntax"],
  ])("refuses %.40s: %s", (text, fault) => {
    expect(readJson(text)).toEqual({ ok: false, fault });
  });
  it("takes one name in different objects, and 32 levels", () => {
    expect(parseJson('{"a":{"a":1},"b":[{"a":1},{"a":1}]}')).toBeDefined();
    expect(parseJson('{"a":"a","b":"a"}')).toEqual({ a: "a", b: "a" });
    expect(parseJson(`${"[".repeat(32)}${"]".repeat(32)}`)).toBeDefined();
  });
  it("never throws on garbage", () => {
    fc.assert(fc.property(fc.string(), (text) => void readJson(text)));
  });
});

describe("canonicalJson", () => {
  it("is stable under parsing and the order of members", () => {
    fc.assert(
      fc.property(json(), (value) => {
        const text = canonicalJson(value);
        const again = parseJson(text);
        expect(again).toEqual(JSON.parse(text));
        expect(again === undefined ? "" : canonicalJson(again)).toBe(text);
      }),
    );
  });
  it("leaves out members that are undefined", () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
  });
  it.each([[Number.NaN], [Number.POSITIVE_INFINITY], ["\ud800"], [{ "\udc00": 1 }], [["a\ud800b"]]])(
    "has no form for %j",
    (value) => {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    },
  );
});
