/** See schema-engine.mjs. */
export function diffSchemas(from: string | null, to: string): Promise<string>;
