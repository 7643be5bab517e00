import { ceilDiv } from "../money.ts";
import { Doubt } from "./doubt.ts";

/** An exact fraction: `n / d`, `d` positive, not always in lowest terms. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

const LIMIT = 1n << 512n;
const REDUCE = 1n << 96n;

/** @throws Doubt beyond 512 bits, so that no chain of products costs more than linear time. */
function fraction(n: bigint, d: bigint): Rational {
  if (d < REDUCE && n < REDUCE && n > -REDUCE) return { n, d };
  const divisor = gcd(n < 0n ? -n : n, d);
  const reduced = { n: n / divisor, d: d / divisor };
  if (reduced.d >= LIMIT || reduced.n >= LIMIT || reduced.n <= -LIMIT)
    throw new Doubt("a number is too large or too precise");
  return reduced;
}

function gcd(left: bigint, right: bigint): bigint {
  let [a, b] = [left, right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/** Sum or, with `sign` -1, difference. */
export function addRational(left: Rational, right: Rational, sign: 1n | -1n): Rational {
  if (left.d === right.d) return fraction(left.n + sign * right.n, left.d);
  return fraction(left.n * right.d + sign * right.n * left.d, left.d * right.d);
}

export function multiplyRational(left: Rational, right: Rational): Rational {
  return fraction(left.n * right.n, left.d * right.d);
}

/** @throws Doubt for a divisor of zero. */
export function divideRational(left: Rational, right: Rational): Rational {
  if (right.n === 0n) throw new Doubt("something is divided by zero");
  const sign = right.n < 0n ? -1n : 1n;
  return fraction(left.n * right.d * sign, left.d * right.n * sign);
}

/** Negative, zero or positive, as `left` is below, equal to or above `right`. */
export function compareRational(left: Rational, right: Rational): number {
  const difference = left.n * right.d - right.n * left.d;
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}

const decimal = /^(-?)(\d{1,40})(?:\.(\d{1,40}))?(?:e-(\d{1,3}))?$/;

/** Reads `12`, `-0.05` and, as `String(number)` writes small numbers, `1.5e-7`. */
export function rationalFromText(text: string): Rational | undefined {
  const match = decimal.exec(text);
  if (!match) return undefined;
  const [, minus, whole = "", decimals = "", exponent = "0"] = match;
  const n = BigInt(whole + decimals);
  return fraction(minus === "-" ? -n : n, 10n ** BigInt(decimals.length + Number(exponent)));
}

/** A JSON number as its shortest decimal text says it: 0.1 is a tenth. @throws Doubt beyond 2^53, where digits are lost. */
export function rationalFromNumber(value: number): Rational {
  if (Number.isSafeInteger(value)) return { n: BigInt(value), d: 1n };
  const exact = Math.abs(value) < Number.MAX_SAFE_INTEGER ? rationalFromText(String(value)) : undefined;
  if (exact === undefined) throw new Doubt("a number is too large to be exact");
  return exact;
}

/** `value × factor`, rounded up; `value` must not be negative. */
export function ceilTimes(value: Rational, factor: bigint): bigint {
  return ceilDiv(value.n * factor, value.d);
}
