import type { AtomicStore, ClaimOutcome, NewClaim } from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { runClaims } from "./claim-statement.ts";
import { toStoreError } from "./database-error.ts";
import { MicroBatcher } from "./micro-batcher.ts";
import {
  findEntitlement,
  findInvoice,
  findPayment,
  findReceipt,
  markServed,
  recordEvents,
  saveInvoice,
} from "./records.ts";
import { runSettlements, type SettlementItem } from "./settlement-statement.ts";
import {
  runTransition,
  type TransitionItem,
  type TransitionName,
  type TransitionResult,
} from "./transition-statements.ts";

export interface PostgresStoreOptions {
  readonly pool: Pool;
}

/**
 * The store of a deployment: every process of an instance shares one Postgres. Claims, settlements and transitions go
 * through a micro-batcher each and resolve after the durable commit; leases run on the database's clock.
 * @throws PaywallError `store_unavailable` within two seconds when the database is away, `internal` otherwise
 */
export function createPostgresStore({ pool }: PostgresStoreOptions): AtomicStore {
  const claims = new MicroBatcher<NewClaim, ClaimOutcome>({
    keyOf,
    shared: true,
    run: (items) => runClaims(pool, items),
  });
  const settlements = new MicroBatcher<SettlementItem, boolean>({
    keyOf,
    run: (items) => runSettlements(pool, items),
  });
  const lane = (name: TransitionName) =>
    new MicroBatcher<TransitionItem, TransitionResult>({
      keyOf,
      run: (items) => runTransition(pool, name, items),
    });
  const lanes = {
    begin: lane("begin"),
    unknown: lane("unknown"),
    release: lane("release"),
    finish: lane("finish"),
    renew: lane("renew"),
  };
  const change = async (name: TransitionName, item: TransitionItem) =>
    (await guard(lanes[name].add(item))).state;
  return {
    atomic: true,
    claim: (claim) => guard(claims.add(claim)),
    renew: async (ref, leaseMs) => (await change("renew", { ...ref, leaseMs })) !== undefined,
    beginSettlement: async (ref) => (await change("begin", ref)) !== undefined,
    recordSettlement: (ref, record) => guard(settlements.add({ ...ref, record })),
    markUnknown: async (ref) => (await change("unknown", ref)) !== undefined,
    release: async (ref) => (await change("release", ref)) !== undefined,
    finish: async (ref, { complete }) => {
      const state = await change("finish", { ...ref, complete });
      if (state === undefined) return "lost";
      return state === "delivered" ? "delivered" : "reopenable";
    },
    findPayment: (paymentKey) => guard(findPayment(pool, paymentKey)),
    findReceipt: (id) => guard(findReceipt(pool, id)),
    saveInvoice: (invoice) => guard(saveInvoice(pool, invoice)),
    findInvoice: (paymentHash) => guard(findInvoice(pool, paymentHash)),
    findEntitlement: (id) => guard(findEntitlement(pool, id)),
    markServed: (entitlementId) => guard(markServed(pool, entitlementId)),
    recordEvents: (events) => guard(recordEvents(pool, events)),
  };
}

function keyOf({ paymentKey }: { readonly paymentKey: string }): string {
  return paymentKey;
}

async function guard<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toStoreError(error);
  }
}
