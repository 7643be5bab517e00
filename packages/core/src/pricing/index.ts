export * from "./describe-price.ts";
export * from "./describe-rate.ts";
export { compileExpression } from "./price-expression.ts";
export type { CompiledExpression, CompileResult, ExpressionResult } from "./price-expression.ts";
export * from "./price-json.ts";
export * from "./price-limits.ts";
export * from "./request-facts.ts";
export * from "./request-price.ts";
