import { presentCredential, sleep } from "@x402-paywall/core/client";
import type { CheckoutView } from "./checkout-view.ts";
import { explain, readObject, toProblem } from "./problem.ts";
import { postJson } from "./wallets.ts";

/**
 * Trades a paid invoice at `.unlock`, as often as the server asks for a moment, and shows how that goes.
 * @returns the answer of success; `undefined` where the payment opens nothing, which then is shown
 */
export async function unlock(
  view: CheckoutView,
  body: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Response | undefined> {
  view.show("unlocking");
  const answer = await presentCredential({
    send: () => postJson(view.data("unlock"), body),
    sleep,
    signal,
    credential: ["", ""],
    maxRetries: Number.POSITIVE_INFINITY,
    onRetry: (status) => view.show(status === 0 ? "offline" : "waiting"),
  }).catch(() => undefined);
  if (answer === undefined || answer.ok) return answer;
  const problem = toProblem(await readObject(answer));
  if (problem.code === "credential_redeemed") view.show("used");
  else view.show("problem", explain(problem));
  return undefined;
}
