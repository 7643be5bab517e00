import type { Json } from "@x402-paywall/core";
import { isJsonObject } from "@x402-paywall/core";

/** Members that hold what a model wrote, in the formats of OpenAI, Anthropic and Gemini. */
const WRITTEN: ReadonlySet<string> = new Set([
  "content",
  "reasoning_content",
  "reasoning",
  "refusal",
  "arguments",
  "text",
  "thinking",
  "partial_json",
  "delta",
]);
const CONTAINERS: ReadonlySet<string> = new Set([
  ...WRITTEN,
  "choices",
  "message",
  "tool_calls",
  "function",
  "content_block",
  "candidates",
  "parts",
  "functionCall",
  "args",
  "output",
  "input",
]);

/**
 * The text that a model wrote in one event or body, to be counted where nobody else did. A final event of OpenAI's
 * responses repeats the whole answer, so only its deltas count.
 */
export function answerText(json: Json): string {
  if (isJsonObject(json) && typeof json.type === "string" && json.type.startsWith("response.")) {
    return typeof json.delta === "string" ? json.delta : "";
  }
  const parts: string[] = [];
  collect(json, CONTAINERS, WRITTEN, parts);
  return parts.join("");
}

const ASKED: ReadonlySet<string> = new Set(["content", "text", "input", "prompt", "system", "instructions", "arguments"]);
const ASKED_CONTAINERS: ReadonlySet<string> = new Set([
  ...ASKED,
  "messages",
  "contents",
  "parts",
  "tools",
  "systemInstruction",
]);

/** The text of a request to a model. */
export function requestText(json: Json): string {
  const parts: string[] = [];
  collect(json, ASKED_CONTAINERS, ASKED, parts);
  return parts.join("\n");
}

function collect(json: Json, inside: ReadonlySet<string>, texts: ReadonlySet<string>, parts: string[]): void {
  if (Array.isArray(json)) {
    for (const item of json) {
      if (typeof item === "string") parts.push(item);
      else collect(item, inside, texts, parts);
    }
    return;
  }
  if (!isJsonObject(json)) return;
  for (const [name, value] of Object.entries(json)) {
    if (!inside.has(name) || value === undefined) continue;
    if (typeof value !== "string") collect(value, inside, texts, parts);
    else if (texts.has(name)) parts.push(value);
  }
}
