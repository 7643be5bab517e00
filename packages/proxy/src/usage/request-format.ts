import type { UsageFormat } from "./usage-reader.ts";

/** A request of no known API: nothing may be added to it. */
export type RequestFormat = Exclude<UsageFormat, "units"> | undefined;
type Body = Readonly<Record<string, unknown>>;

/**
 * Which API a request speaks. Its path decides (`…/chat/completions`, `…/completions`, `…/responses`, `…/messages`,
 * `…:generateContent`, `…:streamGenerateContent`, with any base and query); where that says nothing, the members: Anthropic
 * demands `max_tokens` and knows no system message, Gemini has `contents`. In doubt: `undefined`.
 */
export function findRequestFormat(path: string, body: Body): RequestFormat {
  const plain = path.split("?", 1)[0] ?? "";
  if (/\/completions\/?$/.test(plain)) return "openai-chat";
  if (/\/responses\/?$/.test(plain)) return "openai-responses";
  if (/\/messages\/?$/.test(plain)) return "anthropic";
  if (/:(stream)?generateContent$/i.test(plain)) return "gemini";
  if (Array.isArray(body["contents"])) return "gemini";
  if (Array.isArray(body["messages"])) return messagesFormat(body, body["messages"]);
  if (
    body["input"] !== undefined &&
    isOneOf(body, ["instructions", "max_output_tokens", "previous_response_id"])
  ) {
    return "openai-responses";
  }
  return undefined;
}

/** Asked to answer in pieces. */
export function isStream(path: string, body: Body, format: RequestFormat): boolean {
  if (format === "gemini") return /:streamGenerateContent$/i.test(path.split("?", 1)[0] ?? "");
  return body["stream"] === true;
}

function messagesFormat(body: Body, messages: readonly unknown[]): RequestFormat {
  if (body["max_tokens"] === undefined) return "openai-chat";
  if (isOneOf(body, ["system", "anthropic_version", "stop_sequences", "thinking"])) return "anthropic";
  if (
    isOneOf(body, ["stream_options", "max_completion_tokens", "n", "frequency_penalty", "response_format"])
  ) {
    return "openai-chat";
  }
  return messages.some(isChatOnly) ? "openai-chat" : undefined;
}

function isChatOnly(message: unknown): boolean {
  if (typeof message !== "object" || message === null || !("role" in message)) return false;
  return ["system", "developer", "tool"].some((role) => message.role === role);
}

function isOneOf(body: Body, names: readonly string[]): boolean {
  return names.some((name) => body[name] !== undefined);
}
