import type { HeaderList, Usage } from "@x402-paywall/core";
import { findHeader, listHeaders, metersTokens, PaywallError } from "@x402-paywall/core";
import type { MicroUsd } from "@x402-paywall/core";
import type { ResponseHead } from "../decision.ts";
// Not from the folder's index, which names the tokenizer: bundlers would look for that optional peer in every app.
import { createUsageReader } from "../usage/create-usage-reader.ts";
import { passThrough, type TokenCounter } from "../usage/usage-reader.ts";
import type { Allowance } from "./allowance.ts";
import { AnswerMeter, type MeterEnd } from "./answer-meter.ts";
import type { MeteredRequest } from "./metered-request.ts";
import { receiptNote, type ReceiptForm } from "./stream-notes.ts";
import { preferReport } from "./usage-report.ts";

export interface MeterContext {
  readonly request: MeteredRequest;
  /** Of the payer. */
  readonly headers: HeaderList;
  readonly removeUsage: boolean;
  readonly allowance: Allowance;
  readonly clock: () => number;
  readonly loadTokens?: (() => Promise<TokenCounter>) | undefined;
  readonly waitMs?: number | undefined;
  /** Makes the charge final; what the payer is told about it: base64url, or nothing where it could not be done. */
  readonly settle: (usage: Usage, charge: MicroUsd) => Promise<string | undefined>;
}

export interface MeteredAnswer {
  readonly meter: AnswerMeter;
  /** The payer's head: without a length where the meter adds to the body, with the announcement of a trailer. */
  readonly headers: HeaderList;
}

/**
 * Puts a meter between an upstream's answer and its payer.
 * @param filtered The upstream's headers as the payer may see them.
 * @throws PaywallError `upstream_invalid` for an answer that is compressed although it was asked not to be.
 */
export function meterAnswer(head: ResponseHead, filtered: HeaderList, context: MeterContext): MeteredAnswer {
  const { price, body, inputTokens, report } = context.request;
  const contentType = findHeader(head.headers, "content-type") ?? "";
  const reads =
    metersTokens(price.rates) || price.rates.unit !== undefined || price.rates.costPercent !== undefined;
  if (reads && isEncoded(head.headers)) {
    throw new PaywallError("upstream_invalid", {
      detail: "The upstream compressed an answer that has to be read, although it was asked not to.",
    });
  }
  const isEventStream = /^text\/event-stream\b/i.test(contentType.trim());
  const form = receiptForm(isEventStream, context.headers);
  const wantsTrailer = listHeaders(context.headers, "te").some((value) => /\btrailers\b/i.test(value));
  const counted = reads
    ? createUsageReader({
        contentType,
        headers: head.headers,
        removeUsageChunk: context.removeUsage,
        inputEstimate: inputTokens,
        countTokens: metersTokens(price.rates),
        ...(body === undefined ? {} : { requestBody: body }),
        ...(context.loadTokens === undefined ? {} : { loadTokens: context.loadTokens }),
      })
    : passThrough();
  const reader = report === undefined ? counted : preferReport(report, counted);
  const settle = async (usage: Usage, charge: MicroUsd): Promise<MeterEnd> => {
    const receipt = await context.settle(usage, charge);
    if (receipt === undefined) return { body: new Uint8Array(0), trailers: [] };
    return {
      body: receiptNote(receipt, form),
      trailers: wantsTrailer && !isEventStream ? [["Payment-Receipt", receipt]] : [],
    };
  };
  const meter = new AnswerMeter({
    reader,
    price,
    allowance: context.allowance,
    clock: context.clock,
    isEventStream,
    settle,
    ...(context.waitMs === undefined ? {} : { waitMs: context.waitMs }),
  });
  return { meter, headers: headFields(filtered, isEventStream, wantsTrailer) };
}

function headFields(filtered: HeaderList, isEventStream: boolean, wantsTrailer: boolean): HeaderList {
  // A trailer needs chunks (RFC 9112, 7.1.2), and so does a stream that we write into.
  if (!isEventStream && !wantsTrailer) return filtered;
  const open = filtered.filter(([name]) => name.toLowerCase() !== "content-length");
  return isEventStream ? open : [...open, ["Trailer", "Payment-Receipt"]];
}

function isEncoded(headers: HeaderList): boolean {
  return listHeaders(headers, "content-encoding").some((value) => value.trim().toLowerCase() !== "identity");
}

/** OpenAI-shaped clients break on events they do not know; who sent `Accept-Payment` knows ours. */
function receiptForm(isEventStream: boolean, headers: HeaderList): ReceiptForm {
  if (!isEventStream) return "none";
  return findHeader(headers, "accept-payment") === undefined ? "comment" : "event";
}
