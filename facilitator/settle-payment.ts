import type { SettleResponse } from "@x402/core/types";
import { PaywallError } from "@x402-paywall/core";
import { createSchemes } from "./create-schemes.ts";
import type { Desk } from "./desk.ts";
import { findSettlement } from "./find-settlement.ts";
import type { JournalEntry } from "./journal.ts";
import type { Authorization, PaymentRequest } from "./payment-request.ts";
import { readReason } from "./read-reason.ts";
import { createAttempt } from "./settlement-attempt.ts";
import { unavailable } from "./unavailable.ts";

/**
 * Settles a payment, at most once whatever is asked how often: what was sent before is followed and not sent again, and what
 * somebody else settled is found on the chain.
 * @throws PaywallError 503 when nothing was sent and nothing can be said
 */
export async function settlePayment(desk: Desk, request: PaymentRequest): Promise<SettleResponse> {
  const { authorization, payload, requirements } = request;
  const known = desk.settlements.find(authorization.key);
  if (known !== undefined) {
    if (!pays(known, authorization)) return refuse(authorization, "duplicate_settlement");
    await desk.settlements.wait(known, desk.receiptMs);
    return answerSent(authorization, known);
  }
  await desk.network.ensureChain();
  const attempt = createAttempt(desk, authorization);
  let result: SettleResponse | undefined;
  try {
    result = await createSchemes([[desk.network.config.network, attempt.signer]]).settle(
      payload,
      requirements,
    );
  } catch (error) {
    // Whatever the scheme threw, what was sent was sent.
    if (attempt.sent === undefined) throw attempt.trouble ?? new PaywallError("internal", { cause: error });
  }
  if (attempt.sent !== undefined) return answerSent(authorization, attempt.sent);
  if (result?.success === true) return describe(authorization, "");
  if (attempt.trouble !== undefined) throw attempt.trouble;
  return answerRefused(desk, authorization, readReason(result?.errorReason), attempt.reverted);
}

/** A refusal is final only where the chain has not seen the authorization: it may have been settled before a restart. */
async function answerRefused(
  { network }: Desk,
  authorization: Authorization,
  reason: string,
  words: string | undefined,
): Promise<SettleResponse> {
  // Whose signature is false has shown nothing that could have been settled.
  if (reason.includes("signature")) return refuse(authorization, reason, words);
  const chain = await findSettlement(network, authorization).catch((error: unknown) => {
    throw unavailable(`The RPC of ${network.config.network} does not answer`, 5, error);
  });
  if (chain.state === "settled") return describe(authorization, chain.transaction);
  return chain.state === "used"
    ? refuse(authorization, "duplicate_settlement")
    : refuse(authorization, reason, words);
}

function answerSent(authorization: Authorization, { hash, end }: JournalEntry): SettleResponse {
  if (end === undefined) return { ...refuse(authorization, "settlement_pending"), transaction: hash };
  if (end.end === "settled") return describe(authorization, hash);
  if (end.end === "dropped") throw unavailable("The transaction was not taken by the node");
  if (end.instead !== undefined) return describe(authorization, end.instead);
  const failed = refuse(authorization, "invalid_exact_evm_transaction_failed", end.reason);
  return { ...failed, transaction: hash };
}

function describe({ network, payer, amount }: Authorization, transaction: string): SettleResponse {
  return { success: true, transaction, network, payer, amount: amount.toString() };
}

function refuse(
  { network, payer }: Authorization,
  errorReason: string,
  errorMessage?: string,
): SettleResponse {
  const words = errorMessage === undefined ? {} : { errorMessage };
  return { success: false, errorReason, ...words, transaction: "", network, payer };
}

function pays(entry: JournalEntry, { asset, payTo, amount }: Authorization): boolean {
  return entry.asset === asset && entry.payTo === payTo && entry.amount === amount.toString();
}
