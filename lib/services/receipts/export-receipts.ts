import { formatUsd } from "@x402-paywall/core";
import type { Cursor } from "../../http/cursor.ts";
import { type CsvValue, formatCsvLine } from "../../http/csv.ts";
import type { WorkspaceContext } from "../context.ts";
import { assertOwnEndpoint } from "../endpoints/assert-own-endpoint.ts";
import { type EndpointRef, findEndpointRefs } from "../endpoints/find-endpoint-refs.ts";
import { toRecord } from "../to-record.ts";
import { type ReceiptFilter, whereReceipts } from "./receipt-filter.ts";
import { toBitcoinDto } from "./to-bitcoin-dto.ts";
import { latestSettled, receiptColumns, type ReceiptRow } from "./to-receipt-dto.ts";

const rowsAtOnce = 1_000;
const columns = [
  "id",
  "settled_at",
  "mode",
  "endpoint",
  "endpoint_title",
  "amount_usd",
  "amount_micro_usd",
  "rail",
  "wire",
  "payer",
  "reference",
  "settled_amount",
  "settled_unit",
  "settled_asset",
  "network",
  "rate_msat_per_usd",
  "rate_as_of",
];

interface ExportReceipts {
  readonly ctx: WorkspaceContext;
  readonly input: ReceiptFilter;
}

/**
 * Every receipt that the filter leaves, as CSV (RFC 4180), in chunks: a million rows are never in memory at once.
 * @throws PaywallError `not_found` for another workspace's endpoint, before the first chunk
 */
export async function exportReceipts({ ctx, input }: ExportReceipts): Promise<ReadableStream<Uint8Array>> {
  await assertOwnEndpoint(ctx, input.endpoint);
  const encoder = new TextEncoder();
  const chunks = writeChunks(ctx, input);
  return new ReadableStream({
    pull: async (controller) => {
      const { value, done } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: () => void chunks.return(undefined),
  });
}

async function* writeChunks(
  ctx: WorkspaceContext,
  filter: ReceiptFilter,
): AsyncGenerator<string, void, undefined> {
  yield formatCsvLine(columns);
  let cursor: Cursor | undefined;
  for (;;) {
    // Each page starts where the last one ended.
    // oxlint-disable-next-line no-await-in-loop
    const rows = await ctx.db.prisma.receipt.findMany({
      where: whereReceipts(ctx, filter, cursor),
      orderBy: latestSettled,
      take: rowsAtOnce,
      select: { ...receiptColumns, settled: true, rate: true },
    });
    const last = rows.at(-1);
    if (last === undefined) return;
    // oxlint-disable-next-line no-await-in-loop
    const endpointOf = await findEndpointRefs(
      ctx,
      rows.map((row) => row.endpointId),
    );
    yield rows.map((row) => formatCsvLine(toCells(row, endpointOf(row.endpointId)))).join("");
    if (rows.length < rowsAtOnce) return;
    cursor = { at: last.settledAt, id: last.id };
  }
}

interface ExportedRow extends ReceiptRow {
  readonly settled: unknown;
  readonly rate: unknown;
}

function toCells(row: ExportedRow, endpoint: EndpointRef): readonly CsvValue[] {
  const moved = toRecord(row.settled);
  const rate = toBitcoinDto(row.settled, row.rate)?.rate ?? null;
  const textOf = (name: string) => (typeof moved[name] === "string" ? moved[name] : "");
  const amount = textOf("amount");
  return [
    row.id,
    row.settledAt.toISOString(),
    row.mode,
    endpoint.slug,
    endpoint.title,
    formatUsd(row.amount),
    row.amount,
    row.rail,
    row.wire,
    row.payer,
    row.reference,
    /^\d+$/.test(amount) ? BigInt(amount) : amount,
    textOf("unit"),
    textOf("asset"),
    textOf("network"),
    rate === null ? "" : BigInt(rate.msatPerUsd),
    rate === null || rate.asOf === 0 ? "" : new Date(rate.asOf * 1000).toISOString(),
  ];
}
