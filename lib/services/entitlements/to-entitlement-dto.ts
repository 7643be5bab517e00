import type { EntitlementDto } from "../../query/dto.ts";
import type { EndpointRef } from "../endpoints/find-endpoint-refs.ts";
import { oneOf } from "../one-of.ts";

export const entitlementColumns = {
  id: true,
  kind: true,
  mode: true,
  endpointId: true,
  usesLeft: true,
  deposited: true,
  spent: true,
  held: true,
  expiresAt: true,
  revokedAt: true,
  createdAt: true,
} as const;

interface EntitlementRow {
  readonly id: string;
  readonly kind: string;
  readonly mode: string;
  readonly endpointId: string;
  readonly usesLeft: number | null;
  readonly deposited: bigint;
  readonly spent: bigint;
  readonly held: bigint;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly createdAt: Date;
}

/** @param now milliseconds */
export function toEntitlementDto(
  row: EntitlementRow,
  endpointOf: (id: string) => EndpointRef,
  now: number,
): EntitlementDto {
  const { deposited, spent, held } = row;
  return {
    id: row.id,
    kind: oneOf(row.kind, ["pass", "uses", "balance"]),
    mode: oneOf(row.mode, ["test", "live"]),
    state: row.revokedAt !== null ? "revoked" : row.expiresAt.getTime() <= now ? "expired" : "open",
    endpoint: endpointOf(row.endpointId),
    usesLeft: row.usesLeft,
    deposited: deposited.toString(),
    spent: spent.toString(),
    held: held.toString(),
    available: (deposited - spent - held).toString(),
    expiresAt: row.expiresAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
  };
}
