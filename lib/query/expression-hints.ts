import { compileExpression } from "@x402-paywall/core";

export type ExpressionHint =
  | { readonly ok: true; readonly reads: readonly string[] }
  /** Counted in characters from 1. */
  | { readonly ok: false; readonly message: string; readonly position: number };

/** What the formula reads, or what is wrong with it and where. */
export function checkExpression(text: string): ExpressionHint {
  const compiled = compileExpression(text);
  return compiled.ok ? { ok: true, reads: compiled.expression.fields } : compiled;
}

/** What a formula can look at, for a person. */
export const expressionFacts: readonly { readonly fact: string; readonly says: string }[] = [
  { fact: "method", says: "GET, POST, …" },
  { fact: "path", says: "below the link: /v1/images" },
  { fact: "query.size", says: "a parameter of the query, as text" },
  { fact: "body.model", says: "a member of the JSON body; body.messages[0].role goes deeper" },
  { fact: "length(body.prompt)", says: "characters of a text, members of a list" },
  { fact: "number(query.n)", says: "a decimal text as a number" },
];

/** Formulas to start from: each yields US dollars. */
export const expressionExamples: readonly { readonly label: string; readonly expression: string }[] = [
  { label: "By model", expression: 'body.model == "large" ? 0.05 : 0.01' },
  { label: "By amount", expression: "0.01 * min(number(query.n), 10)" },
  { label: "By path", expression: 'startsWith(path, "/v1/images") ? 0.04 : 0.002' },
  { label: "By length", expression: "0.001 + 0.000002 * length(body.prompt)" },
];
