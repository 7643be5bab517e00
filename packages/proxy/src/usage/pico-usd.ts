const DIGITS = 12;
const MAX_EXPONENT = 30;

/**
 * 1e-12 USD of a JSON number in US dollars, exact from its text and rounded half up to whole units, so that the noise of a
 * double (`0.00034500000000000004`) does not cost anything. `undefined` for what is not a number of at least 0.
 */
export function parsePicoUsd(source: string): bigint | undefined {
  const match = /^(\d{1,16})(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(source);
  if (match === null) return undefined;
  const [, whole = "", fraction = "", exponent = "0"] = match;
  if (Math.abs(Number(exponent)) > MAX_EXPONENT) return undefined;
  const digits = BigInt(whole + fraction);
  const shift = DIGITS + Number(exponent) - fraction.length;
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return (digits * 2n + divisor) / (divisor * 2n);
}
