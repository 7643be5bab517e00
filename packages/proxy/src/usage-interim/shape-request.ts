import type { JsonObject } from "@x402-paywall/core";
import { fromUtf8, isJsonObject, parseJson, utf8 } from "@x402-paywall/core";
import { listMembers, setMember } from "./json-members.ts";
import { estimateTokens } from "./usage-reader.ts";

export interface ShapeWishes {
  readonly contentType: string;
  /** Raw path at the upstream: tells APIs apart whose bodies look alike. */
  readonly path: string;
  /** Ask an OpenAI stream for its usage. */
  readonly includeUsage: boolean;
  readonly maxOutputTokens?: number;
}

export interface ShapedRequest {
  readonly body: Uint8Array;
  readonly changed: boolean;
  readonly stream: boolean;
  /** The payer itself asked for the usage of a stream. */
  readonly askedForUsage: boolean;
  /** Tokens of the request, roughly. */
  readonly inputEstimate: number;
}

type Api = "chat" | "responses" | "anthropic" | "gemini" | "other";

/**
 * Prepares a request to a model: asks for the usage of a stream, lowers the limit of output. Every other byte stays; a
 * body that is not understood stays whole.
 */
export function shapeRequest(body: Uint8Array, wishes: ShapeWishes): ShapedRequest {
  const text = /\bjson\b/i.test(wishes.contentType) ? fromUtf8(body) : undefined;
  const json = text === undefined ? undefined : parseJson(text);
  const inputEstimate = estimateTokens(body.length);
  if (text === undefined || !isJsonObject(json)) {
    return { body, changed: false, stream: false, askedForUsage: false, inputEstimate };
  }
  const api = recognise(json, wishes.path);
  const options = json.stream_options;
  const askedForUsage = isJsonObject(options) && options.include_usage === true;
  const stream = json.stream === true || /:streamGenerateContent\b/.test(wishes.path);
  let shaped = text;
  if (wishes.includeUsage && api === "chat" && stream && !askedForUsage) {
    shaped = isJsonObject(options)
      ? setNested(shaped, "stream_options", "include_usage", "true")
      : setMember(shaped, "stream_options", '{"include_usage":true}');
  }
  if (wishes.maxOutputTokens !== undefined) shaped = limitOutput(shaped, json, api, wishes.maxOutputTokens);
  const changed = shaped !== text;
  return { body: changed ? utf8(shaped) : body, changed, stream, askedForUsage, inputEstimate };
}

function recognise(json: JsonObject, path: string): Api {
  const end = path.split("?")[0] ?? "";
  if (Array.isArray(json.contents)) return "gemini";
  if (end.endsWith("/messages") && Array.isArray(json.messages)) return "anthropic";
  if (end.endsWith("/responses") && "input" in json) return "responses";
  return Array.isArray(json.messages) || ("prompt" in json && "model" in json) ? "chat" : "other";
}

function limitOutput(text: string, json: JsonObject, api: Api, limit: number): string {
  switch (api) {
    case "gemini": {
      const config = json.generationConfig;
      if (!isJsonObject(config)) return setMember(text, "generationConfig", `{"maxOutputTokens":${limit}}`);
      return isLower(config.maxOutputTokens, limit)
        ? text
        : setNested(text, "generationConfig", "maxOutputTokens", String(limit));
    }
    case "responses":
      return lower(text, json, "max_output_tokens", limit);
    case "anthropic":
      return lower(text, json, "max_tokens", limit);
    case "chat":
      return lower(text, json, chatLimit(json), limit);
    case "other":
      return text;
  }
}

/** Reasoning models of OpenAI refuse the old name, most compatible servers know no other. */
function chatLimit(json: JsonObject): string {
  if ("max_completion_tokens" in json) return "max_completion_tokens";
  if ("max_tokens" in json) return "max_tokens";
  return typeof json.model === "string" && /^(?:o\d|gpt-5)/.test(json.model) ? "max_completion_tokens" : "max_tokens";
}

function lower(text: string, json: JsonObject, name: string, limit: number): string {
  return isLower(json[name], limit) ? text : setMember(text, name, String(limit));
}

function isLower(value: unknown, limit: number): boolean {
  return typeof value === "number" && value <= limit;
}

function setNested(text: string, outer: string, name: string, value: string): string {
  const span = listMembers(text).find((member) => member.name === outer);
  if (span === undefined) return text;
  const inner = setMember(text.slice(span.start, span.end), name, value);
  return text.slice(0, span.start) + inner + text.slice(span.end);
}
