/** The payment page's script: bundled into `bundled/page-bundle.ts`, and inlined into each page. */
import { Checkout } from "../src/checkout/checkout.ts";
import type { LoadedOffer } from "../src/checkout/checkout.ts";
import { CheckoutView } from "../src/checkout/checkout-view.ts";
import { KeptPayment } from "../src/checkout/kept-payment.ts";
import { offerWallet } from "../src/checkout/load-wallet.ts";
import { presentPayment } from "../src/checkout/present-payment.ts";
import { asText, explain, readObject, toProblem } from "../src/checkout/problem.ts";
import { unlock } from "../src/checkout/unlock.ts";
import type { PageWord } from "../src/page/page.ts";

const view = new CheckoutView<PageWord>(document);
const forever = new AbortController().signal;
const kept = new KeptPayment(view.data("resource"));
const nonce = document.currentScript?.nonce ?? "";

/** Another rendering of this page carries the new offer, in all languages and for all prices alike. */
async function load(amount: string | undefined): Promise<LoadedOffer> {
  const url = amount === undefined ? view.data("page") : amountUrl();
  const stop = new AbortController();
  const answer = await fetch(url, {
    headers: { Accept: "text/html" },
    cache: "no-store",
    signal: stop.signal,
  });
  if (answer.status === 402) {
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    return { kind: "offer", fresh };
  }
  stop.abort();
  if (answer.ok) open();
  if (answer.ok) return { kind: "open" };
  if (amount === undefined) return { kind: "refused", text: "" };
  const told = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-store" });
  return { kind: "refused", text: explain(toProblem(await readObject(told))) };
}

function amountUrl(): string {
  const form = view.find("choose");
  if (!(form instanceof HTMLFormElement)) return view.data("page");
  const fields = [...new FormData(form)].map(([name, value]) => [
    name,
    typeof value === "string" ? value : "",
  ]);
  return `${form.action}?${new URLSearchParams(fields)}`;
}

function open(): void {
  location.replace(view.data("resource"));
}

async function redeem(offer: { readonly token: string }, preimage: string | undefined): Promise<void> {
  const body = { token: offer.token, preimage, resource: view.data("resource") };
  if ((await unlock(view, body, forever)) !== undefined) await opened();
}

/** Paid: what was bought is there. */
function opened(): Promise<void> | undefined {
  if (view.data("topup") !== "") return showTopUp();
  view.show("unlocked");
  open();
  return undefined;
}

/** Says what there is now; of somebody else's entitlement only its owner may read it. */
async function showTopUp(): Promise<void> {
  view.show("toppedUp");
  if (parent !== window) parent.postMessage({ type: "x402-paywall:topped-up" }, location.origin);
  try {
    const url = view.data("resource").replace(/([./])topup([?].*)?$/, "$1info");
    const answer = await fetch(url, { cache: "no-store" });
    const info = await readObject(answer);
    if (!answer.ok || info["entitlement"] !== view.data("topup")) return;
    view.show("toppedUp", `${view.word("toppedUp")} ${describeLeft(info)}`);
  } catch {
    // The money has arrived; only its sum is not known here.
  }
}

function describeLeft(info: Readonly<Record<string, unknown>>): string {
  const balance = asText(info["balance"]);
  const uses = info["usesLeft"];
  const name = balance === "" ? (uses === undefined ? "leftPass" : "leftUses") : "leftBalance";
  const end = new Date(asText(info["expiresAt"])).toLocaleString(document.documentElement.lang);
  return view
    .word(name)
    .replace("{balance}", `$${balance}`)
    .replace("{uses}", String(uses))
    .replace("{date}", end);
}

/** What a wallet has signed. */
async function redeemPayment(payment: string): Promise<void> {
  if (await presentPayment(view, payment, kept)) await opened();
}

/** The same payment again, where it is not known yet what became of it. */
async function resume(): Promise<boolean> {
  const payment = kept.value;
  if (payment !== null) await redeemPayment(payment);
  return payment !== null;
}

if (parent !== window) document.documentElement.className = "framed";
const checkout = new Checkout(view, { load, redeem }, forever);
checkout.start();
offerWallet({ view, checkout, resume, redeem: redeemPayment }, nonce);
// Without an invoice nothing else asks the server each second.
addEventListener("online", () => {
  if (view.state === "offline" && view.data("bolt11") === "") view.show("awaiting");
});
void resume();
