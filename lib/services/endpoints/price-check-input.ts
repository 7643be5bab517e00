import { z } from "zod";
import { endpointInput } from "./endpoint-input.ts";

const count = z
  .int("Write a whole number.")
  .min(0, "Write a number that is not negative.")
  .max(1e12, "Less, please.");

/** A request as somebody imagines it; a body of any form, because what cannot be read has its price too. */
const request = z.strictObject({
  method: z
    .string()
    .regex(/^[A-Za-z]{1,16}$/, "Write a method such as GET.")
    .transform((text) => text.toUpperCase()),
  path: z.string().max(4_096, "Use at most 4096 characters.").regex(/^\//, "Start the path with /"),
  query: z
    .string()
    .max(4_096, "Use at most 4096 characters.")
    .transform((text) => text.replace(/^\?/, ""))
    .optional(),
  body: z
    .string()
    .max(64 * 1024, "Use at most 64 kB.")
    .refine((text) => text.isWellFormed(), "This text is not valid Unicode.")
    .optional(),
  usage: z
    .strictObject({
      inputTokens: count.optional(),
      cachedInputTokens: count.optional(),
      outputTokens: count.optional(),
      seconds: z.number().min(0).max(1e9).optional(),
      bytes: count.optional(),
      units: count.optional(),
      costUsd: z
        .string()
        .regex(/^(0|[1-9]\d{0,5})(\.\d{1,12})?$/, "Write dollars, such as 0.0123.")
        .optional(),
    })
    .optional(),
});

/** Of an endpoint that is saved. */
export const priceCheckInput = z.strictObject({ request });

/** Of a draft. */
export const draftCheckInput = endpointInput
  .pick({ price: true, routes: true, match: true })
  .extend({ request });

export type PriceCheckInput = z.infer<typeof request>;
