import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8 } from "../bytes.ts";
import { compileExpression } from "./price-expression.ts";
import type { ExpressionResult } from "./price-expression.ts";
import { readBodyFact } from "./request-facts.ts";
import type { RequestFacts } from "./request-facts.ts";

function evaluate(text: string, changes: Partial<RequestFacts>): ExpressionResult {
  const compiled = compileExpression(text);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.expression.evaluate({ method: "GET", path: "/", query: "", ...changes });
}

const body = (text: string): Partial<RequestFacts> => ({ body: readBodyFact(utf8(text)) });
const byModel = 'body.model == "large" ? 0.05 : 0.01';
const bySize = 'query.size == "large" ? 0.05 : 0.01';
const byPath = 'path == "/v1/chat" ? 0.05 : 0.01';

describe("a body", () => {
  it.each([
    ["none", {}, "missing"],
    ["an empty one", body(""), "missing"],
    ["one without the field", body("{}"), "missing"],
    ["the field one level down", body('{"a":{"model":"small"}}'), "missing"],
    ["an array", body('["model"]'), "missing"],
    ["a text", body('"model"'), "missing"],
    ["null", body("null"), "missing"],
    ["the field null", body('{"model":null}'), "of a kind"],
    ["the field an object", body('{"model":{}}'), "of a kind"],
    ["the field a list", body('{"model":["small"]}'), "of a kind"],
    ["the field a number", body('{"model":5}'), "different kinds"],
    ["a duplicate", body('{"model":"small","model":"large"}'), "twice"],
    ["an escaped duplicate", body('{"model":"small","m\\u006fdel":"large"}'), "twice"],
    ["a duplicate anywhere", body('{"model":"small","x":{"y":1,"y":2}}'), "twice"],
    ["another case for servers that ignore it", body('{"model":"small","Model":"large"}'), "twice"],
    ["another case alone", body('{"Model":"large"}'), "missing"],
    ["no JSON", body("model=small"), "cannot be read"],
    ["JSON and more", body('{"model":"small"} {"model":"large"}'), "cannot be read"],
    ["33 levels", body(`{"model":"small","x":${"[".repeat(33)}${"]".repeat(33)}}`), "cannot be read"],
    ["half a character", body('{"model":"\\ud800"}'), "cannot be read"],
    ["no UTF-8", { body: readBodyFact(Uint8Array.of(0x22, 0xff, 0x22)) }, "cannot be read"],
    ["a byte order mark", body('\ufeff{"model":"small"}'), "cannot be read"],
    ["too much", { body: readBodyFact(utf8('{"model":"small"}'), 8) }, "too large"],
  ])("%s: %o", (_name, changes, reason) => {
    const result = evaluate(byModel, changes);
    expect(result).toMatchObject({ ok: false });
    expect(result.ok ? "" : result.reason).toContain(reason);
  });

  it.each(["toString", "__proto__", "constructor", "length", "hasOwnProperty"])(
    "has no member %s but its own",
    (name) => {
      for (const expression of [`body.${name} == "a" ? 1 : 2`, `body.${name}.name == "a" ? 1 : 2`])
        for (const text of ["{}", "[1]", '"text"', "7"]) {
          const result = evaluate(expression, body(text));
          expect(result.ok ? "" : result.reason).toContain("is missing");
        }
      const own = evaluate(`body.${name} == "a" ? 1 : 2`, body(`{"${name}":"a"}`));
      expect(own).toMatchObject({ ok: true, amount: 1_000_000n });
    },
  );

  it.each([
    ["body.n * 1", '{"n":9007199254740993}', "too large to be exact"],
    ["body.n * 1", '{"n":1e300}', "too large to be exact"],
    ["body.n * 1", '{"n":1e400}', "of a kind"],
    ["body.n * 1", '{"n":5e-324}', "too large or too precise"],
    ["body.n * 1", '{"n":"3"}', "`body.n` is not a number"],
    ["1 / body.n", '{"n":0}', "divided by zero"],
    ["1 / body.n", '{"n":-0}', "divided by zero"],
    ["1 - body.n", '{"n":1.000001}', "negative"],
    ["body.n * 1", '{"n":1000000001}', "billion"],
    [`body.n${" * body.n".repeat(100)}`, '{"n":9007199254740991}', "too large or too precise"],
    ["body.n < 1 ? 1 : 2", '{"n":true}', "not a number"],
    ["body.n ? 1 : 2", '{"n":1}', "not true or false"],
    ["body.n in [1, 2] ? 1 : 2", '{"n":"1"}', "different kinds"],
    ["number(body.n)", '{"n":"1e3"}', "not a decimal number"],
    ["number(body.n)", '{"n":" 1"}', "not a decimal number"],
    ["number(body.n)", '{"n":1}', "not text"],
    ["length(body.n)", '{"n":{}}', "of a kind"],
    ["length(body.n)", '{"n":5}', "of a kind"],
    ["length(body.n[1])", '{"n":["a"]}', "missing"],
    ["length(body.n[0])", '{"n":{"0":"a"}}', "missing"],
    ["length(body)", '{"n":1}', "of a kind"],
  ])("%.40s of %s: %s", (expression, text, reason) => {
    const result = evaluate(expression, body(text));
    expect(result.ok ? "" : result.reason).toContain(reason);
  });

  it("may be read by its length as a whole", () => {
    expect(evaluate("length(body) * 0.01", body("[1,2,3]"))).toMatchObject({ amount: 30_000n });
    expect(evaluate("length(body.t)", body('{"t":"é😀x"}'))).toMatchObject({ amount: 3_000_000n });
    expect(evaluate("body.n", body('{"n":1.5e-7}'))).toMatchObject({ amount: 1n });
  });
});

