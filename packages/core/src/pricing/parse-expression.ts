import { commonKind, nodeOf } from "./check-kinds.ts";
import type { Field } from "./expression-field.ts";
import { ExpressionFault } from "./expression-node.ts";
import type { Arm, Comparison, Kind, Node, Term, Typed, Value } from "./expression-node.ts";
import { parseField } from "./parse-field.ts";
import { rationalFromText } from "./rational.ts";
import { readTokens } from "./read-tokens.ts";
import { TokenCursor } from "./token-cursor.ts";

/** A checked expression: `fields[slot]` is what a field node reads. */
export interface ParsedExpression {
  readonly node: Node;
  readonly fields: readonly Field[];
}

/**
 * Parses an expression that yields dollars. From loose to tight: `? :`, `or ||`, `and &&`, `not`, one comparison or
 * `in`, `+ -`, `* /`, `! -`. @throws ExpressionFault
 */
export function parseExpression(text: string): ParsedExpression {
  const parser = new Parser(new TokenCursor(readTokens(text)));
  return parser.parseAll();
}

const comparisons: readonly Comparison[] = ["==", "!=", "<", "<=", ">", ">="];
const functions = ["startsWith", "contains", "min", "max", "length", "number"] as const;
const reserved: readonly string[] = ["and", "or", "not", "in"];

class Parser {
  readonly #cursor: TokenCursor;
  readonly #fields: Field[] = [];

  constructor(cursor: TokenCursor) {
    this.#cursor = cursor;
  }

  parseAll(): ParsedExpression {
    const whole = this.#expression();
    if (this.#cursor.next.kind !== "end") throw this.#cursor.unexpected("an operator is expected");
    return { node: nodeOf(whole, "number", "an expression yields dollars"), fields: this.#fields };
  }

  /** An else-if chain is one node, so that its length does not count as depth. */
  #expression(): Typed {
    const cursor = this.#cursor;
    return cursor.nested(() => {
      const first = this.#or();
      let last = first;
      let sample: Typed | undefined;
      const arms: Arm[] = [];
      while (cursor.accept("?") !== undefined) {
        const when = nodeOf(last, "boolean", "a condition stands before `?`");
        const then = this.#expression();
        cursor.expect(":", "write condition ? then : else");
        arms.push({ when, yields: then.node });
        sample = sample === undefined ? then : { ...then, kind: commonKind(sample, then) };
        last = this.#or();
      }
      if (sample === undefined) return first;
      const node: Node = { op: "choose", arms, otherwise: last.node };
      return { node, kind: commonKind(sample, last), at: first.at };
    });
  }

  #or(): Typed {
    return this.#logic("or", () => this.#logic("and", () => this.#not(), "&&"), "||");
  }

