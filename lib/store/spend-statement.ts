import type { ClaimRef, NewEntitlement } from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { runQuery } from "./statement.ts";

/**
 * What was credited and never served buys an entitlement. The payment is locked first, as everywhere.
 * @returns whether it did
 */
export async function spendSettled(
  pool: Pool,
  { paymentKey, owner }: ClaimRef,
  entitlement: NewEntitlement,
): Promise<boolean> {
  const { id, endpointId, mode, kind, scope, uses, deposit, expiresAt } = entitlement;
  const rows = await runQuery(pool, {
    name: "spend-settled",
    text: `with spent as (
             update payment set entitlement_id = $3, updated_at = now()
             where payment_key = $1 and owner = $2 and state = 'settled' and attempts = 0 and entitlement_id is null
             returning payment_key, workspace_id
           ), entitled as (
             insert into entitlement (id, workspace_id, endpoint_id, mode, kind, payment_key, scope, uses_left, deposited, expires_at)
             select $3, workspace_id, $4, $5, $6, payment_key, $7, $8, $9, to_timestamp($10) from spent
           )
           select payment_key from spent`,
    values: [paymentKey, owner, id, endpointId, mode, kind, scope, uses, deposit, expiresAt],
  });
  return rows.length === 1;
}
