import { canonicalJson } from "../canonical-json.ts";
import type { Json } from "../canonical-json.ts";
import type { MicroUsd } from "../money.ts";
import { Doubt } from "./doubt.ts";
import { numberOf } from "./evaluate-expression.ts";
import type { NamedReading } from "./evaluate-expression.ts";
import { readField } from "./expression-field.ts";
import type { FieldCache } from "./expression-field.ts";
import { ExpressionFault } from "./expression-node.ts";
import { parseExpression } from "./parse-expression.ts";
import type { ParsedExpression } from "./parse-expression.ts";
import { MAX_AMOUNT } from "./price-limits.ts";
import { ceilTimes } from "./rational.ts";
import type { RequestFacts } from "./request-facts.ts";

/** An expression that was read and checked once, to be evaluated for each request. */
export interface CompiledExpression {
  /** What it reads, each in one spelling: `method`, `query["x-y"]`, `body.messages[0].role`, `length(body.text)`. */
  readonly fields: readonly string[];
  readonly needsBody: boolean;
  /** Never throws. */
  evaluate(facts: RequestFacts): ExpressionResult;
}

/** `basis`: canonical JSON of every fact that the expression names, read or not; what is doubtful is `["<why>"]`. */
export type ExpressionResult =
  | { readonly ok: true; readonly amount: MicroUsd; readonly basis: string }
  | { readonly ok: false; readonly reason: string };

/** `message` is for the author and says where, counted in characters from 1, as `position` does. */
export type CompileResult =
  | { readonly ok: true; readonly expression: CompiledExpression }
  | { readonly ok: false; readonly message: string; readonly position: number };

const MAX_CHARACTERS = 1000;
const MICRO = 1_000_000n;

/**
 * Compiles the expression of a computed price; never throws. It yields US dollars, exact fractions all the way, rounded up
 * once to µUSD. It sees `method`, `path`, `query.<name>` and `body.<field>`; texts, decimals, `true`, `false`; `== != < <=
 * > >=`, `in [..]`, `not in [..]`, `and or not` (`&& || !`), `? :`, `+ - * /`, `min`, `max`, `startsWith`, `contains`,
 * `length(field)`, `number(text)`.
 */
export function compileExpression(text: string): CompileResult {
  if (text.length > MAX_CHARACTERS)
    return { ok: false, message: `longer than ${MAX_CHARACTERS} characters`, position: MAX_CHARACTERS + 1 };
  try {
    return { ok: true, expression: compile(parseExpression(text)) };
  } catch (error) {
    if (error instanceof ExpressionFault)
      return { ok: false, message: error.message, position: error.position };
    return { ok: false, message: "cannot be read", position: 1 };
  }
}

function compile({ node, fields }: ParsedExpression): CompiledExpression {
  return {
    fields: fields.map(({ name }) => name),
    needsBody: fields.some(({ source }) => source === "body"),
    evaluate(facts) {
      try {
        const cache: FieldCache = { members: new Map() };
        const slots = fields.map((field) => ({ name: field.name, reading: readField(field, facts, cache) }));
        const dollars = numberOf(node, slots);
        if (dollars.n < 0n) throw new Doubt("the price is negative");
        const amount = ceilTimes(dollars, MICRO);
        if (amount > MAX_AMOUNT) throw new Doubt("the price is above a billion dollars");
        return { ok: true, amount, basis: formatBasis(slots) };
      } catch (error) {
        return { ok: false, reason: error instanceof Doubt ? error.message : "the facts cannot be read" };
      }
    },
  };
}

/** No fact is ever an array, so `["missing"]` cannot be a value. */
function formatBasis(slots: readonly NamedReading[]): string {
  const facts: [string, Json][] = slots.map(({ name, reading }) => [
    name,
    reading.ok ? reading.value : [reading.fault],
  ]);
  return canonicalJson(Object.fromEntries(facts));
}
