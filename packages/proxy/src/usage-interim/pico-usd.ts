/** `"cost": 0.00014` inside of a `usage` object: OpenRouter's own price of the answer, in dollars. */
const COST = /"usage"\s*:\s*\{[^]*?"cost"\s*:\s*(\d{1,9})(?:\.(\d{1,30}))?(?:[eE]([+-]?\d{1,2}))?\s*[,}]/;

/** Exact from the digits, in 1e-12 USD, rounded up; `undefined` where there is none. */
export function readPicoUsd(text: string): bigint | undefined {
  const match = COST.exec(text);
  if (!match) return undefined;
  const [, whole = "0", fraction = "", exponent = "0"] = match;
  const digits = BigInt(whole + fraction);
  const shift = 12 - fraction.length + Number(exponent);
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return (digits + divisor - 1n) / divisor;
}
