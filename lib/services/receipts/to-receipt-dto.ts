import type { ReceiptDto } from "../../query/dto.ts";
import type { EndpointRef } from "../endpoints/find-endpoint-refs.ts";
import { oneOf } from "../one-of.ts";

export const receiptColumns = {
  id: true,
  mode: true,
  endpointId: true,
  amount: true,
  rail: true,
  wire: true,
  payer: true,
  reference: true,
  settledAt: true,
} as const;

export interface ReceiptRow {
  readonly id: string;
  readonly mode: string;
  readonly endpointId: string;
  readonly amount: bigint;
  readonly rail: string;
  readonly wire: string;
  readonly payer: string | null;
  readonly reference: string;
  readonly settledAt: Date;
}

export function toReceiptDto(row: ReceiptRow, endpointOf: (id: string) => EndpointRef): ReceiptDto {
  return {
    id: row.id,
    mode: oneOf(row.mode, ["test", "live"]),
    endpoint: endpointOf(row.endpointId),
    amount: row.amount.toString(),
    rail: row.rail,
    wire: row.wire,
    payer: row.payer,
    reference: row.reference,
    settledAt: row.settledAt.toISOString(),
  };
}

/** Receipts are ordered by when the money settled, newest first. */
export const latestSettled = [{ settledAt: "desc" as const }, { id: "asc" as const }];

export function bySettlement(row: { readonly settledAt: Date }): Date {
  return row.settledAt;
}
