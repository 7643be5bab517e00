import { newId } from "@x402-paywall/core";
import { findRail } from "./find-rail.ts";
import type { Rail, Settlement, Unsettled } from "./rail.ts";
import { askRail, type PaymentFacts, recordSettled, type SettleContext } from "./settle.ts";
import type { ClaimRef, PaymentState, UnfinishedPayment } from "./store.ts";

export interface ReconcileOptions extends Omit<SettleContext, "leaseMs"> {
  readonly rails: readonly Rail[];
  /** How long a lease must have been over: a presentation that is a moment late shall still find its claim. */
  readonly olderThanMs: number;
  /** Payments that are looked at. */
  readonly limit: number;
}

/**
 * What became of the payments that were looked at. `busy`: somebody else holds it, or it came to its end meanwhile;
 * `lost`: could not be written down, a later run sees it again.
 */
export type ReconcileOutcome = "settled" | "released" | "unknown" | "busy" | "lost";
export type ReconcileCounts = Readonly<Record<ReconcileOutcome, number>>;

/** Longer than a rail takes to answer, short enough that a reconciler's own crash is not noticed. */
const LEASE_MS = 15_000;
/** Of rails that are asked at the same time. */
const PARALLEL = 8;
const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 600_000;

/**
 * Finishes what a crash left behind: payments whose lease ran out before they came to an end. One that never got as far
 * as the rail is released; of the others the rail says what became of them, and what it charged gets receipt, ledger rows
 * and entitlement as if nothing had happened. Each is claimed first, so that any number of reconcilers and of live
 * presentations may be at it at the same time. Throws only where the store cannot list.
 */
export async function reconcilePayments(options: ReconcileOptions): Promise<ReconcileCounts> {
  const { store, olderThanMs, limit } = options;
  const counts = { settled: 0, released: 0, unknown: 0, busy: 0, lost: 0 };
  const waiting = [...(await store.listUnfinished({ olderThanMs, limit }))];
  const work = async (): Promise<void> => {
    for (let payment = waiting.shift(); payment !== undefined; payment = waiting.shift()) {
      // One after the other: the lanes beside this one are what bounds the load on a rail.
      // oxlint-disable-next-line no-await-in-loop
      counts[await reconcileSafely(payment, options)]++;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return counts;
}

async function reconcileSafely(
  payment: UnfinishedPayment,
  options: ReconcileOptions,
): Promise<ReconcileOutcome> {
  try {
    return await reconcile(payment, options);
  } catch (error) {
    options.log({ event: "store_error", step: "reconcile", error });
    return "lost";
  }
}

async function reconcile(payment: UnfinishedPayment, options: ReconcileOptions): Promise<ReconcileOutcome> {
  const { store, crypto } = options;
  const { paymentKey, workspaceId, quote, rail, wire, payer } = payment;
  const ref = { paymentKey, owner: newId("own_", crypto) };
  const known = payer === null ? {} : { payer };
  const claimed = await store.claim({
    ...ref,
    leaseMs: LEASE_MS,
    workspaceId,
    quote,
    rail,
    wire,
    ...known,
  });
  if (claimed.outcome !== "claimed") return "busy";
  if (!isWithRail(claimed.previous)) {
    // Nothing was asked of the rail; or it was charged, and only the lease of who served it is left over.
    await store.release(ref);
    return claimed.previous === "settled" ? "settled" : "released";
  }
  return askAndRecord(payment, ref, options);
}

function isWithRail(previous: PaymentState | null): boolean {
  return previous === "settling" || previous === "unknown";
}

async function askAndRecord(
  payment: UnfinishedPayment,
  ref: ClaimRef,
  options: ReconcileOptions,
): Promise<ReconcileOutcome> {
  const { store } = options;
  const rail = findRail(options.rails, payment.rail, payment.quote.mode);
  const settlement =
    rail === undefined ? undefined : await askRail(() => rail.status(ref.paymentKey, payment.note), options);
  if (settlement === undefined || !isCertain(settlement)) {
    await askLater(payment, ref, options);
    return "unknown";
  }
  if (settlement.outcome === "settled") {
    await recordSettled(factsOfRow(payment, ref), settlement, { ...options, leaseMs: LEASE_MS });
    // Stays settled: paid and not served yet, so the same credential works until it is.
    await store.release(ref);
    return "settled";
  }
  await store.release(ref);
  return "released";
}

type Certain = Extract<Settlement, { readonly outcome: "settled" | "failed" }>;

/** What may still move (`unsettled`) stays as it is: only a payer who comes back has the proof to ask again with. */
function isCertain(settlement: Settlement | Unsettled): settlement is Certain {
  return settlement.outcome === "settled" || settlement.outcome === "failed";
}

/**
 * Asked again when a thirty-second part of its age has passed: soon while a payer waits, ever more rarely after. The pause
 * is the lease, which keeps it off the list; without an owner, a presentation may take it at any time.
 */
async function askLater(
  { quote }: UnfinishedPayment,
  ref: ClaimRef,
  options: ReconcileOptions,
): Promise<void> {
  const age = options.clock() - quote.issuedAt * 1000;
  await options.store.renew(ref, Math.round(Math.min(LAST_RETRY_MS, Math.max(FIRST_RETRY_MS, age / 32))));
  await options.store.markUnknown(ref);
}

/** Without the proof nobody knows what moved but the rail; where even that is silent, the receipt says the quote's price. */
function factsOfRow(payment: UnfinishedPayment, ref: ClaimRef): PaymentFacts {
  const { workspaceId, quote, rail, wire, payer } = payment;
  return {
    ref,
    workspaceId,
    quote,
    rail,
    wire,
    ...(payer === null ? {} : { payer }),
    settled: { asset: "USD", amount: quote.amount.toString(), unit: "1e-6", network: rail },
  };
}
