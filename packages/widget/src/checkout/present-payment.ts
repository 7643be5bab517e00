import { presentCredential, sleep } from "@x402-paywall/core/client";
import type { PageWord } from "../page/page.ts";
import type { CheckoutView } from "./checkout-view.ts";
import type { KeptPayment } from "./kept-payment.ts";
import { explain, readObject, toProblem } from "./problem.ts";
import { postJson } from "./wallets.ts";

/** Answers that say nothing about the payment itself. */
const UNDECIDED = new Set([408, 409, 425, 429]);

/**
 * Trades what a wallet has signed for what was bought, as often as the server asks for a moment: always the same payment. It
 * is kept until it is served or refused for good.
 * @returns whether it opens what was bought; else that is shown
 */
export async function presentPayment(
  view: CheckoutView<PageWord>,
  payment: string,
  kept: KeptPayment,
): Promise<boolean> {
  kept.value = payment;
  view.show("unlocking", view.word("settling"));
  const answer = await presentCredential({
    send: () => postJson(view.data("unlock"), { payment, resource: view.data("resource") }),
    sleep,
    signal: null,
    credential: ["", ""],
    maxRetries: Number.POSITIVE_INFINITY,
    // Offline too it stays "waiting": nobody may pay in another way meanwhile.
    onRetry: (status) => view.show("waiting", view.word(status === 0 ? "offline" : "unsettled")),
  });
  const { ok, status } = answer;
  const problem = ok ? undefined : toProblem(await readObject(answer));
  const isUsed = problem?.code === "credential_redeemed";
  // After a fault of the server's money may have moved: then it is the same payment that is tried again.
  if (isUsed || (status < 500 && !UNDECIDED.has(status))) kept.value = null;
  if (isUsed) view.show("used");
  else if (problem !== undefined) view.show("problem", explain(problem));
  return ok;
}
