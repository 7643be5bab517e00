import type {
  AtomicStore,
  ClaimOutcome,
  CreditStore,
  HoldExtension,
  HoldOutcome,
  HoldSettlement,
  NewClaim,
  NewHold,
} from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { runClaims } from "./claim-statement.ts";
import { runCredit } from "./credit-statement.ts";
import { toStoreError } from "./database-error.ts";
import { findEntitlement, markServed } from "./entitlement-records.ts";
import { type ExtendOutcome, runExtendHolds } from "./extend-hold-statement.ts";
import { freeUseKey, type FreeUseItem, returnFreeUse, runTakeFreeUses } from "./free-uses.ts";
import { findHold } from "./hold-records.ts";
import { findInvoice, saveInvoice } from "./invoices.ts";
import { LruCache } from "./lru-cache.ts";
import { MicroBatcher } from "./micro-batcher.ts";
import { runOpenHolds } from "./open-hold-statement.ts";
import { findPayment, findReceipt, recordEvents } from "./records.ts";
import { runSettleHolds, type SettleOutcome, sweepHolds } from "./settle-hold-statement.ts";
import { runSettlements, type SettlementItem } from "./settlement-statement.ts";
import { spendSettled } from "./spend-statement.ts";
import { findAnswer, saveAnswer } from "./stored-answers.ts";
import {
  runTransition,
  type TransitionItem,
  type TransitionName,
  type TransitionResult,
} from "./transition-statements.ts";
import { listUnfinished } from "./unfinished-payments.ts";

export interface PostgresStoreOptions {
  readonly pool: Pool;
}

/**
 * The store of a deployment: every process of an instance shares one Postgres. Whatever each request writes goes through
 * a micro-batcher and resolves after the durable commit; leases run on the database's clock.
 * @throws PaywallError `store_unavailable` within two seconds when the database is away, `internal` otherwise
 */
export function createPostgresStore({ pool }: PostgresStoreOptions): CreditStore {
  return { atomic: true, ...paymentsOf(pool), ...entitlementsOf(pool), ...recordsOf(pool) };
}

type Payments =
  | "claim"
  | "renew"
  | "beginSettlement"
  | "recordSettlement"
  | "markUnknown"
  | "release"
  | "finish"
  | "findPayment"
  | "listUnfinished"
  | "credit"
  | "spendSettled";

function paymentsOf(pool: Pool): Pick<CreditStore, Payments> {
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
    claim: (claim) => guard(claims.add(claim)),
    renew: async (ref, leaseMs) => (await change("renew", { ...ref, leaseMs })) !== undefined,
    beginSettlement: async (ref, note) =>
      (await change("begin", note === undefined ? ref : { ...ref, note })) !== undefined,
    recordSettlement: (ref, record) => guard(settlements.add({ ...ref, record })),
    markUnknown: async (ref) => (await change("unknown", ref)) !== undefined,
    release: async (ref) => (await change("release", ref)) !== undefined,
    finish: async (ref, { complete }) => {
      const state = await change("finish", { ...ref, complete });
      if (state === undefined) return "lost";
      return state === "delivered" ? "delivered" : "reopenable";
    },
    findPayment: (paymentKey) => guard(findPayment(pool, paymentKey)),
    listUnfinished: (query) => guard(listUnfinished(pool, query)),
    credit: (credit) => guard(runCredit(pool, credit)),
    spendSettled: (ref, entitlement) => guard(spendSettled(pool, ref, entitlement)),
  };
}

type Entitlements =
  | "findEntitlement"
  | "markServed"
  | "openHold"
  | "extendHold"
  | "settleHold"
  | "findHold"
  | "sweepHolds"
  | "takeFreeUse"
  | "returnFreeUse";

function entitlementsOf(pool: Pool): Pick<AtomicStore, Entitlements> {
  const openings = new MicroBatcher<NewHold, HoldOutcome>({
    keyOf: ({ entitlementId }) => entitlementId,
    shared: true,
    run: (items) => runOpenHolds(pool, items),
  });
  const extensions = new MicroBatcher<HoldExtension, ExtendOutcome>({
    keyOf: ({ id }) => id,
    run: (items) => runExtendHolds(pool, items),
  });
  const endings = new MicroBatcher<HoldSettlement, SettleOutcome>({
    keyOf: ({ id }) => id,
    run: (items) => runSettleHolds(pool, items),
  });
  const freeUses = new MicroBatcher<FreeUseItem, boolean>({
    keyOf: freeUseKey,
    run: (items) => runTakeFreeUses(pool, items),
  });
  // A balance is drawn upon a thousand times; it is delivered once.
  const served = new LruCache<string, true>(10_000);
  return {
    findEntitlement: (id) => guard(findEntitlement(pool, id)),
    markServed: async (id) => {
      if (served.get(id) === true) return;
      await guard(markServed(pool, id));
      served.set(id, true);
    },
    openHold: (hold) => guard(openings.add(hold)),
    extendHold: (extension) => guard(extensions.add(extension)),
    settleHold: (settlement) => guard(endings.add(settlement)),
    findHold: (id) => guard(findHold(pool, id)),
    sweepHolds: (limit) => guard(sweepHolds(pool, limit)),
    takeFreeUse: (use) => guard(freeUses.add(use)),
    returnFreeUse: (use) => guard(returnFreeUse(pool, use)),
  };
}

type Records = "findReceipt" | "saveInvoice" | "findInvoice" | "saveAnswer" | "findAnswer" | "recordEvents";

function recordsOf(pool: Pool): Pick<AtomicStore, Records> {
  return {
    findReceipt: (id) => guard(findReceipt(pool, id)),
    saveInvoice: (invoice) => guard(saveInvoice(pool, invoice)),
    findInvoice: (paymentHash) => guard(findInvoice(pool, paymentHash)),
    saveAnswer: (answer) => guard(saveAnswer(pool, answer)),
    findAnswer: (key) => guard(findAnswer(pool, key)),
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
