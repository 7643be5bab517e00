import { PaywallError } from "@x402-paywall/core";
import type { Grant, ResponseHead } from "./decision.ts";
import { type GrantRequest, toGrantError, upstreamSide } from "./grant.ts";
import type { HeldClaim, SettledPayment } from "./held-claim.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import { paidHeaders } from "./response.ts";
import { abandonClaim, isUncertain } from "./abandon-claim.ts";
import { persist } from "./persist.ts";
import { createOwnLease } from "./own-lease.ts";
import { settlePayment, type SettleContext } from "./settle.ts";
import { successHeaders } from "./success-headers.ts";

export interface PaidGrantOptions {
  readonly held: HeldClaim;
  readonly settle: SettleContext;
  readonly leases: LeaseKeeper;
  readonly appUrl: string;
}

/**
 * A claimed payment on its way: charged when the upstream's head is there and good, before the first byte goes out;
 * released where nobody is to be charged; finished when the last byte went out.
 */
export function createPaidGrant(request: GrantRequest, options: PaidGrantOptions): Grant {
  const { held, settle, leases } = options;
  const { payment, ref } = held;
  const { store, log } = settle;
  const lease = createOwnLease(held, settle);
  const stopLease = leases.hold(ref.paymentKey, () => lease.renew());
  let settled: SettledPayment | undefined;
  let passed: number | undefined;
  let status = 0;
  let closed = false;
  let uncertain = false;
  let committing: Promise<unknown> = Promise.resolve();

  /** True for the first who closes. */
  const close = (): boolean => {
    const first = !closed;
    closed = true;
    stopLease();
    return first;
  };
  const release = (): Promise<void> => abandonClaim(ref, { uncertain, store, log });
  const finishPaid = (paid: SettledPayment, complete: boolean, bytes: number): Promise<void> => {
    request.record({ kind: "paid", status, wire: payment.wire, receiptId: paid.receipt.id, bytes });
    // Not one byte arrived: that is no delivery, and costs none of the attempts.
    if (!complete && bytes === 0) return release();
    return persist("finish", () => store.finish(ref, { complete }), log);
  };

  const commit = async (head: ResponseHead): Promise<ResponseHead> => {
    if (closed) throw new PaywallError("internal", { detail: "The grant is closed." });
    const filtered = request.filterResponse(head);
    if (request.decide(head.status) === "pass") {
      passed = head.status;
      return { status: head.status, headers: paidHeaders(filtered, []) };
    }
    const paid = await lease.during(async () => held.settled ?? settlePayment(held, settle));
    settled = paid;
    status = head.status;
    return {
      status: head.status,
      headers: paidHeaders(filtered, successHeaders(paid, payment, options.appUrl)),
    };
  };

  return {
    ...upstreamSide(request),
    commit(head) {
      const committed = commit(head);
      // A payer may leave while the money moves: closing waits for what comes of it.
      committing = committed.catch((error: unknown) => {
        uncertain = isUncertain(error);
      });
      return committed;
    },
    async finish({ complete, bytes }) {
      await committing;
      if (!close()) return;
      if (settled !== undefined) return finishPaid(settled, complete, bytes);
      if (passed !== undefined) {
        request.record({ kind: "failed", status: passed, wire: payment.wire, receiptId: null, bytes });
      }
      return release();
    },
    async fail(error) {
      await committing;
      const known = toGrantError(error, request);
      if (close()) await release();
      const { head, body } = await request.respond(known);
      request.record({
        kind: "failed",
        status: head.status,
        wire: payment.wire,
        receiptId: null,
        bytes: body.length,
      });
      return { head, body };
    },
  };
}
