import { parseJson, parseQuote, readReceipt } from "@x402-paywall/core";
import type { AtomicStore, EntitlementRecord, PaymentRecord, UnfinishedPayment } from "../../store.ts";
import { openStates } from "./schema.ts";
import type { Sql } from "./statement.ts";

type Reads = Pick<AtomicStore, "findPayment" | "findReceipt" | "findEntitlement" | "listUnfinished">;

interface StoredPayment extends Omit<PaymentRecord, "amount"> {
  readonly amount: string;
}

interface StoredUnfinished extends Omit<UnfinishedPayment, "amount" | "quote"> {
  readonly amount: string;
  readonly quote: string;
}

interface StoredEntitlement extends Omit<EntitlementRecord, "deposited" | "spent" | "held" | "revoked"> {
  readonly deposited: string;
  readonly spent: string;
  readonly held: string;
  readonly revokedAt: number | null;
}

const payment = `payment_key as "paymentKey", state, workspace_id as "workspaceId", endpoint_id as "endpointId", quote_id as "quoteId",
  cast(amount as text) as amount, receipt_id as "receiptId", attempts`;

/** Payments, receipts and entitlements as they are now. Amounts come as text: D1 and node:sqlite would make doubles of them. */
export function readsOf({ prepare, run, dialect }: Sql): Reads {
  const findPayment = prepare(`select ${payment} from paywall_payment where payment_key = :paymentKey`);
  const findReceipt = prepare(`select document, jws from paywall_receipt where id = :id`);
  const findEntitlement = prepare(`
select id, kind, mode, endpoint_id as "endpointId", scope, workspace_id as "workspaceId", payment_key as "paymentKey", uses_left as "usesLeft",
  cast(deposited as text) as deposited, cast(spent as text) as spent, cast(held as text) as held, expires_at as "expiresAt",
  revoked_at as "revokedAt"
from paywall_entitlement where id = :id`);
  const listUnfinished = prepare(`
select ${payment}, quote, rail, wire, payer, rail_note as "note", updated_at as "updatedAt" from paywall_payment
where state in ${openStates} and lease_until < ${dialect.now} - cast(:olderThanMs as double precision) / 1000
order by lease_until, payment_key limit cast(:limit as bigint)`);
  return {
    findPayment: async (paymentKey) => {
      const [row] = await run<StoredPayment>(findPayment({ paymentKey }));
      return row && { ...row, amount: BigInt(row.amount) };
    },
    findReceipt: async (id) => {
      const [row] = await run<{ readonly document: string; readonly jws: string }>(findReceipt({ id }));
      const receipt = row && readReceipt(parseJson(row.document));
      return row && receipt && { receipt, jws: row.jws };
    },
    findEntitlement: async (id) => {
      const [row] = await run<StoredEntitlement>(findEntitlement({ id }));
      return row && toEntitlement(row);
    },
    listUnfinished: async ({ olderThanMs, limit }) => {
      const rows = await run<StoredUnfinished>(listUnfinished({ olderThanMs, limit: Math.max(0, limit) }));
      return rows.map(toUnfinished);
    },
  };
}

function toEntitlement(row: StoredEntitlement): EntitlementRecord {
  const { deposited, spent, held, revokedAt, expiresAt, ...rest } = row;
  return {
    ...rest,
    // A top-up counts from the present moment, which has fractions; tokens and answers have whole seconds.
    expiresAt: Math.floor(expiresAt),
    deposited: BigInt(deposited),
    spent: BigInt(spent),
    held: BigInt(held),
    revoked: revokedAt !== null,
  };
}

function toUnfinished({ amount, quote: text, ...rest }: StoredUnfinished): UnfinishedPayment {
  const quote = parseQuote(text);
  if (quote === undefined) throw new Error(`The quote of payment ${rest.paymentKey} cannot be read`);
  return { ...rest, amount: BigInt(amount), quote };
}
