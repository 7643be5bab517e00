import { z } from "zod";
import type { SampleDto } from "../../query/dto.ts";

/** What a sample may weigh, UTF-8. */
const MAX_SAMPLE_BYTES = 4_096;

/** An answer that shows what is sold. It is published with each 402, so it is short text. */
export const sampleInput = z
  .strictObject({
    contentType: z
      .string("Write its content type.")
      .max(128, "Use at most 128 characters.")
      .regex(
        /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+(?:;[\x20-\x7e]*)?$/i,
        "Write a content type such as application/json.",
      ),
    body: z
      .string("Write the answer.")
      .min(1, "Write the answer, or leave the sample out.")
      .refine((text) => Buffer.byteLength(text) <= MAX_SAMPLE_BYTES, "Use at most 4 kB of text.")
      .refine((text) => text.isWellFormed() && !text.includes("\0"), "This text is not valid Unicode."),
  })
  .refine(({ contentType, body }) => !isJsonType(contentType) || isJson(body), {
    path: ["body"],
    message: "This is not JSON, which its content type says.",
  });

interface SampleColumns {
  readonly sampleContentType: string | null;
  readonly sampleBody: string | null;
}

/** `null` takes it away. */
export function toSampleColumns(sample: SampleDto | null): SampleColumns {
  return { sampleContentType: sample?.contentType ?? null, sampleBody: sample?.body ?? null };
}

export function toSampleDto({ sampleContentType, sampleBody }: SampleColumns): SampleDto | null {
  return sampleContentType === null || sampleBody === null
    ? null
    : { contentType: sampleContentType, body: sampleBody };
}

function isJsonType(contentType: string): boolean {
  return /^application\/(?:[^;]*\+)?json\s*(?:;|$)/i.test(contentType);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
