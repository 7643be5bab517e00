import { ExpressionFault } from "./expression-node.ts";
import type { Kind, Node, Typed } from "./expression-node.ts";

const words = { number: "a number", text: "text", boolean: "true or false" } as const;

/** The node, where it may be of this kind. @throws ExpressionFault */
export function nodeOf(typed: Typed, kind: Kind, advice?: string): Node {
  if (typed.kind === kind || typed.kind === "any") return typed.node;
  throw new ExpressionFault(`${words[kind]} is expected and not ${words[typed.kind]}`, typed.at, advice);
}

/** The kind that both are of, as far as it is known. @throws ExpressionFault where they cannot be of one. */
export function commonKind(left: Typed, right: Typed): Kind | "any" {
  if (left.kind === "any") return right.kind;
  if (right.kind === "any" || right.kind === left.kind) return left.kind;
  const advice =
    left.kind === "number" || right.kind === "number" ? "number(…) reads text as a number" : undefined;
  throw new ExpressionFault(`${words[right.kind]} beside ${words[left.kind]}`, right.at, advice);
}
