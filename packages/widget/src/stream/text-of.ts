import { asObject, asText } from "../checkout/problem.ts";
import { parseJson } from "../parts/base64-json.ts";

/** Text for one of several answers. */
export type Piece = readonly [index: number, text: string];

export interface EventText {
  readonly pieces: readonly Piece[];
  /** The service says that it failed. */
  readonly error?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** What is meant for people in an event's data: of the usual model APIs their text, of all others every line. */
export function textOf(source: string): EventText {
  if (source === "[DONE]") return { pieces: [] };
  const whole: EventText = { pieces: [[0, `${source}\n`]] };
  const parsed = parseJson(source);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return whole;
  const json = asObject(parsed);
  const error = typeof json["error"] === "string" ? json["error"] : asObject(json["error"])["message"];
  if (typeof error === "string") return { pieces: [], error };
  const type = asText(json["type"]);
  const { choices, candidates, delta } = json;
  if (Array.isArray(choices)) return { pieces: pick(choices.map((one, at) => ofChoice(asObject(one), at))) };
  if (Array.isArray(candidates))
    return { pieces: pick(candidates.map((one, at) => ofCandidate(asObject(one), at))) };
  if (type === "content_block_delta") return { pieces: pick([[0, asObject(delta)["text"]]]) };
  if (type === "response.output_text.delta" || type === "response.refusal.delta")
    return { pieces: pick([[0, delta]]) };
  const silent = /^(response[.]|message_|content_block_|ping$)/.test(type) || Boolean(json["usageMetadata"]);
  return silent ? { pieces: [] } : whole;
}

function ofChoice(choice: Fields, at: number): readonly [number, unknown] {
  const delta = asObject(choice["delta"]);
  const texts = [delta["content"], delta["refusal"], choice["text"]];
  return [indexOf(choice, at), texts.find((one) => typeof one === "string" && one !== "")];
}

function ofCandidate(candidate: Fields, at: number): readonly [number, unknown] {
  const { parts } = asObject(candidate["content"]);
  const spoken = (Array.isArray(parts) ? parts : []).map(asObject).filter((part) => !part["thought"]);
  return [indexOf(candidate, at), spoken.map((part) => asText(part["text"])).join("")];
}

function indexOf({ index }: Fields, at: number): number {
  return typeof index === "number" && Number.isSafeInteger(index) ? index : at;
}

function pick(pieces: readonly (readonly [number, unknown])[]): readonly Piece[] {
  return pieces.flatMap(([index, text]) =>
    typeof text === "string" && text !== "" ? [[index, text] as const] : [],
  );
}
