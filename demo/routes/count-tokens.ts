import { isRecord } from "../reply.ts";

/** Four characters of a prompt are a token here; what matters is that it is always the same count. */
export function countPrompt(messages: readonly unknown[]): number {
  const characters = messages
    .map((item) => JSON.stringify(isRecord(item) ? item["content"] : item) ?? "")
    .join("").length;
  return Math.max(1, Math.ceil(characters / 4));
}

/** The answer's length under the limit that a request names; one that is no natural number is none. */
export function limitTokens(wanted: number, limit: unknown): number {
  if (typeof limit !== "number" || !Number.isSafeInteger(limit) || limit < 1) return wanted;
  return Math.min(wanted, limit);
}
