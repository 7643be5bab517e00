import type { MeteredPrice, MicroUsd, Usage } from "@x402-paywall/core";
import { chargeFor, findHeader, metersTokens } from "@x402-paywall/core";
import { andThen, type MaybePromise } from "../maybe-async.ts";
import { bodyLength, readVisitBody } from "../read-visit-body.ts";
import { shapeRequest } from "../usage/shape-request.ts";
import type { Visit } from "../visit.ts";
import type { UsageReport } from "./usage-report.ts";

/** A request whose answer is metered, as far as it could be understood. */
export interface MeteredRequest {
  readonly price: MeteredPrice;
  /** As the payer sent it; absent where it was not read. */
  readonly body?: Uint8Array;
  /** Raw path at the upstream: says which API it is. */
  readonly path: string;
  readonly contentType: string;
  /** Rough count of what the request alone will cost. */
  readonly inputTokens: number;
  /** The application answers itself: its request is not rewritten, and what it reports counts. */
  readonly report?: UsageReport;
}

/** A conversation beyond this is forwarded unread: its usage is still read out of the answer. */
const MAX_SHAPED_BODY = 8_388_608;

/**
 * Reads a model request, where there is one to read.
 * @param path Raw path at the upstream.
 */
export function readMeteredRequest(
  visit: Visit,
  price: MeteredPrice,
  path: string,
): MaybePromise<MeteredRequest> {
  const { headers } = visit.request;
  const contentType = findHeader(headers, "content-type") ?? "";
  const length = bodyLength(headers);
  const report = visit.place?.usage;
  const plain = {
    price,
    path,
    contentType,
    inputTokens: Math.ceil((length ?? 0) / 4),
    ...(report === undefined ? {} : { report }),
  };
  if (report !== undefined) return plain;
  const readable = metersTokens(price.rates) || price.rates.costPercent !== undefined;
  if (visit.body === undefined) {
    if (!readable || length === 0 || length === undefined || length > MAX_SHAPED_BODY) return plain;
    if (!/\bjson\b/i.test(contentType)) return plain;
  }
  return andThen(readVisitBody(visit, MAX_SHAPED_BODY), (body) => {
    const { inputEstimate } = shapeRequest(body, { contentType, path, includeUsage: false });
    return { ...plain, body, inputTokens: inputEstimate };
  });
}

/** A metered request whose body went out. */
export interface ShapedRequest extends MeteredRequest {
  readonly removeUsage: boolean;
}

export interface ShapedBody {
  /** To be sent instead; absent where nothing was changed. */
  readonly body?: Uint8Array;
  /** The usage that we asked for is taken out of the answer again. */
  readonly removeUsage: boolean;
}

/** Asks for a usage report and, where the creator wants that, lowers the limit of output to what the money affords. */
export function shapeBody(request: MeteredRequest, affordable: MicroUsd): ShapedBody {
  const { body, price, contentType, path } = request;
  if (body === undefined) return { removeUsage: false };
  const limit = price.clampOutput ? affordableOutput(request, affordable) : undefined;
  const shaped = shapeRequest(body, {
    contentType,
    path,
    includeUsage: true,
    ...(limit === undefined ? {} : { maxOutputTokens: limit }),
  });
  return {
    ...(shaped.changed ? { body: shaped.body } : {}),
    removeUsage: shaped.stream && !shaped.askedForUsage,
  };
}

/** @returns At least 1: whether that much is there was asked before. */
function affordableOutput({ price, inputTokens }: MeteredRequest, affordable: MicroUsd): number | undefined {
  const rate = price.rates.outputToken;
  if (rate === undefined || rate === 0n) return undefined;
  const cap = price.cap ?? price.deposit;
  const money = affordable < cap ? affordable : cap;
  const input: Usage = { inputTokens };
  const left = money - chargeFor(input, { ...price, minimum: 0n });
  const tokens = left <= 0n ? 1n : (left * 1_000_000n) / rate;
  return tokens < 1n ? 1 : Number(tokens > MAX_TOKENS ? MAX_TOKENS : tokens);
}

/** No model answers with more: a limit above it would only be refused. */
const MAX_TOKENS = 1_000_000n;
