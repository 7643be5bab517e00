import { z } from "zod";
import { parseEmail } from "../auth/email.ts";

// What no field may hold: C0 and C1 controls (Postgres refuses NUL, terminals and mails obey the rest), line separators.
const controls = /[\p{Cc}\u2028\u2029]/u;
const controlsButLines = /(?![\t\n\r])\p{Cc}/u;

/** One line of a person's text, kept exactly as it came. Lengths are counted in characters, not in UTF-16 units. */
export function lineOfText(maxLength: number) {
  return text(maxLength, controls).refine((value) => value.trim() !== "", "Write something here.");
}

/** Like {@link lineOfText}, but may be empty and may hold tabs and line breaks. */
function linesOfText(maxLength: number) {
  return text(maxLength, controlsButLines);
}

function text(maxLength: number, refused: RegExp) {
  return z
    .string("Write text here.")
    .refine(
      (value) => value.length <= 2 * maxLength && [...value].length <= maxLength,
      `Use at most ${maxLength} characters.`,
    )
    .refine((value) => value.isWellFormed(), "This text is not valid Unicode.")
    .refine((value) => !refused.test(value), "Control characters cannot be used here.");
}

export const title = lineOfText(120);
export const description = linesOfText(2_000);
export const personName = lineOfText(80);

/** One address, lower-case. */
export const email = z
  .string("Write your email address.")
  .max(320, "This address is too long.")
  .transform((value, context) => {
    const parsed = parseEmail(value);
    if (parsed === undefined)
      context.addIssue({ code: "custom", message: "Write one email address, such as ada@example.com." });
    return parsed ?? z.NEVER;
  });

/** Any characters at all, exactly as typed; a length and nothing else (ASVS 6.2). */
export const newPassword = z
  .string("Choose a password.")
  .refine((value) => [...value].length >= 8, "Use at least 8 characters; 15 or more is better.")
  .refine((value) => Buffer.byteLength(value) <= 4_096, "Use at most 4096 bytes.");

/** µUSD as a decimal string, up to a million dollars. */
export const amount = z
  .string('Write micro-dollars as a string, such as "10000" for 0.01 USD.')
  .regex(/^(0|[1-9]\d{0,12})$/, 'Write whole micro-dollars, such as "10000" for 0.01 USD.')
  .transform(BigInt)
  .refine((value) => value <= 1_000_000_000_000n, "The highest price is 1,000,000 USD.");

/** An id as we make them; anything else cannot exist. */
export const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "This is not an id of ours.");