describe("a query", () => {
  it.each([
    ["", "missing"],
    ["sizes=small", "missing"],
    ["Size=large", "missing"],
    ["size=small&size=large", "twice"],
    ["size=small&s%69ze=large", "twice"],
    ["size=small&SIZE=large", "twice"],
    ["size=small&size[]=large", "twice"],
    ["size=small&size[0]=large", "twice"],
    ["size[]=small", "twice"],
    ["x=1;size=large&size=small", "twice"],
    ["size=small;x=1", "twice"],
    ["size=%zz", "cannot be read"],
    ["size=%ff", "cannot be read"],
  ])("%s: %s", (query, reason) => {
    const result = evaluate(bySize, { query });
    expect(result.ok ? "" : result.reason).toContain(reason);
  });
  it.each([
    ["size=large", 50_000n],
    ["s%69ze=l%61rge", 50_000n],
    ["a=1&size=large&b=2", 50_000n],
    ["x=1;y=2&size=large", 50_000n],
    ["size=small", 10_000n],
    ["size=", 10_000n],
    ["size", 10_000n],
    ["size=a+b", 10_000n],
    ["size=large=large", 10_000n],
  ])("%s costs %d", (query, amount) => {
    expect(evaluate(bySize, { query })).toMatchObject({ ok: true, amount });
  });
  it("decodes plus signs, and takes names with brackets", () => {
    expect(evaluate('query.q == "a b" ? 1 : 2', { query: "q=a+b" })).toMatchObject({ amount: 1_000_000n });
    const filter = 'query["f[a]"] == "1" ? 1 : 2';
    expect(evaluate(filter, { query: "f[a]=1&f[b]=2" })).toMatchObject({ amount: 1_000_000n });
    expect(evaluate(filter, { query: "f[a]=1&f%5Ba%5D=2" })).toMatchObject({ ok: false });
  });
});

describe("a path", () => {
  it.each([
    ["/v1/chat", 50_000n],
    ["/v1/%63hat", 50_000n],
    ["/v1/%63h%61t", 50_000n],
    ["/v1/chats", 10_000n],
    ["", 10_000n],
  ])("%s costs %d", (path, amount) => {
    expect(evaluate(byPath, { path })).toMatchObject({ ok: true, amount });
  });
  it.each([
    "//v1/chat",
    "/v1//chat",
    "/v1/chat;x",
    "/v1%2fchat",
    "/v1/chat%3bx",
    "/v1/%2563hat",
    "/v1/%ff",
    "/%00",
  ])("%s may be read in two ways", (path) => {
    expect(evaluate(byPath, { path })).toMatchObject({ ok: false });
  });
  it("is / where the link itself is asked for", () => {
    expect(evaluate('path == "/" ? 1 : 2', { path: "" })).toMatchObject({ amount: 1_000_000n });
  });
});

describe("what is not needed", () => {
  const facts = { ...body('{"a":true,"model":"small","Model":"large"}'), query: "x=1&x=2" };
  it.each([
    ["a condition that settles it", 'query.y == "1" or body.a ? 1 : 2', false],
    ["the left side of or", "body.a or body.model == query.x ? 1 : 2", true],
    ["the left side of and", "!body.a and body.model == query.x ? 1 : 2", true],
    ["the other arm", "body.a ? 1 : number(query.x)", true],
    ["the right side of or, doubt on the left", "body.model == query.x or body.a ? 1 : 2", false],
    ["both parts of min", "min(0, number(query.x))", false],
  ])("%s", (_name, text, ok) => {
    expect(evaluate(text, facts).ok).toBe(ok);
  });
  it("is in the basis all the same", () => {
    const result = evaluate('body.a ? 1 : body.model == query.x or body.b == "" ? 2 : length(body.c)', facts);
    expect(result).toMatchObject({
      ok: true,
      basis:
        '{"body.a":true,"body.b":["missing"],"body.model":["duplicate"],"length(body.c)":["missing"],"query.x":["duplicate"]}',
    });
  });
  it("tells a fault from every value in the basis", () => {
    const seen = [
      '{"a":true}',
      '{"a":true,"m":"missing"}',
      '{"a":true,"m":"[\\"missing\\"]"}',
      '{"a":true,"m":{}}',
    ];
    const bases = seen.map((text) => {
      const result = evaluate('body.a ? 1 : body.m == "" ? 2 : 3', body(text));
      return result.ok ? result.basis : "!";
    });
    expect(new Set(bases).size).toBe(seen.length);
  });
});

describe("evaluate", () => {
  it("never throws, whatever the request is", () => {
    const expression = `${byModel.replace("0.05", "length(body.text) / body.n")} + number(query.a) * length(path)`;
    const value = fc.jsonValue();
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), value, (path, query, json) => {
        const text = JSON.stringify({ model: "large", text: json, n: json });
        expect(typeof evaluate(expression, { path, query, ...body(text) }).ok).toBe("boolean");
      }),
    );
  });
  it("takes linear time in the body", () => {
    const names = Array.from({ length: 20_000 }, (_, at) => `"K${String(at).padStart(5, "0")}":1`).join();
    const wide = body(`{${names},"t":"${"a".repeat(300_000)}"}`);
    const reads = Array.from({ length: 50 }, (_, at) => `body.a${at}==""`).join("||");
    const searches = Array.from(
      { length: 7 },
      (_, at) => `contains(body.t,"${String(at).padEnd(100, "a")}")`,
    ).join("||");
    const start = performance.now();
    for (const text of [`false&&(${reads})?1:2`, `${searches}?1:2`])
      expect(evaluate(text, wide).ok).toBe(true);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
