import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { numbers, requestOf, sampleFacts, Unknown, worth } from "../../test-support/random-expression.ts";
import type { Sample, SampleFacts } from "../../test-support/random-expression.ts";
import { compileExpression } from "./price-expression.ts";
import type { CompiledExpression } from "./price-expression.ts";
import type { RequestFacts } from "./request-facts.ts";

const facts: RequestFacts = {
  method: "POST",
  path: "/v1/chat",
  query: "size=large&w=2.5&x-y=1",
  body: {
    state: "json",
    value: { model: "large", n: 3, tenth: 0.1, stream: true, messages: [{ role: "user" }, {}], in: "odd" },
  },
};

function compile(text: string): CompiledExpression {
  const result = compileExpression(text);
  if (!result.ok) throw new Error(result.message);
  return result.expression;
}

function dollars(text: string): bigint | string {
  const result = compile(text).evaluate(facts);
  return result.ok ? result.amount : result.reason;
}

describe("compileExpression", () => {
  it.each([
    ["0.05", 50_000n],
    ["0", 0n],
    ["0.0000001", 1n],
    ["0.1 + 0.2", 300_000n],
    ["body.tenth + 0.2 == 0.3 ? 1 : 2", 1_000_000n],
    ["1 / 3 * 3", 1_000_000n],
    ["1 / 3", 333_334n],
    ["1 - 1 - 1 + 2", 1_000_000n],
    ["8 / 2 / 2", 2_000_000n],
    ["1 + 2 * 3", 7_000_000n],
    ["(1 + 2) * 3", 9_000_000n],
    ["-1 + 2", 1_000_000n],
    ["2 - -1", 3_000_000n],
    ["1000000000", 10n ** 15n],
    ['body.model == "large" ? 0.05 : 0.01', 50_000n],
    ["body.model == 'large' ? 0.05 : 0.01", 50_000n],
    ['body["model"] in ["small", "large"] ? 0.05 : 0.01', 50_000n],
    ["body.n not in [1, -3] ? 1 : 2", 1_000_000n],
    ['body.in == "odd" ? 1 : 2', 1_000_000n],
    ['body.messages[0].role == "user" ? 1 : 2', 1_000_000n],
    ["length(body.messages) * 0.01", 20_000n],
    ["length(body.model) + length(method)", 9_000_000n],
    ['method == "POST" and startsWith(path, "/v1/") ? 1 : 2', 1_000_000n],
    ['query["x-y"] == "1" && query.size == "large" ? 1 : 2', 1_000_000n],
    ["number(query.w) * 2", 5_000_000n],
    ['contains(path, "chat") ? 1 : 2', 1_000_000n],
    ["min(3, body.n - 1, 9)", 2_000_000n],
    ["max(3, body.n + 1)", 4_000_000n],
    ["body.n <= 3 and body.n >= 3 and body.n <= 3.1 and body.n >= 2.9 ? 1 : 2", 1_000_000n],
    ["body.n < 3 or body.n > 3 or body.n != 3 ? 1 : 2", 2_000_000n],
    ["body.tenth <= 1 / 10 and body.tenth >= 2 / 20 and body.tenth == 0.10 ? 1 : 2", 1_000_000n],
    ["body.stream ? 1 : 2", 1_000_000n],
    ["!body.stream ? 1 : 2", 2_000_000n],
    ["not body.stream == true ? 1 : 2", 2_000_000n],
    ["false and true or true ? 1 : 2", 1_000_000n],
    ["true or true and false ? 1 : 2", 1_000_000n],
    ["false ? 1 : true ? 2 : 3", 2_000_000n],
    ["true ? false ? 1 : 2 : 3", 2_000_000n],
    ["\n 1\t+\r\n1 ", 2_000_000n],
    ["'\\u0061\\'\\\\\"' == \"a'\\\\\\\"\" ? 1 : 2", 1_000_000n],
  ])("%s", (text, amount) => {
    expect(dollars(text)).toBe(amount);
  });

  it.each([
    ["bdy.x", 1, "unknown name `bdy` at 1; use method, path, query.* or body.*"],
    ["1 +", 4, "a value is expected instead of the end at 4"],
    ["", 1, "a value is expected"],
    ["1 2", 3, "an operator is expected instead of `2` at 3"],
    ["(1", 3, "`)` is expected instead of the end"],
    ["true ? 1", 9, "write condition ? then : else"],
    ["0.1 = 2", 5, "compare with =="],
    ["1 & 2", 3, "write &&"],
    ["$1", 1, "unexpected `$`"],
    ["1 + 😀", 5, "unexpected `😀`"],
    ["1.2.3", 1, "`1.2.3` is not a number"],
    ["1e5", 1, "`1e5` is not a number"],
    [".5", 1, "a value is expected instead of `.`"],
    ["0.1234567890123456789", 1, "too many digits"],
    ['1 + "x', 5, "a text without an end"],
    ['"a\\n" == method ? 1 : 2', 1, "unknown escape `\\n`"],
    ['"\ud800"', 2, "half a character"],
    ["body", 1, "`body` needs a field"],
    ["query", 1, "`query` needs one name"],
    ["query.a.b", 1, "`query` needs one name"],
    ["query[0]", 1, "`query` needs one name"],
    ["method.x", 7, "`method` is text"],
    ["body.[0]", 6, "a name is expected after `.`"],
    ["body[1.5]", 6, "a quoted name or a position is expected"],
    ["body[x]", 6, "a quoted name or a position is expected"],
    ["1 < 2 < 3 ? 1 : 2", 7, "comparisons do not chain"],
    ['method in ["a"] in ["b"] ? 1 : 2', 17, "comparisons do not chain"],
    ["body.n in [] ? 1 : 2", 12, "a text, a number, true or false is expected"],
    ['body.n in [1, "a"] ? 1 : 2', 15, "an item of another kind"],
    ["method in [1] ? 1 : 2", 12, "a number beside text"],
    ['body.n in [-"a"] ? 1 : 2', 13, "a text, a number, true or false is expected"],
    ["method == 1 ? 1 : 2", 11, "a number beside text at 11; number(…) reads text as a number"],
    ["query.n < 1 ? 1 : 2", 1, "a number is expected and not text"],
    ['"a" + 1', 1, "a number is expected and not text"],
    ['true ? 1 : "a"', 12, "text beside a number"],
    ["1 ? 2 : 3", 1, "true or false is expected and not a number"],
    ["1 and true ? 1 : 2", 1, "true or false is expected and not a number"],
    ['body.model == "large"', 1, "an expression yields dollars"],
    ["method", 1, "an expression yields dollars"],
    ["not", 4, "a value is expected"],
    ["and", 1, "a value is expected instead of `and`"],
    ["min", 4, "write min(…)"],
    ["min()", 5, "a value is expected"],
    ['length("a")', 8, "write length(body.text)"],
    ["number(1)", 8, "it is a number already"],
    ["number(method, path)", 1, "`number` takes one value"],
    ["startsWith(path) ? 1 : 2", 1, "`startsWith` takes two values"],
    ["contains(body.a, body.b) ? 1 : 2", 18, "`contains` looks for a quoted text"],
    ["(".repeat(32), 33, "nested deeper than 32 levels"],
    [`${"-".repeat(32)}1`, 33, "nested deeper than 32 levels"],
    [`${"not ".repeat(32)}true ? 1 : 2`, 129, "nested deeper than 32 levels"],
    ["1".padEnd(1001), 1001, "longer than 1000 characters"],
  ])("refuses %s at %i: %s", (text, position, message) => {
    const result = compileExpression(text);
    expect(result).toMatchObject({ ok: false, position });
    expect(result.ok ? "" : result.message).toContain(message);
  });

  it("takes 1,000 characters, 31 parentheses, and chains of any length", () => {
    expect(dollars("1".padEnd(1000))).toBe(1_000_000n);
    expect(dollars(`${"(".repeat(31)}1${")".repeat(31)}`)).toBe(1_000_000n);
    expect(dollars(`0${"+1".repeat(499)}`)).toBe(499_000_000n);
    expect(dollars(`${"false?1:".repeat(124)}2`)).toBe(2_000_000n);
    expect(dollars(`${"false||".repeat(140)}true?1:2`)).toBe(1_000_000n);
  });

  it("names what it reads, once each and in one spelling", () => {
    const text =
      'body.a == body["a"] or query["x-y"] == query.z or length(body.a) > body.m[0]["b c"].d ? 1 : 2';
    const { fields, needsBody } = compile(text);
    const [first, ...others] = fields;
    expect([first, ...others]).toEqual([
      "body.a",
      'query["x-y"]',
      "query.z",
      "length(body.a)",
      'body.m[0]["b c"].d',
    ]);
    expect(needsBody).toBe(true);
    expect(compile("length(method) * 1").needsBody).toBe(false);
    expect(compile("length(body)").needsBody).toBe(true);
  });

  it("never throws on garbage", () => {
    const words = [
      "body.n",
      "query.a",
      "method",
      "(",
      ")",
      "[",
      "]",
      ".",
      ",",
      "?",
      ":",
      "not ",
      "in",
      "-",
      "==",
    ];
    const more = [
      "and",
      "1",
      "0.5",
      '"a"',
      "'",
      "\\",
      "true",
      "min(",
      "length(",
      "&&",
      "!",
      "\ud800",
      "💰",
      " ",
    ];
    const soup = fc
      .array(fc.constantFrom(...words, ...more), { maxLength: 40 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), soup), (text) => {
        const result = compileExpression(text);
        if (result.ok) result.expression.evaluate(facts);
        else expect(result.position).toBeLessThanOrEqual(text.length + 1);
      }),
      { numRuns: 3000 },
    );
  });
});