  #logic(op: "and" | "or", parsePart: () => Typed, symbol: string): Typed {
    const first = parsePart();
    if (!this.#sees(op, symbol)) return first;
    const parts = [nodeOf(first, "boolean")];
    while (this.#cursor.accept(op, symbol) !== undefined) parts.push(nodeOf(parsePart(), "boolean"));
    return { node: { op, parts }, kind: "boolean", at: first.at };
  }

  #not(): Typed {
    const { at } = this.#cursor.next;
    if (this.#cursor.accept("not") === undefined) return this.#comparison();
    const part = this.#cursor.nested(() => this.#not());
    return { node: { op: "not", part: nodeOf(part, "boolean") }, kind: "boolean", at };
  }

  #comparison(): Typed {
    const left = this.#sum();
    const test = comparisons.find((symbol) => this.#cursor.accept(symbol) !== undefined);
    let node: Node;
    if (test !== undefined) node = this.#compare(left, test, this.#sum());
    else if (this.#cursor.accept("in") !== undefined) node = this.#in(left);
    else if (this.#cursor.accept("not") === undefined) return left;
    else {
      this.#cursor.expect("in");
      node = { op: "not", part: this.#in(left) };
    }
    if (this.#sees(...comparisons, "in", "not"))
      throw this.#cursor.unexpected("comparisons do not chain: `and` is expected");
    return { node, kind: "boolean", at: left.at };
  }

  #compare(left: Typed, test: Comparison, right: Typed): Node {
    if (test === "==" || test === "!=") commonKind(left, right);
    else for (const side of [left, right]) nodeOf(side, "number", "only numbers have an order");
    return { op: "compare", test, left: left.node, right: right.node };
  }

  #in(part: Typed): Node {
    this.#cursor.expect("[", 'write in ["a", "b"]');
    const values: Value[] = [];
    do {
      const item = this.#literal();
      commonKind(part, item);
      if (values.length > 0 && typeof values[0] !== typeof item.value)
        throw new ExpressionFault("an item of another kind than the first", item.at);
      values.push(item.value);
    } while (this.#cursor.accept(",") !== undefined);
    this.#cursor.expect("]");
    return { op: "in", part: part.node, values };
  }

  #sum(): Typed {
    return this.#chain("sum", ["+", "-"], () => this.#chain("product", ["*", "/"], () => this.#unary()));
  }

  #chain(op: "sum" | "product", [plain, inverse]: readonly [string, string], parsePart: () => Typed): Typed {
    const first = parsePart();
    if (!this.#sees(plain, inverse)) return first;
    const parts: Term[] = [{ node: nodeOf(first, "number"), inverse: false }];
    for (let sign = this.#cursor.accept(plain, inverse); sign; sign = this.#cursor.accept(plain, inverse))
      parts.push({ node: nodeOf(parsePart(), "number"), inverse: sign === inverse });
    return { node: { op, parts }, kind: "number", at: first.at };
  }

  #unary(): Typed {
    const { at } = this.#cursor.next;
    const sign = this.#cursor.accept("!", "-");
    if (sign === undefined) return this.#primary();
    const part = this.#cursor.nested(() => this.#unary());
    if (sign === "!") return { node: { op: "not", part: nodeOf(part, "boolean") }, kind: "boolean", at };
    const parts = [{ node: nodeOf(part, "number"), inverse: true }];
    return { node: { op: "sum", parts }, kind: "number", at };
  }

  #primary(): Typed {
    const { kind, text, at } = this.#cursor.next;
    if (kind === "number" || kind === "text" || text === "true" || text === "false") {
      const { value, kind: literalKind } = this.#literal();
      return { node: { op: "literal", value }, kind: literalKind, at };
    }
    if (this.#cursor.accept("(") !== undefined) {
      const inner = this.#expression();
      this.#cursor.expect(")");
      return { ...inner, at };
    }
    if (kind !== "word" || reserved.includes(text)) throw this.#cursor.unexpected("a value is expected");
    const name = functions.find((entry) => entry === text);
    return name === undefined ? this.#field(false) : this.#call(name, at);
  }

  #literal(): Typed & { readonly value: Value; readonly kind: Kind } {
    const { at } = this.#cursor.next;
    const minus = this.#cursor.accept("-");
    const { kind, text } = this.#cursor.next;
    const value = this.#literalValue(kind, minus === undefined ? text : `-${text}`);
    if (value === undefined || (minus !== undefined && kind !== "number"))
      throw this.#cursor.unexpected("a text, a number, true or false is expected");
    this.#cursor.take();
    const found = typeof value === "string" ? "text" : typeof value === "boolean" ? "boolean" : "number";
    return { node: { op: "literal", value }, value, kind: found, at };
  }

  #literalValue(kind: string, text: string): Value | undefined {
    if (kind === "text") return text;
    if (kind === "number") return rationalFromText(text);
    return kind === "word" && (text === "true" || text === "false") ? text === "true" : undefined;
  }

  #call(name: (typeof functions)[number], at: number): Typed {
    const cursor = this.#cursor;
    cursor.take();
    cursor.expect("(", `write ${name}(…)`);
    if (name === "length") {
      if (cursor.next.kind !== "word")
        throw cursor.unexpected("a field is expected", "write length(body.text)");
      const field = this.#field(true);
      cursor.expect(")");
      return { ...field, kind: "number", at };
    }
    const parts = [this.#expression()];
    while (cursor.accept(",") !== undefined) parts.push(this.#expression());
    cursor.expect(")");
    return { node: this.#callNode(name, parts, at), kind: resultKinds[name], at };
  }

  #callNode(name: Exclude<(typeof functions)[number], "length">, parts: readonly Typed[], at: number): Node {
    if (name === "min" || name === "max")
      return { op: name, parts: parts.map((part) => nodeOf(part, "number")) };
    const [text, sought] = parts;
    if (name === "number" && text !== undefined && parts.length === 1)
      return { op: name, text: nodeOf(text, "text", "it is a number already") };
    if (name === "number" || text === undefined || sought === undefined || parts.length > 2)
      throw new ExpressionFault(`\`${name}\` takes ${name === "number" ? "one value" : "two values"}`, at);
    // Searching for a text of the payer's in a text of the payer's takes more than linear time in the worst case.
    if (name === "contains" && sought.node.op !== "literal")
      throw new ExpressionFault("`contains` looks for a quoted text", sought.at);
    return { op: name, text: nodeOf(text, "text"), sought: nodeOf(sought, "text") };
  }

  #field(measured: boolean): Typed {
    const { at } = this.#cursor.next;
    const field = parseField(this.#cursor, measured);
    const known = this.#fields.findIndex(({ name }) => name === field.name);
    const slot = known < 0 ? this.#fields.push(field) - 1 : known;
    return { node: { op: "field", slot }, kind: field.source === "body" ? "any" : "text", at };
  }

  #sees(...spellings: readonly string[]): boolean {
    const { kind, text } = this.#cursor.next;
    return (kind === "symbol" || kind === "word") && spellings.includes(text);
  }
}

const resultKinds = {
  startsWith: "boolean",
  contains: "boolean",
  min: "number",
  max: "number",
  number: "number",
} as const;
