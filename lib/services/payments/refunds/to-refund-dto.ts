import type { RefundDto } from "../../../query/dto.ts";
import { oneOf } from "../../one-of.ts";

interface RefundRow {
  readonly id: string;
  readonly amount: bigint;
  readonly state: string;
  readonly reason: string;
  readonly reference: string | null;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

export function toRefundDto(row: RefundRow): RefundDto {
  return {
    id: row.id,
    amount: row.amount.toString(),
    state: oneOf(row.state, ["pending", "done", "failed", "unknown"]),
    reason: row.reason,
    reference: row.reference,
    createdAt: row.createdAt.toISOString(),
    settledAt: row.settledAt?.toISOString() ?? null,
  };
}
