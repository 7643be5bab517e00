import type { Signer } from "@x402-paywall/core";
import { type AtomicStore, findRail, type PaywallLog, type Rail } from "@x402-paywall/proxy";
import type { Database } from "../lib/db.ts";
import { forgetRetiredNodes } from "../lib/lightning/node-rows.ts";
import { markRefundDue } from "../lib/services/payments/mark-refund-due.ts";
import { finishRefunds } from "../lib/services/payments/refunds/finish-refunds.ts";
import type { RefundDeps } from "../lib/services/payments/refunds/refund-deps.ts";
import { refundDuePayments } from "../lib/services/payments/refunds/refund-due-payments.ts";
import { reconcileAll } from "./reconcile-all.ts";
import { sweepExpired } from "./sweep-expired.ts";

/** What is done again and again by one process of all, whichever is there. */
export interface Job {
  readonly name: string;
  readonly everySeconds: number;
  /** Resolves to what was done, which stays on the job's row for an hour. */
  readonly run: () => Promise<object>;
}

/** Parts of the data plane that jobs work with. */
export interface JobPlane {
  readonly store: AtomicStore;
  readonly rails: readonly Rail[];
  readonly signer: Signer;
}

export interface JobDeps {
  readonly database: Database;
  readonly plane: JobPlane;
  /** Milliseconds. */
  readonly now: () => number;
  readonly log: PaywallLog;
  readonly logError: RefundDeps["logError"];
}

const HOLDS_AT_ONCE = 500;

/**
 * The jobs, each as often as its promise needs: a crash is put right within a minute (its lease of half a minute, a tick,
 * the rail's answer), a dead hold's rest is back soon after, what is due once a day is looked for every few minutes.
 */
export function listJobs(deps: JobDeps): readonly Job[] {
  const { database, plane, now, logError } = deps;
  const { pool, prisma } = database;
  const refunds: RefundDeps = {
    prisma,
    findRail: (id, mode) => findRail(plane.rails, id, mode),
    now,
    logError,
  };
  return [
    { name: "reconcile-payments", everySeconds: 5, run: () => reconcileAll(deps) },
    {
      name: "sweep-holds",
      everySeconds: 10,
      run: async () => ({ swept: await plane.store.sweepHolds(HOLDS_AT_ONCE) }),
    },
    {
      name: "finish-refunds",
      everySeconds: 30,
      run: async () => ({ asked: await finishRefunds(refunds) }),
    },
    {
      name: "refund-due",
      everySeconds: 300,
      run: async () => ({
        marked: await markRefundDue(pool, now()),
        refunded: await refundDuePayments(refunds),
      }),
    },
    { name: "sweep-expired", everySeconds: 600, run: () => sweepExpired(pool) },
    {
      name: "forget-nodes",
      everySeconds: 600,
      run: async () => ({ forgotten: await forgetRetiredNodes(pool) }),
    },
  ];
}
