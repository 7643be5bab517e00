import { utf8 } from "@x402-paywall/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sliceText } from "./count-text.ts";
import { JsonEdit } from "./json-edit.ts";
import { findMembers } from "./json-members.ts";
import { parsePicoUsd } from "./pico-usd.ts";
import { openReader, randomCuts } from "./testing/recordings.ts";
import { parseCount } from "./report.ts";

const object = fc.dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 });
const spaces = fc.constantFrom(undefined, 1, 2, "\t");

describe("members of an object", () => {
  test("lie where JSON.parse finds them", () => {
    fc.assert(
      fc.property(object, spaces, (value, space) => {
        const text = JSON.stringify(value, null, space);
        const members = findMembers(text, 0);
        expect([...(members ?? [])].map(([name]) => name).toSorted()).toEqual(Object.keys(value).toSorted());
        for (const [name, { start, end }] of members ?? []) {
          expect(JSON.stringify(JSON.parse(text.slice(start, end)))).toBe(JSON.stringify(value[name]));
        }
      }),
    );
  });

  test("are set without touching another character", () => {
    fc.assert(
      fc.property(object, spaces, fc.string(), fc.string(), (value, space, name, inner) => {
        const text = JSON.stringify(value, null, space);
        const edit = new JsonEdit(text);
        edit.set([name, inner], "7");
        const edited = edit.finish() ?? "";
        const before: unknown = Object.hasOwn(value, name) ? value[name] : undefined;
        const isObject = typeof before === "object" && before !== null && !Array.isArray(before);
        const after = JSON.parse(JSON.stringify(isObject ? before : {}));
        Object.defineProperty(after, inner, {
          value: 7,
          enumerable: true,
          configurable: true,
          writable: true,
        });
        const wanted = Object.fromEntries([...Object.entries(value), [name, after]]);
        expect(JSON.parse(edited)).toEqual(JSON.parse(JSON.stringify(wanted)));
        // What was there is still there, in order, around what is new.
        let kept = 0;
        while (kept < text.length && edited[kept] === text[kept]) kept++;
        if (before === undefined) expect(edited.endsWith(text.slice(kept))).toBe(true);
      }),
    );
  });
});

test("two members are set in an empty object", () => {
  const edit = new JsonEdit("{ }");
  edit.set(["a"], "1");
  edit.set(["b", "c"], "2");
  expect(JSON.parse(edit.finish() ?? "")).toEqual({ a: 1, b: { c: 2 } });
});

describe("the scanner reads what JSON.parse reads", () => {
  const count = fc.oneof(fc.maxSafeNat(), fc.nat(99), fc.constantFrom(-1, 0.5, "1", 1e21, true));
  const usage = fc.record(
    {
      prompt_tokens: fc.oneof(count, fc.constant(null)),
      completion_tokens: fc.oneof(fc.maxSafeNat(), count),
      note: fc.jsonValue({ maxDepth: 2 }),
    },
    { requiredKeys: ["completion_tokens"] },
  );
  const document = fc.record(
    {
      id: fc.string(),
      choices: fc.jsonValue({ maxDepth: 4 }),
      content: fc.jsonValue(),
      x: fc.jsonValue(),
      usage,
    },
    { requiredKeys: ["usage"] },
  );
  const isGood = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

  test("from documents of any members, spaces and cuts", () => {
    let reported = 0;
    fc.assert(
      fc.property(object, document, spaces, fc.nat(), (others, value, space, seed) => {
        // Names with quotes and backslashes, before and after.
        const tricky = { 'a"b\\': 1, '"usage":{': others, "\\": others };
        const bytes = utf8(JSON.stringify({ ...tricky, ...value, 'z\\"': others }, null, space));
        const reader = openReader({ contentType: "application/json" });
        let from = 0;
        for (const to of [...randomCuts(bytes.length, seed), bytes.length]) {
          reader.push(bytes.subarray(from, to));
          from = to;
        }
        const { prompt_tokens: input = null, completion_tokens: output } = value.usage;
        const makesSense = isGood(output) && (input === null || isGood(input));
        expect(reader.reported).toBe(makesSense);
        if (!makesSense) return;
        reported++;
        expect(reader.usage.outputTokens).toBe(output);
        expect(reader.usage.inputTokens).toBe(input ?? 50);
      }),
      { numRuns: 500 },
    );
    expect(reported).toBeGreaterThan(50);
  });
});

describe("a cost", () => {
  test.each([
    ["0", 0n],
    ["1", 1_000_000_000_000n],
    ["0.00014", 140_000_000n],
    ["1.4e-4", 140_000_000n],
    ["1.4E-04", 140_000_000n],
    ["0.00034500000000000004", 345_000_000n],
    ["0.00034499999999999996", 345_000_000n],
    ["1e-12", 1n],
    ["4e-13", 0n],
    ["5e-13", 1n],
    ["12e3", 12_000_000_000_000_000n],
    ["-1", undefined],
    ["-0.0", undefined],
    ["1e400", undefined],
    ["1e31", undefined],
    [".5", undefined],
    ["5.", undefined],
    ["0x1", undefined],
    ["", undefined],
    ["12345678901234567", undefined],
  ])("%s", (text, pico) => {
    expect(parsePicoUsd(text)).toBe(pico);
  });

  test("of any decimal is exact", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), (pico) => {
        const digits = pico.toString().padStart(13, "0");
        expect(parsePicoUsd(`${digits.slice(0, -12)}.${digits.slice(-12)}`)).toBe(pico);
      }),
    );
  });
});

test.each([
  ["12", 12],
  ["12.0", 12],
  ["1e3", 1000],
  ["9007199254740991", 9_007_199_254_740_991],
  ["9007199254740992", undefined],
  ["-1", undefined],
  ["0.5", undefined],
  ["NaN", undefined],
  ["", undefined],
])("a count: %s", (text, value) => {
  expect(parseCount(text)).toBe(value);
});

test("slices are the text, none longer than asked", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 300 }),
      fc.integer({ min: 4, max: 40 }),
      (text, size) => {
        const slices = [...sliceText(text, size)];
        expect(slices.join("")).toBe(text);
        for (const slice of slices) {
          expect(slice.length).toBeLessThanOrEqual(size);
          expect(slice.isWellFormed()).toBe(true);
        }
      },
    ),
  );
});
