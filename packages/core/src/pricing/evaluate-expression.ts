import { Doubt } from "./doubt.ts";
import type { Reading } from "./expression-field.ts";
import type { Comparison, Node, Term, Value } from "./expression-node.ts";
import {
  addRational,
  compareRational,
  divideRational,
  multiplyRational,
  rationalFromNumber,
  rationalFromText,
} from "./rational.ts";
import type { Rational } from "./rational.ts";

/** A field as it was read, with the name that a reason mentions. */
export interface NamedReading {
  readonly name: string;
  readonly reading: Reading;
}

/**
 * The value of a checked expression. `? :`, `and` and `or` read from left to right and only what they need, so a doubtful
 * field counts where it can change the result and nowhere else. @throws Doubt
 */
export function evaluateNode(node: Node, slots: readonly NamedReading[]): Value {
  switch (node.op) {
    case "literal":
      return node.value;
    case "field":
      return valueOf(slots[node.slot]);
    case "choose":
      for (const { when, yields } of node.arms)
        if (booleanOf(when, slots)) return evaluateNode(yields, slots);
      return evaluateNode(node.otherwise, slots);
    case "and":
      return node.parts.every((part) => booleanOf(part, slots));
    case "or":
      return node.parts.some((part) => booleanOf(part, slots));
    case "not":
      return !booleanOf(node.part, slots);
    case "compare":
      return compare(node.test, evaluateNode(node.left, slots), evaluateNode(node.right, slots));
    case "in": {
      const value = evaluateNode(node.part, slots);
      return node.values.some((item) => equal(value, item));
    }
    case "sum":
      return node.parts.reduce((sum, term) => add(sum, term, slots), ZERO);
    case "product":
      return node.parts.reduce((product, term) => multiply(product, term, slots), ONE);
    case "min":
    case "max":
      return extreme(node.op, node.parts, slots);
    case "startsWith":
      return textOf(node.text, slots).startsWith(textOf(node.sought, slots));
    case "contains":
      return textOf(node.text, slots).includes(textOf(node.sought, slots));
    case "number":
      return parseNumber(textOf(node.text, slots));
  }
}

const ZERO: Rational = { n: 0n, d: 1n };
const ONE: Rational = { n: 1n, d: 1n };

const faults = {
  missing: "is missing",
  duplicate: "is there twice",
  unparsable: "cannot be read",
  "too-large": "is in a body that is too large",
  kind: "is of a kind that no price is made of",
} as const;

function valueOf(slot: NamedReading | undefined): Value {
  if (slot === undefined) throw new Doubt("a field was not read");
  const { name, reading } = slot;
  if (!reading.ok) throw new Doubt(`\`${name}\` ${faults[reading.fault]}`);
  return typeof reading.value === "number" ? rationalFromNumber(reading.value) : reading.value;
}

function booleanOf(node: Node, slots: readonly NamedReading[]): boolean {
  const value = evaluateNode(node, slots);
  if (typeof value !== "boolean") throw wrongKind(node, slots, "true or false");
  return value;
}

function textOf(node: Node, slots: readonly NamedReading[]): string {
  const value = evaluateNode(node, slots);
  if (typeof value !== "string") throw wrongKind(node, slots, "text");
  return value;
}

/** The node's value where it is a number. @throws Doubt */
export function numberOf(node: Node, slots: readonly NamedReading[]): Rational {
  const value = evaluateNode(node, slots);
  if (typeof value !== "object") throw wrongKind(node, slots, "a number");
  return value;
}

function wrongKind(node: Node, slots: readonly NamedReading[], expected: string): Doubt {
  const name = node.op === "field" ? slots[node.slot]?.name : undefined;
  return new Doubt(`${name === undefined ? "a value" : `\`${name}\``} is not ${expected}`);
}

function compare(test: Comparison, left: Value, right: Value): boolean {
  if (test === "==") return equal(left, right);
  if (test === "!=") return !equal(left, right);
  if (typeof left !== "object" || typeof right !== "object")
    throw new Doubt("something is put in order that is not a number");
  const order = compareRational(left, right);
  if (test === "<") return order < 0;
  if (test === "<=") return order <= 0;
  return test === ">" ? order > 0 : order >= 0;
}

/** `"5"` is not 5 and not something else either: a server that converts would see them as equal. */
function equal(left: Value, right: Value): boolean {
  if (typeof left === "object" && typeof right === "object") return compareRational(left, right) === 0;
  if (typeof left !== typeof right) throw new Doubt("values of different kinds are compared");
  return left === right;
}

function add(sum: Rational, { node, inverse }: Term, slots: readonly NamedReading[]): Rational {
  return addRational(sum, numberOf(node, slots), inverse ? -1n : 1n);
}

function multiply(product: Rational, { node, inverse }: Term, slots: readonly NamedReading[]): Rational {
  const factor = numberOf(node, slots);
  return inverse ? divideRational(product, factor) : multiplyRational(product, factor);
}

function extreme(op: "min" | "max", parts: readonly Node[], slots: readonly NamedReading[]): Rational {
  const values = parts.map((part) => numberOf(part, slots));
  return values.reduce((best, value) => {
    const order = compareRational(value, best);
    return (op === "min" ? order < 0 : order > 0) ? value : best;
  });
}

function parseNumber(text: string): Rational {
  const value = /^-?(0|[1-9]\d{0,17})(\.\d{1,18})?$/.test(text) ? rationalFromText(text) : undefined;
  if (value === undefined) throw new Doubt("a text is not a decimal number");
  return value;
}
