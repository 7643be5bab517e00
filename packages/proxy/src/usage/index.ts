export { createUsageReader } from "./create-usage-reader.ts";
export type { UsageReaderOptions } from "./create-usage-reader.ts";
export { loadGptTokens } from "./gpt-tokens.ts";
export { shapeRequest } from "./shape-request.ts";
export type { ShapedRequest, ShapeWishes } from "./shape-request.ts";
export { passThrough } from "./usage-reader.ts";
export type { TokenCounter, UsageFormat, UsageReader } from "./usage-reader.ts";
