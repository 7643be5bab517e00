import { PaywallError, toBase64Url, utf8 } from "@x402-paywall/core";
import { abandonClaim } from "./abandon-claim.ts";
import { askStore } from "./ask-store.ts";
import type { EngineContext } from "./engine-context.ts";
import type { HeldClaim } from "./held-claim.ts";
import { KEPT_SECONDS } from "./recording-grant.ts";

/**
 * The first payment that is claimed with a payer's identifier (x402 `payment-identifier`) has it for a day: somebody who
 * lost an answer and signs anew under the same identifier is told so before anything is charged. Who the payer is says the
 * verified signature, so nobody takes another's identifier.
 * @throws PaywallError `idempotency_mismatch`, `store_unavailable`; the claim is given back.
 */
export async function bindIdentifier(
  held: HeldClaim,
  identifier: string | undefined,
  { settle }: Pick<EngineContext, "settle">,
): Promise<HeldClaim> {
  const { proof, verification } = held.payment;
  if (identifier === undefined || proof.kind === "preimage") return held;
  const { store, crypto, clock, log } = settle;
  const hash = (text: string): string => toBase64Url(crypto.sha256(utf8(text)));
  const key = hash(`payment-identifier/${held.endpoint.id}/${proof.authorization.from}/${identifier}`);
  const bindingHash = hash(verification.paymentKey);
  const expiresAt = Math.floor(clock() / 1000) + KEPT_SECONDS;
  try {
    const mark = { key, bindingHash, status: 409, headers: [], body: new Uint8Array(0), expiresAt };
    await askStore(() => store.saveAnswer(mark));
    const first = await askStore(() => store.findAnswer(key));
    if (first !== undefined && first.bindingHash !== bindingHash) throw taken();
    return held;
  } catch (error) {
    // What an earlier presentation has charged, or may have, stays written down as that.
    const uncertain = held.settled !== null || held.repeated;
    await abandonClaim(held.ref, { uncertain, store, log });
    throw error;
  }
}

function taken(): PaywallError {
  return new PaywallError("idempotency_mismatch", {
    detail:
      "Another payment came with this payment-identifier before. Repeat that one, or send a new identifier. Nothing was charged.",
  });
}
