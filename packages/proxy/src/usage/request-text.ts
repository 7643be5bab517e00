import { countText } from "./count-text.ts";
import { BYTES_PER_TOKEN } from "./text-keeper.ts";
import type { TokenCounter } from "./usage-reader.ts";

/** Members of a request that become tokens. */
const parts = [
  "messages",
  "system",
  "prompt",
  "input",
  "instructions",
  "contents",
  "systemInstruction",
  "system_instruction",
];
/** Their JSON as a whole, schemas included. */
const schemas = ["tools", "functions"];
const notText = new Set([
  "role",
  "type",
  "id",
  "tool_call_id",
  "call_id",
  "mimeType",
  "mime_type",
  "media_type",
]);
/** A long string without a space is an image or the like: as many bytes as weigh about what those cost. */
const BINARY_LENGTH = 1024;
const BINARY_BYTES = 4000;
const MESSAGE_BYTES = 16;

interface RequestText {
  readonly texts: string[];
  /** Weight of what is no text: wrappings of messages, images. */
  extra: number;
}

/** Tokens of a parsed request, roughly: bytes of its texts over four. */
export function estimateRequest(json: unknown): number {
  const { texts, extra } = collectText(json);
  const bytes = texts.reduce((sum, text) => sum + utf8Length(text), extra);
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}

/** Tokens of a request body by a tokenizer; how a model wraps its messages is known only roughly. */
export async function countRequest(body: Uint8Array, counter: TokenCounter): Promise<number> {
  const text = new TextDecoder().decode(body);
  const { texts, extra } = collectText(parseOr(text));
  return Math.ceil(extra / BYTES_PER_TOKEN) + (await countText(counter, texts.join("\n")));
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function collectText(json: unknown): RequestText {
  const found: RequestText = { texts: [], extra: 0 };
  if (!isObject(json)) {
    collectFrom([json], found);
    return found;
  }
  const present = [...parts, ...schemas].filter((name) => Object.hasOwn(json, name));
  if (present.length === 0) collectFrom([json], found);
  for (const name of present) {
    const value = json[name];
    if (schemas.includes(name)) found.texts.push(JSON.stringify(value));
    else collectFrom([value], found);
    if (Array.isArray(value)) found.extra += MESSAGE_BYTES * value.filter(isObject).length;
  }
  return found;
}

/** Without recursion: a body may be nested as deeply as its sender likes. */
function collectFrom(stack: unknown[], found: RequestText): void {
  while (stack.length > 0) {
    const value = stack.pop();
    if (typeof value === "string") {
      if (value.length > BINARY_LENGTH && !/\s/.test(value.slice(0, BINARY_LENGTH)))
        found.extra += BINARY_BYTES;
      else found.texts.push(value);
    } else if (Array.isArray(value)) {
      // Numbers are tokens already (embeddings, completions).
      for (const item of value.toReversed()) {
        if (typeof item === "number") found.extra += BYTES_PER_TOKEN;
        else stack.push(item);
      }
    } else if (isObject(value)) {
      for (const [name, member] of Object.entries(value).toReversed())
        if (!notText.has(name)) stack.push(member);
    }
  }
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // Each half of a surrogate pair adds one to its own: four bytes in all.
    if (code > 0x7f) length += code > 0x7ff && (code & 0xf800) !== 0xd800 ? 2 : 1;
  }
  return length;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
