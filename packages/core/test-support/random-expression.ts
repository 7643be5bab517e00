import * as fc from "fast-check";
import type { Json } from "../src/canonical-json.ts";
import type { RequestFacts } from "../src/pricing/request-facts.ts";

/** Exact fraction, never reduced. */
type Fraction = readonly [n: bigint, d: bigint];
type Plain = Fraction | string | boolean;

/** A tree that tests make expressions of: how it is written, and, told independently, what it is worth. */
export interface Sample {
  /** How tightly it binds: 0 `?:`, 1 or, 2 and, 3 not, 4 comparison, 5 sum, 6 product, 7 sign, 8 value. */
  readonly level: number;
  readonly text: string;
  /** @throws Unknown where a fact that is needed is doubtful. */
  readonly value: (facts: SampleFacts) => Plain;
}

/** The facts that samples read; `undefined`: not there. */
export interface SampleFacts {
  readonly method: string;
  readonly path: string;
  readonly a: string | undefined;
  readonly q: string | undefined;
  readonly n: Json | undefined;
  readonly s: Json | undefined;
  readonly b: Json | undefined;
  readonly list: Json | undefined;
}

export class Unknown extends Error {}

/** A sample where something that binds at least so tightly is needed. */
function write({ text, level }: Sample, least: number): string {
  return level < least ? `(${text})` : text;
}

function numeric(value: Plain): Fraction {
  if (typeof value !== "object") throw new Unknown();
  return value;
}
function truth(value: Plain): boolean {
  if (typeof value !== "boolean") throw new Unknown();
  return value;
}
function words(value: Plain): string {
  if (typeof value !== "string") throw new Unknown();
  return value;
}
function isLess([n, d]: Fraction, [m, e]: Fraction): boolean {
  return d * e > 0n ? n * e < m * d : n * e > m * d;
}
function same(left: Plain, right: Plain): boolean {
  if (typeof left === "object" && typeof right === "object") return left[0] * right[1] === right[0] * left[1];
  if (typeof left !== typeof right) throw new Unknown();
  return left === right;
}

/** What a double is as decimal text: fixed, because the samples hold few digits. */
function fraction(text: string): Fraction {
  const [whole = "", decimals = ""] = text.split(".");
  return [BigInt(whole + decimals), 10n ** BigInt(decimals.length)];
}

function plain(value: Json | undefined): Plain {
  if (typeof value === "number") return fraction(String(value));
  if (typeof value === "string" || typeof value === "boolean") return value;
  throw new Unknown();
}

const prim = (text: string, value: Sample["value"]): Sample => ({ level: 8, text, value });

function binary(
  operator: string,
  level: number,
  left: Sample,
  right: Sample,
  value: Sample["value"],
): Sample {
  const text = `${write(left, level)} ${operator} ${write(right, level + 1)}`;
  return { level, text, value };
}

function arithmetic(operator: string, left: Sample, right: Sample): Sample {
  return binary(operator, operator === "+" || operator === "-" ? 5 : 6, left, right, (facts) => {
    const [n, d] = numeric(left.value(facts));
    const [m, e] = numeric(right.value(facts));
    if (operator === "+") return [n * e + m * d, d * e];
    if (operator === "-") return [n * e - m * d, d * e];
    if (operator === "*") return [n * m, d * e];
    if (m === 0n) throw new Unknown();
    return [n * e, d * m];
  });
}

function order(operator: string, left: Sample, right: Sample): Sample {
  const text = `${write(left, 5)} ${operator} ${write(right, 5)}`;
  const value: Sample["value"] = (facts) => {
    const [one, other] = [numeric(left.value(facts)), numeric(right.value(facts))];
    if (operator === "<") return isLess(one, other);
    if (operator === ">") return isLess(other, one);
    return operator === "<=" ? !isLess(other, one) : !isLess(one, other);
  };
  return { level: 4, text, value };
}

function equality(operator: string, left: Sample, right: Sample): Sample {
  const text = `${write(left, 5)}${operator}${write(right, 5)}`;
  return {
    level: 4,
    text,
    value: (facts) => same(left.value(facts), right.value(facts)) === (operator === "=="),
  };
}

