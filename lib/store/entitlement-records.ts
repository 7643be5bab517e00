import type { EntitlementRecord } from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { runQuery } from "./statement.ts";

interface EntitlementRow extends Omit<EntitlementRecord, "deposited" | "spent" | "held"> {
  deposited: string;
  spent: string;
  held: string;
}

/** What is left of an entitlement; also of one that has expired or was refunded. */
export async function findEntitlement(pool: Pool, id: string): Promise<EntitlementRecord | undefined> {
  const rows = await runQuery<EntitlementRow>(pool, {
    name: "find-entitlement",
    text: `select id, kind, mode, endpoint_id as "endpointId", scope, extract(epoch from expires_at)::float8 as "expiresAt",
             workspace_id as "workspaceId", payment_key as "paymentKey", uses_left as "usesLeft", deposited, spent, held,
             revoked_at is not null as revoked
           from entitlement where id = $1`,
    values: [id],
  });
  const [row] = rows;
  return (
    row && {
      ...row,
      // A top-up counts from the present moment, which has fractions; tokens and answers have whole seconds.
      expiresAt: Math.floor(row.expiresAt),
      deposited: BigInt(row.deposited),
      spent: BigInt(row.spent),
      held: BigInt(row.held),
    }
  );
}

/** Delivers the payment of an entitlement that is used for the first time. The payment is locked first, as everywhere. */
export async function markServed(pool: Pool, entitlementId: string): Promise<void> {
  await runQuery(pool, {
    name: "mark-served",
    text: `with opener as (
             select p.payment_key from payment p
             where p.payment_key = (select payment_key from entitlement where id = $1 and served_at is null) for update
           ), served as (
             update entitlement set served_at = now()
             where id = $1 and served_at is null and (select count(*) from opener) >= 0 returning payment_key
           ), delivered as (
             update payment p set state = 'delivered', owner = null, updated_at = now() from served s
             where p.payment_key = s.payment_key and p.state = 'settled' returning p.payment_key, p.workspace_id
           )
           insert into payment_event (payment_key, workspace_id, state, detail)
           select payment_key, workspace_id, 'delivered', 'through ' || $1 from delivered`,
    values: [entitlementId],
  });
}
