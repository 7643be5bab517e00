import { z } from "zod";

/** A positive amount, µUSD as a decimal string. */
export const microUsd = z
  .string('Write micro-dollars as a string, such as "10000" for 0.01 USD.')
  .regex(/^[1-9]\d{0,17}$/, 'Write whole micro-dollars above zero, such as "10000" for 0.01 USD.')
  .transform(BigInt);

/** What the creator notes down for themselves; one line, may be empty. */
export const reasonText = z
  .string("Write text here.")
  .max(300, "Use at most 300 characters.")
  .refine(
    (value) => value.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(value),
    "Write one line of plain text.",
  );
