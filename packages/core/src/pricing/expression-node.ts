import type { Rational } from "./rational.ts";

/** What an expression can yield: dollars or counts, text, a condition. */
export type Value = Rational | string | boolean;
export type Kind = "number" | "text" | "boolean";

/** The checked tree of an expression. Chains are one node each, so its depth is the nesting that was written. */
export type Node =
  | { readonly op: "literal"; readonly value: Value }
  | { readonly op: "field"; readonly slot: number }
  /** `a ? b : c ? d : e`: the first arm whose condition holds. */
  | { readonly op: "choose"; readonly arms: readonly Arm[]; readonly otherwise: Node }
  | { readonly op: "and" | "or"; readonly parts: readonly Node[] }
  | { readonly op: "not"; readonly part: Node }
  | { readonly op: "compare"; readonly test: Comparison; readonly left: Node; readonly right: Node }
  | { readonly op: "in"; readonly part: Node; readonly values: readonly Value[] }
  | { readonly op: "sum" | "product"; readonly parts: readonly Term[] }
  | { readonly op: "min" | "max"; readonly parts: readonly Node[] }
  | { readonly op: "startsWith" | "contains"; readonly text: Node; readonly sought: Node }
  /** `number(query.width)`: decimal text as a number. */
  | { readonly op: "number"; readonly text: Node };

export interface Arm {
  readonly when: Node;
  readonly yields: Node;
}

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** A part of a sum or a product; `inverse`: subtracted or divided by. */
export interface Term {
  readonly node: Node;
  readonly inverse: boolean;
}

/** A node with what the parser knows of it; a body field's kind shows at evaluation only. */
export interface Typed {
  readonly node: Node;
  readonly kind: Kind | "any";
  /** Where it starts, from 1. */
  readonly at: number;
}

/** The text is no expression. Thrown and caught inside of this folder only. */
export class ExpressionFault extends Error {
  override readonly name = "ExpressionFault";
  readonly position: number;

  constructor(problem: string, position: number, advice?: string) {
    super(`${problem} at ${position}${advice === undefined ? "" : `; ${advice}`}`);
    this.position = position;
  }
}
