import type { PriceInput } from "../../lib/query/dto.ts";

/** $1 and $4 for a million tokens; an answer costs at most 5 cents. */
export const perToken = {
  model: "metered",
  rates: { inputToken: "1000000", outputToken: "4000000" },
  deposit: "500000",
  validSeconds: 86_400,
  minimum: "0",
  cap: "50000",
  clampOutput: true,
  onLeave: "cancel",
} as const satisfies PriceInput;
