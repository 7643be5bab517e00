import { fromUtf8, utf8 } from "@x402-paywall/core";
import { JsonEdit } from "./json-edit.ts";
import { isObject, outputLimits } from "./output-limits.ts";
import type { LimitPlace, OutputLimits } from "./output-limits.ts";
import { findRequestFormat, isStream } from "./request-format.ts";
import type { RequestFormat } from "./request-format.ts";
import { estimateRequest } from "./request-text.ts";
import { BYTES_PER_TOKEN } from "./text-keeper.ts";

export interface ShapeWishes {
  readonly contentType: string;
  /** Path of the request (any base, query allowed): together with the body's shape it says which API this is. */
  readonly path: string;
  /** Asks a chat stream for its usage where the client did not. */
  readonly includeUsage: boolean;
  /** Most tokens that all answers together may have; an integer of at least 1. Absent: the limit stays. */
  readonly maxOutputTokens?: number;
}

export interface ShapedRequest {
  /** The same array where nothing changed. */
  readonly body: Uint8Array;
  readonly changed: boolean;
  /** What the answer reports is the client's: it asked, or its API always reports. False: the usage chunk is to be removed. */
  readonly askedForUsage: boolean;
  readonly stream: boolean;
  /** Tokens of the request, roughly. */
  readonly inputEstimate: number;
  /** Limit of output tokens after this, for all answers together; `undefined`: none. */
  readonly maxOutput: number | undefined;
  readonly format: RequestFormat;
}

type Body = Readonly<Record<string, unknown>>;

/**
 * Asks for a usage report and lowers (or sets) the limit of output, and keeps every other byte. A body that is no JSON object,
 * or that has a member twice where something is to be set, stays as it is, and so does what no API is recognised in
 * (there a `max_tokens` is lowered but never added). A limit never goes below what the API accepts.
 */
export function shapeRequest(body: Uint8Array, wishes: ShapeWishes): ShapedRequest {
  const text = /^multipart\//i.test(wishes.contentType) ? undefined : fromUtf8(body);
  const json = text === undefined ? undefined : parseObject(text);
  if (text === undefined || json === undefined) {
    const inputEstimate = Math.ceil(body.length / BYTES_PER_TOKEN);
    const unread = { stream: false, askedForUsage: true, format: undefined, maxOutput: undefined };
    return { body, changed: false, inputEstimate, ...unread };
  }
  const format = findRequestFormat(wishes.path, json);
  const stream = isStream(wishes.path, json, format);
  const limits = outputLimits(format, json);
  const edit = new JsonEdit(text);
  const asks = wishes.includeUsage && stream && format === "openai-chat" && mayAsk(json["stream_options"]);
  if (asks) edit.set(["stream_options", "include_usage"], "true");
  const before = lowestOf(limits.places.map((place) => valueAt(json, place)));
  const limit = wishes.maxOutputTokens === undefined ? undefined : lowest(limits, wishes.maxOutputTokens);
  const lowered = limit === undefined ? before : lower(edit, json, limits, limit);
  const edited = edit.finish();
  const after = edit.isClear ? lowered : before;
  return {
    body: edited === undefined ? body : utf8(edited),
    changed: edited !== undefined,
    askedForUsage: !(asks && edited !== undefined),
    stream,
    inputEstimate: estimateRequest(json),
    maxOutput: after === undefined ? undefined : after * limits.answers,
    format,
  };
}

function parseObject(text: string): Body | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** Not where it asks already, nor where it has something there that the upstream will refuse. */
function mayAsk(options: unknown): boolean {
  return (
    options === undefined || options === null || (isObject(options) && options["include_usage"] !== true)
  );
}

function lowest({ answers, least }: OutputLimits, maxOutputTokens: number): number {
  return Math.max(least, Math.floor(maxOutputTokens / answers));
}

/** @returns The limit that then holds for each answer. */
function lower(
  edit: JsonEdit,
  json: Body,
  { places, added }: OutputLimits,
  limit: number,
): number | undefined {
  const after: unknown[] = [];
  let isThere = false;
  for (const place of places) {
    const value = valueAt(json, place);
    if (value === undefined || value === null) continue;
    isThere = true;
    // Below 0 means without a limit for some servers. What is not a number is left to the upstream to refuse.
    const isLowered = typeof value === "number" && (value > limit || value < 0);
    if (isLowered) edit.set(place.path, String(limit));
    after.push(isLowered ? limit : value);
  }
  if (!isThere && added !== undefined && isFree(json, added)) {
    edit.set(added.path, String(limit));
    return limit;
  }
  return lowestOf(after);
}

function lowestOf(values: readonly unknown[]): number | undefined {
  const limits = values.filter((value) => typeof value === "number" && value >= 0);
  return limits.length === 0 ? undefined : Math.min(...limits.map(Number));
}

function valueAt(json: Body, { path: [name, inner] }: LimitPlace): unknown {
  const value = json[name];
  if (inner === undefined) return value;
  return isObject(value) ? value[inner] : undefined;
}

/** The object that the limit belongs into is one, or is not there yet. */
function isFree(json: Body, { path: [name, inner] }: LimitPlace): boolean {
  const value = json[name];
  return inner === undefined || value === undefined || value === null || isObject(value);
}