function choose(when: Sample, yes: Sample, no: Sample): Sample {
  return {
    level: 0,
    text: `${write(when, 1)} ? ${yes.text} : ${no.text}`,
    value: (facts) => (truth(when.value(facts)) ? yes : no).value(facts),
  };
}

function logic(operator: string, left: Sample, right: Sample): Sample {
  const isOr = operator === "or" || operator === "||";
  return binary(operator, isOr ? 1 : 2, left, right, (facts) => {
    const first = truth(left.value(facts));
    return first === isOr ? first : truth(right.value(facts));
  });
}

function extreme(name: string, parts: readonly Sample[]): Sample {
  return prim(`${name}(${parts.map(({ text }) => text).join(", ")})`, (facts) => {
    const values = parts.map((part) => numeric(part.value(facts)));
    return values.reduce((best, value) =>
      (name === "min" ? isLess(value, best) : isLess(best, value)) ? value : best,
    );
  });
}

const quoted = (text: string) => JSON.stringify(text);
const small = () => fc.tuple(fc.nat(99), fc.nat(99)).map(([w, d]) => `${w}${d % 3 ? `.${d}` : ""}`);
const someText = (): fc.Arbitrary<string> =>
  fc.constantFrom("", "a", "ab", "GET", "/a", "12", "0.5", "é😀", 'q"\\');

const numberFields: readonly Sample[] = [
  prim("body.n", ({ n }) => plain(n)),
  prim("number(query.q)", ({ q }) => {
    if (q === undefined || !/^-?(0|[1-9]\d*)(\.\d+)?$/.test(q)) throw new Unknown();
    const [n, d] = fraction(q.replace("-", ""));
    return [q.startsWith("-") ? -n : n, d];
  }),
  prim("length(body.list)", ({ list }) => {
    if (typeof list === "string") return [BigInt(Array.from(list).length), 1n];
    if (!Array.isArray(list)) throw new Unknown();
    return [BigInt(list.length), 1n];
  }),
  prim("length(body.s)", ({ s }) => {
    if (typeof s !== "string") throw new Unknown();
    return [BigInt(Array.from(s).length), 1n];
  }),
];
const textFields: readonly Sample[] = [
  prim("method", ({ method }) => method),
  prim("path", ({ path }) => path),
  prim('query["a"]', ({ a }) => plain(a)),
  prim('body["s"]', ({ s }) => plain(s)),
];

