import type { PageWord } from "../page/page.ts";
import { fill } from "../parts/messages.ts";
import type { Checkout } from "./checkout.ts";
import type { CheckoutView } from "./checkout-view.ts";
import { fetchIsPaid } from "./fetch-is-paid.ts";
import { GRACE_MS } from "./offer-watch.ts";
import { findWebLn, WalletRefused } from "./wallets.ts";
import type { PayInvoice } from "./wallets.ts";

const PACE_MS = 1000;
const LONGEST_REASON = 200;

/**
 * Shows the button that pays with `window.webln` (https://www.webln.guide) where a browser has it, now or a moment later. It
 * then goes before the link to a wallet. Nothing is asked of the wallet until somebody presses.
 */
export function offerWebLn(
  view: CheckoutView<PageWord>,
  checkout: Pick<Checkout, "pay" | "secondsLeft">,
): void {
  const button = view.find("webln");
  const link = view.find("go");
  if (button === null || link === null) return;
  const look = (): void => {
    if (!button.hidden || findWebLn() === undefined) return;
    link.before(button);
    link.classList.add("quiet");
    button.hidden = false;
  };
  for (const moment of ["load", "focus", "webln:ready"]) addEventListener(moment, look);
  document.addEventListener("webln:ready", look);
  look();
  const follow = () => button.setAttribute("aria-disabled", String(view.isBusy || view.state === "expired"));
  new MutationObserver(follow).observe(view.main, { attributeFilter: ["data-state"] });
  button.addEventListener("click", () => {
    const pay = findWebLn();
    if (pay !== undefined) void checkout.pay(asPage(pay, view, checkout), "payingWallet");
  });
}

/**
 * Says in the page's words how a wallet ends. Its own word is not needed to go on: one that hides the preimage, or never
 * answers, has paid as soon as the server says so.
 */
function asPage(
  pay: PayInvoice,
  view: CheckoutView<PageWord>,
  checkout: Pick<Checkout, "secondsLeft">,
): PayInvoice {
  return async (bolt11) => {
    const hash = view.data("hash");
    const stop = new AbortController();
    const deadline = Date.now() + 1000 * checkout.secondsLeft + GRACE_MS;
    const paid = pay(bolt11).then(
      async (preimage) => {
        if (await isPreimage(preimage, hash)) return preimage;
        view.show("paying", view.word("webLnArriving"));
        return untilPaid(view, hash, deadline, stop.signal);
      },
      (error: unknown) => {
        throw new WalletRefused(describeRefusal(error, view));
      },
    );
    try {
      return await Promise.race([paid, untilPaid(view, hash, deadline, stop.signal)]);
    } finally {
      stop.abort();
    }
  };
}

function describeRefusal(error: unknown, view: CheckoutView<PageWord>): string {
  const reason = error instanceof Error ? error.message.slice(0, LONGEST_REASON) : "";
  if (/\buser\b.*(reject|cancel|den|abort|declin)|prompt was closed|^rejected$/i.test(reason))
    return view.word("webLnRejected");
  return fill(view.word("webLnFailed"), { reason });
}

/** Some wallets answer with zeros, or with something else. Where the page has no SubtleCrypto, the server checks alone. */
async function isPreimage(text: string, hash: string): Promise<boolean> {
  if (!/^[0-9a-f]{64}$/.test(text)) return false;
  if (!("subtle" in crypto)) return true;
  const bytes = Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") === hash;
}

/** Resolves to no preimage when the server sees the payment. @throws WalletRefused when it can no longer arrive */
async function untilPaid(
  view: CheckoutView<PageWord>,
  hash: string,
  deadline: number,
  signal: AbortSignal,
): Promise<string> {
  while (!signal.aborted && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    if (signal.aborted || (await fetchIsPaid(view.data("status"), hash, signal))) return "";
  }
  throw new WalletRefused(view.word("webLnSilent"));
}
