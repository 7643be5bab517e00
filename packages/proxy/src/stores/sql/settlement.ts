import { canonicalJson, receiptPayload } from "@x402-paywall/core";
import type { AtomicStore, NewEntitlement } from "../../store.ts";
import { openStates } from "./schema.ts";
import type { Sql } from "./statement.ts";

/** Receipt (and with it the ledger), entitlement and state in one transaction, for whoever holds the lease. */
export function settlementOf(sql: Sql): Pick<AtomicStore, "recordSettlement" | "spendSettled"> {
  return { ...recordingOf(sql), ...spendingOf(sql) };
}

function recordingOf({ prepare, run, batch, dialect }: Sql): Pick<AtomicStore, "recordSettlement"> {
  // Each statement asks this for itself, and the one that ends it comes last; so a repetition changes nothing.
  const due = `payment_key = :paymentKey and owner = :owner and state in ${openStates}`;
  const writeReceipt = prepare(`
insert into paywall_receipt (id, payment_key, workspace_id, endpoint_id, mode, rail, amount, document, jws, settled_at)
select :id, payment_key, :workspaceId, :endpointId, :mode, :rail, cast(:amount as bigint), :document, :jws, cast(:settledAt as double precision)
from paywall_payment where ${due} ${dialect.forUpdate}`);
  const open = prepare(`
insert into paywall_entitlement (id, kind, mode, workspace_id, endpoint_id, scope, payment_key, uses_left, deposited, expires_at)
select :id, :kind, :mode, :workspaceId, :endpointId, :scope, payment_key, cast(:uses as integer), cast(:deposit as bigint),
  cast(:expiresAt as double precision)
from paywall_payment where ${due}`);
  const topUp = prepare(`
update paywall_entitlement set deposited = deposited + cast(:deposit as bigint), uses_left = uses_left + coalesce(cast(:uses as integer), 0),
  expires_at = ${dialect.greatest}(expires_at, ${dialect.now}) + cast(:seconds as double precision)
where id = :id and revoked_at is null and exists (select 1 from paywall_payment where ${due})`);
  const settle = prepare(`
update paywall_payment set state = 'settled', receipt_id = :id, entitlement_id = :entitlementId, amount = cast(:amount as bigint),
  payer = coalesce(payer, :payer), updated_at = ${dialect.now}
where ${due} returning state`);
  const look = prepare(`
select state from paywall_payment where payment_key = :paymentKey and owner = :owner and state = 'settled'`);
  const write = (entitlement: NewEntitlement) => (entitlement.topUp === undefined ? open : topUp);
  return {
    recordSettlement: async (ref, { receipt, jws, entitlement }) => {
      const { settled: _, usage: __, rate: ___, ...columns } = receipt;
      const document = canonicalJson(receiptPayload(receipt));
      const { topUp: added, ...bought } = entitlement ?? {};
      const results = await batch([
        writeReceipt({ ...columns, ...ref, document, jws }),
        ...(entitlement === undefined
          ? []
          : [
              write(entitlement)({
                ...bought,
                ...ref,
                workspaceId: receipt.workspaceId,
                seconds: added?.seconds,
              }),
            ]),
        settle({ ...columns, ...ref, payer: receipt.payer, entitlementId: entitlement?.id }),
      ]);
      return results.at(-1)?.length === 1 || (await run(look({ ...ref }))).length === 1;
    },
  };
}

function spendingOf({ prepare, batch, dialect }: Sql): Pick<AtomicStore, "spendSettled"> {
  const unspent = `payment_key = :paymentKey and owner = :owner and state = 'settled' and attempts = 0 and entitlement_id is null`;
  const open = prepare(`
insert into paywall_entitlement (id, kind, mode, workspace_id, endpoint_id, scope, payment_key, uses_left, deposited, expires_at)
select :id, :kind, :mode, workspace_id, :endpointId, :scope, payment_key, cast(:uses as integer), cast(:deposit as bigint),
  cast(:expiresAt as double precision)
from paywall_payment where ${unspent} ${dialect.forUpdate}`);
  const spend = prepare(`
update paywall_payment set entitlement_id = :id, updated_at = ${dialect.now} where ${unspent} returning state`);
  return {
    spendSettled: async (ref, entitlement) => {
      const { id, kind, mode, endpointId, scope, uses, deposit, expiresAt } = entitlement;
      const bought = { id, kind, mode, endpointId, scope, uses, deposit, expiresAt };
      const results = await batch([open({ ...bought, ...ref }), spend({ id, ...ref })]);
      return results.at(-1)?.length === 1;
    },
  };
}
