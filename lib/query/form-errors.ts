import type { FieldProblem } from "@x402-paywall/core";

/** Messages by field path: `price.amount`, `routes.0.path`. */
export type FormErrors = Readonly<Record<string, string>>;

/** Refusals by field, for a form; `routes[0].path` and `routes.0.path` mean the same. The first of a field counts. */
export function errorsFromFields(fields: readonly FieldProblem[]): FormErrors {
  return Object.fromEntries(
    fields.toReversed().map((field) => [field.field.replace(/\[(\d+)\]/g, ".$1"), field.message]),
  );
}
