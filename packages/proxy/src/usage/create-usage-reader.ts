import type { HeaderList } from "@x402-paywall/core";
import { BodyReader } from "./body-reader.ts";
import type { BodyKind } from "./body-reader.ts";
import { countRequest } from "./request-text.ts";
import { EventStreamReader } from "./event-stream-reader.ts";
import { findUnits } from "./units.ts";
import { UsageTally } from "./usage-tally.ts";
import type { TokenCounter, UsageReader } from "./usage-reader.ts";

export interface UsageReaderOptions {
  /** Of the answer: says whether it is an event stream, JSON, other text, or nothing that has tokens. */
  readonly contentType: string;
  /** Of the answer, for `X-Paywall-Usage`. A `Content-Encoding` must have been refused before. */
  readonly headers: HeaderList;
  /** We asked for the usage, not the client: the chunk that holds nothing else is taken out of a chat's event stream. */
  readonly removeUsageChunk: boolean;
  /** Tokens of the request, roughly: what the input counts as until the upstream says. */
  readonly inputEstimate: number;
  /** As sent; counted by `settle` where the upstream reported no input. */
  readonly requestBody?: Uint8Array;
  /** Called by `settle` alone, and only where something has to be counted. */
  readonly loadTokens?: () => Promise<TokenCounter>;
  /** False for prices without tokens: text is neither kept nor counted, and nothing is ever `estimated`. Default: true. */
  readonly countTokens?: boolean;
}

/**
 * A reader for one answer. Which API speaks is told from the members of the JSON itself, at their exact places; what no API
 * is known to send is counted as text, all of it.
 */
export function createUsageReader(options: UsageReaderOptions): UsageReader {
  const { contentType, requestBody, countTokens = true, inputEstimate, loadTokens } = options;
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const isEventStream = type === "text/event-stream";
  const tally = new UsageTally({
    inputEstimate,
    countTokens,
    loadTokens,
    wholeDocuments: isEventStream,
    countInput: requestBody === undefined ? undefined : (counter) => countRequest(requestBody, counter),
  });
  const units = findUnits(options.headers);
  if (units !== undefined) tally.units(units);
  return isEventStream
    ? new EventStreamReader(tally, options.removeUsageChunk)
    : new BodyReader(tally, kindOf(type));
}

function kindOf(type: string): BodyKind {
  if (/[/+](json|x-ndjson|ndjson|jsonl|x-jsonlines|json-seq|stream\+json)$/.test(type)) return "json";
  if (/^(image|audio|video|font)\/|^application\/(octet-stream|pdf|zip|gzip|wasm)$/.test(type))
    return "opaque";
  return "text";
}
