import type { Json, JsonObject } from "../canonical-json.ts";
import { parseJson } from "../parse-json.ts";

/** What discovery services are told of a resource (x402 extension `bazaar`). */
export interface DiscoveredResource {
  readonly method: string;
  /** An answer as the creator published it. */
  readonly sample?: { readonly contentType: string; readonly body: string };
}

const QUERY_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "DELETE"]);
const BODY_METHODS: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

/**
 * The extension `bazaar` of a challenge: how the resource is asked, and what it answers. What it takes is not known, so
 * everything is allowed. `undefined` for methods that the extension does not know.
 */
export function bazaarExtension({ method, sample }: DiscoveredResource): JsonObject | undefined {
  const input = QUERY_METHODS.has(method) ? {} : BODY_METHODS.has(method) ? BODY : undefined;
  if (input === undefined) return undefined;
  const output = sample && describeSample(sample);
  return {
    info: { input: { type: "http", method, ...input }, ...(output && { output }) },
    schema: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: {
        input: {
          type: "object",
          properties: {
            type: { type: "string", const: "http" },
            method: { type: "string", enum: [method] },
            ...(input === BODY ? BODY_SCHEMA : {}),
          },
          required: ["type", "method", ...Object.keys(input)],
        },
        ...(output && { output: OUTPUT_SCHEMA }),
      },
      required: ["input"],
    },
  };
}

const BODY = { bodyType: "json", body: {} };
const BODY_SCHEMA = { bodyType: { type: "string", enum: ["json", "form-data", "text"] }, body: {} };
const OUTPUT_SCHEMA = { type: "object", properties: { type: { type: "string" } }, required: ["type"] };

/** Clients echo the extension inside of their payment, which is read to a depth of 32: the sample may take what is left. */
const AROUND = 8;

function describeSample({ contentType, body }: NonNullable<DiscoveredResource["sample"]>): JsonObject {
  const type = mediaType(contentType);
  const isJson = type === "application/json" || type?.endsWith("+json") === true;
  const example = isJson ? parseShallow(body) : undefined;
  if (example !== undefined) return { type: "json", example };
  return { type: "text", ...(type && { format: type }), example: body };
}

function parseShallow(text: string): Json | undefined {
  const fits = parseJson(`${"[".repeat(AROUND)}${text}${"]".repeat(AROUND)}`) !== undefined;
  return fits ? parseJson(text) : undefined;
}

/** `type/subtype` of a `Content-Type`, in lower case; `undefined` for what is none. */
export function mediaType(contentType: string): string | undefined {
  return /^[ \t]*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)[ \t]*(?:;|$)/.exec(contentType)?.[1]?.toLowerCase();
}