function expected(sample: Sample, values: SampleFacts): bigint | undefined {
  try {
    return worth(sample, values);
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

describe("evaluate", () => {
  it("agrees with a naive evaluator on random expressions and facts", () => {
    let priced = 0;
    const runs = 4000;
    fc.assert(
      fc.property(numbers, sampleFacts(), (sample, values) => {
        fc.pre(sample.text.length <= 1000);
        const result = compile(sample.text).evaluate(requestOf(values));
        const amount = expected(sample, values);
        expect(result.ok ? result.amount : undefined).toBe(amount);
        if (amount !== undefined) priced++;
      }),
      { numRuns: runs },
    );
    expect(priced).toBeGreaterThan(runs / 4);
  });

  it("has one price for one basis, so that a cheap request's payment opens no dear one", () => {
    let alike = 0;
    fc.assert(
      fc.property(numbers, fc.array(sampleFacts(), { minLength: 6, maxLength: 6 }), (sample, requests) => {
        fc.pre(sample.text.length <= 1000);
        const expression = compile(sample.text);
        const prices = new Map<string, bigint>();
        for (const values of requests) {
          const result = expression.evaluate(requestOf(values));
          if (!result.ok) continue;
          if (prices.has(result.basis)) alike++;
          expect(prices.get(result.basis) ?? result.amount).toBe(result.amount);
          prices.set(result.basis, result.amount);
        }
      }),
      { numRuns: 1000 },
    );
    expect(alike).toBeGreaterThan(100);
  });
});
