import { createPayingFetch } from "@x402-paywall/core/client";

/** What a request without and with a payment was answered. */
export interface Outcome {
  readonly unpaid: number;
  readonly paid: number;
  readonly body: string;
}

/** Asks twice: without money, then with the sandbox wallet below `/.paywall/` of the app. */
export async function buy(url: string, send: typeof fetch = fetch): Promise<Outcome> {
  const first = await send(url);
  await first.body?.cancel();
  const pay = createPayingFetch({
    wallets: { lightning: { payInvoice: (bolt11) => payInvoice(new URL(url).origin, bolt11, send) } },
    rateMsatPerUsd: 1_000_000n,
    budget: { perPaymentUsd: 10_000n },
    fetch: send,
  });
  const answer = await pay(url);
  return { unpaid: first.status, paid: answer.status, body: await answer.text() };
}

async function payInvoice(
  origin: string,
  bolt11: string,
  send: typeof fetch,
): Promise<{ readonly preimage: string }> {
  const answer = await send(`${origin}/.paywall/sandbox/pay`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ bolt11 }),
  });
  if (!answer.ok) throw new Error(`The sandbox wallet answered ${answer.status}: ${await answer.text()}`);
  const paid: { readonly preimage: string } = await answer.json();
  return paid;
}