const { number: numberSample, condition } = fc.letrec<{ number: Sample; text: Sample; condition: Sample }>(
  (tie) => {
    const [num, text, bool] = [tie("number"), tie("text"), tie("condition")];
    return {
      number: fc.oneof(
        { maxDepth: 4, depthSize: "medium" },
        small().map((digits) => prim(digits, () => fraction(digits))),
        fc.constantFrom(...numberFields),
        fc.tuple(fc.constantFrom("+", "-", "*", "/"), num, num).map((parts) => arithmetic(...parts)),
        num.map((part) => ({
          level: 7,
          text: `-${write(part, 7)}`,
          value: (facts: SampleFacts): Plain => {
            const [n, d] = numeric(part.value(facts));
            return [-n, d];
          },
        })),
        fc
          .tuple(fc.constantFrom("min", "max"), fc.array(num, { minLength: 1, maxLength: 3 }))
          .map((parts) => extreme(...parts)),
        fc.tuple(bool, num, num).map((parts) => choose(...parts)),
      ),
      text: fc.oneof(
        { maxDepth: 4 },
        someText().map((value) => prim(quoted(value), () => value)),
        fc.constantFrom(...textFields),
        fc.tuple(bool, text, text).map((parts) => choose(...parts)),
      ),
      condition: fc.oneof(
        { maxDepth: 4, depthSize: "medium" },
        fc.constantFrom(
          prim("true", () => true),
          prim("false", () => false),
        ),
        fc.constant(prim("body.b", ({ b }) => plain(b))),
        fc.tuple(fc.constantFrom("<", "<=", ">", ">="), num, num).map((parts) => order(...parts)),
        fc.tuple(fc.constantFrom("==", "!="), num, num).map((parts) => equality(...parts)),
        fc.tuple(fc.constantFrom("==", "!="), text, text).map((parts) => equality(...parts)),
        fc.tuple(fc.constantFrom("==", "!="), bool, bool).map((parts) => equality(...parts)),
        fc.tuple(fc.constantFrom("and", "or", "&&", "||"), bool, bool).map((parts) => logic(...parts)),
        bool.map((part) => ({
          level: 3,
          text: `not ${write(part, 3)}`,
          value: (facts: SampleFacts) => !truth(part.value(facts)),
        })),
        bool.map((part) => ({
          level: 7,
          text: `!${write(part, 7)}`,
          value: (facts: SampleFacts) => !truth(part.value(facts)),
        })),
        fc
          .tuple(text, fc.array(someText(), { minLength: 1, maxLength: 3 }), fc.boolean())
          .map(([part, list, negated]): Sample => ({
            level: 4,
            text: `${write(part, 5)} ${negated ? "not in" : "in"} [${list.map(quoted).join(",")}]`,
            value: (facts) => list.includes(words(part.value(facts))) !== negated,
          })),
        fc
          .tuple(text, text)
          .map(([part, start]) =>
            prim(`startsWith(${part.text}, ${start.text})`, (facts) =>
              words(part.value(facts)).startsWith(words(start.value(facts))),
            ),
          ),
        fc
          .tuple(text, someText())
          .map(([part, sought]) =>
            prim(`contains(${part.text}, ${quoted(sought)})`, (facts) =>
              words(part.value(facts)).includes(sought),
            ),
          ),
      ),
    };
  },
);

/** Well-formed expressions that yield numbers. */
export const numbers = numberSample;
export const conditions = condition;

/** Facts from a small world, so that two of them are often alike; also those that are missing or of a wrong kind. */
export function sampleFacts(): fc.Arbitrary<SampleFacts> {
  const json = fc.constantFrom<Json | undefined>(
    0,
    2,
    0.5,
    12,
    "a",
    "ab",
    "",
    "é😀",
    true,
    false,
    null,
    undefined,
  );
  return fc.record({
    method: fc.constantFrom("GET", "POST"),
    path: fc.constantFrom("/a", "/ab", "/"),
    a: fc.constantFrom("a", "GET", "é😀", "", undefined),
    q: fc.constantFrom("0", "-2.5", "12", "x", "1e3", undefined),
    n: fc.oneof({ weight: 2, arbitrary: fc.constantFrom(0, 1, 2, 0.5, 0.01, 33.3) }, json),
    s: fc.oneof({ weight: 2, arbitrary: fc.constantFrom("a", "ab", "é😀", "") }, json),
    b: fc.oneof({ weight: 2, arbitrary: fc.boolean() }, json),
    list: fc.oneof(json, fc.constant([1, 2]), fc.constant({}), fc.constant([])),
  });
}

/** The same facts as a request brings them. */
export function requestOf({ method, path, a, q, n, s, b, list }: SampleFacts): RequestFacts {
  const query = [a === undefined ? [] : [`a=${encodeURIComponent(a)}`], q === undefined ? [] : [`q=${q}`]];
  const value: Json = JSON.parse(JSON.stringify({ n, s, b, list }));
  return { method, path, query: query.flat().join("&"), body: { state: "json", value } };
}

/** µUSD by the samples' own arithmetic. @throws Unknown */
export function worth(sample: Sample, facts: SampleFacts): bigint {
  const [n, d] = numeric(sample.value(facts));
  const [top, bottom] = d < 0n ? [-n, -d] : [n, d];
  if (top < 0n) throw new Unknown();
  const micro = (top * 1_000_000n) / bottom;
  const amount = micro * bottom === top * 1_000_000n ? micro : micro + 1n;
  if (amount > 10n ** 15n) throw new Unknown();
  return amount;
}
