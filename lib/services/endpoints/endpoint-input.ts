import { z } from "zod";
import { description, title } from "../fields.ts";
import { defaultPriceInput, priceInput } from "./price-input.ts";
import { sampleInput } from "./sample-input.ts";
import { slugInput } from "./slug.ts";
import { upstreamHeadersInput } from "./upstream-headers.ts";

const path = z
  .string()
  .max(1_024, "Use at most 1024 characters.")
  .regex(
    /^\/(?:[A-Za-z0-9\-._~!$&'()+,;=:@/]|%[0-9A-Fa-f]{2})*$|^\/(?:(?:[A-Za-z0-9\-._~!$&'()+,;=:@/]|%[0-9A-Fa-f]{2})*\/)?\*$/,
    "Start with /, encode special characters, and use * only as the last segment.",
  )
  // A rule for a path that no request can have would look like protection and be none.
  .refine(
    (text) => !/\/\/|\/\.{1,2}(?:\/|$)|%2e|%2f|%5c/i.test(text),
    "Write the path in its shortest form: no //, no . or .. segments.",
  );

const methods = z
  .array(
    z
      .string()
      .regex(/^[A-Za-z]{1,16}$/, "Write a method such as GET.")
      .transform((text) => text.toUpperCase()),
  )
  .min(1, "Name a method, or leave the list out for each.")
  .max(10)
  .transform((list) => [...new Set(list)])
  .nullable();

export const routesInput = z
  .array(z.strictObject({ methods, path, price: priceInput }))
  .max(50, "Use at most 50 rules.")
  .superRefine((rules, context) => {
    const seen = new Set<string>();
    rules.forEach((rule, index) => {
      const key = JSON.stringify([rule.methods?.toSorted() ?? null, rule.path]);
      if (seen.has(key))
        context.addIssue({
          code: "custom",
          path: [index, "path"],
          message: "Another rule above matches the same requests.",
        });
      seen.add(key);
    });
  });

const fields = {
  url: z
    .string("Write the URL.")
    .max(2_048, "Use at most 2048 characters.")
    .refine((text) => text.isWellFormed(), "This is not a URL."),
  price: defaultPriceInput,
  title,
  description,
  slug: slugInput,
  kind: z.enum(["json", "stream", "file", "page", "openapi"]),
  match: z.enum(["exact", "prefix"]),
  routes: routesInput,
  upstreamHeaders: upstreamHeadersInput,
  passAuthorization: z.boolean(),
  bindQuery: z.boolean(),
  bindBody: z.boolean(),
  settleFirst: z.boolean(),
  sample: sampleInput.nullable(),
};

export const endpointPatch = z.strictObject(fields).partial();
export const endpointInput = z.strictObject(fields).partial().required({ url: true, price: true });

/** What a request with an endpoint may weigh: room for the longest text in any script, and a 422 for one that is longer. */
export const ENDPOINT_BODY_BYTES = 256 * 1024;
