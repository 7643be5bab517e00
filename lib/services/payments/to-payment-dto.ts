import type { PaymentDto, PaymentStateDto } from "../../query/dto.ts";
import type { EndpointRef } from "../endpoints/find-endpoint-refs.ts";
import { oneOf } from "../one-of.ts";

export const paymentStates = [
  "claimed",
  "settling",
  "settled",
  "delivered",
  "unknown",
  "released",
  "refund-due",
  "refunded",
  "expired",
] as const satisfies readonly PaymentStateDto[];

export const paymentColumns = {
  id: true,
  mode: true,
  state: true,
  endpointId: true,
  amount: true,
  rail: true,
  wire: true,
  payer: true,
  paymentKey: true,
  receiptId: true,
  refunded: true,
  createdAt: true,
} as const;

export interface PaymentRow {
  readonly id: string;
  readonly mode: string;
  readonly state: string;
  readonly endpointId: string;
  readonly amount: bigint;
  readonly rail: string;
  readonly wire: string;
  readonly payer: string | null;
  readonly paymentKey: string;
  readonly receiptId: string | null;
  readonly refunded: bigint;
  readonly createdAt: Date;
}

export function toPaymentDto(row: PaymentRow, endpointOf: (id: string) => EndpointRef): PaymentDto {
  return {
    id: row.id,
    mode: oneOf(row.mode, ["test", "live"]),
    state: oneOf(row.state, paymentStates),
    endpoint: endpointOf(row.endpointId),
    amount: row.amount.toString(),
    rail: row.rail,
    wire: row.wire,
    payer: row.payer,
    paymentKey: row.paymentKey,
    receiptId: row.receiptId,
    refunded: row.refunded.toString(),
    createdAt: row.createdAt.toISOString(),
  };
}
