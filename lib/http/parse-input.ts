import type { FieldProblem } from "@x402-paywall/core";
import { PaywallError } from "@x402-paywall/core";
import type { z } from "zod";

/** @throws PaywallError `validation_failed` that names each field: `routes.0.path`. */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new PaywallError("validation_failed", { errors: toFieldProblems(parsed.error) });
}

/** The query of a URL, held against the schema; a parameter that is given twice is refused. */
export function parseQuery<T>(schema: z.ZodType<T>, url: string): T {
  const { searchParams } = new URL(url);
  const values: Record<string, unknown> = Object.create(null);
  for (const [name, value] of searchParams) values[name] = name in values ? null : value;
  return parseInput(schema, { ...values });
}

function toFieldProblems(error: z.ZodError): readonly FieldProblem[] {
  return error.issues.slice(0, 50).flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== "unrecognized_keys") return [{ field: path.join("."), message: issue.message }];
    const message = "This field is not known here.";
    return issue.keys.slice(0, 50).map((key) => ({ field: [...path, key.slice(0, 100)].join("."), message }));
  });
}
