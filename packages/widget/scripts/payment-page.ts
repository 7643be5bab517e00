/** The payment page's script: bundled into `bundled/page-bundle.ts`, and inlined into each page. */
import { Checkout } from "../src/checkout/checkout.ts";
import { CheckoutView } from "../src/checkout/checkout-view.ts";
import { FinishedCredential } from "../src/checkout/finished-credential.ts";
import { KeptOffers } from "../src/checkout/kept-offers.ts";
import type { KeptOffer } from "../src/checkout/kept-offers.ts";
import { KeptPayment } from "../src/checkout/kept-payment.ts";
import { offerWallet } from "../src/checkout/load-wallet.ts";
import { LateWatch } from "../src/checkout/late-watch.ts";
import { PageOffers } from "../src/checkout/page-offers.ts";
import { presentPayment } from "../src/checkout/present-payment.ts";
import { asText, readObject } from "../src/checkout/problem.ts";
import { unlock } from "../src/checkout/unlock.ts";
import { offerWebLn } from "../src/checkout/web-ln.ts";
import type { PageWord } from "../src/page/page.ts";

const view = new CheckoutView<PageWord>(document);
const forever = new AbortController().signal;
/** Nothing has to be watched any more. */
const done = new AbortController();
const kept = new KeptPayment(view.data("resource"));
const offers = new KeptOffers(view.data("resource"));
const credential = new FinishedCredential(view);
const pages = new PageOffers(view, open);
const nonce = document.currentScript?.nonce ?? "";

function open(): void {
  location.replace(view.data("resource"));
}

async function redeem(offer: KeptOffer, preimage: string | undefined): Promise<void> {
  const { token } = offer;
  const forProgram = credential.isChosen;
  const body = { token, preimage, resource: view.data("resource"), as: forProgram ? "l402" : undefined };
  const unlocking = unlock(view, body, forever);
  if (forProgram) view.show("unlocking", view.word("programPaid"));
  else if (offer.until < Date.now()) view.show("unlocking", view.word("late"));
  const answer = await unlocking;
  if (answer === undefined) return;
  // Who reloads the page finds the credential again.
  if (forProgram) return credential.show(answer, () => void openHere(offer, preimage));
  offers.remove(offer.hash);
  await opened();
}

/** The same payment for this browser: nothing of it was taken yet. */
function openHere(offer: KeptOffer, preimage: string | undefined): Promise<void> {
  credential.leave();
  return redeem(offer, preimage);
}

/** Paid: what was bought is there. */
function opened(): Promise<void> | undefined {
  done.abort();
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

/** The invoice that is shown is one that may be paid later; a new one in place of another is said. */
function follow(): void {
  const [hash, token] = [view.data("hash"), view.data("token")];
  if (hash === "" || hash === shown) return;
  if (shown !== "" && (view.state === "awaiting" || view.state === "expired"))
    view.show("awaiting", view.word("renewed"));
  shown = hash;
  offers.add({ hash, token, until: Date.now() + 1000 * checkout.secondsLeft });
}

if (parent !== window) document.documentElement.className = "framed";
const late = new LateWatch(view, offers, (offer) => redeem(offer, undefined), done.signal);
// A link to a wallet stays one: what the browser has itself gets a button of its own.
const checkout = new Checkout(
  view,
  { load: (amount) => pages.load(amount), redeem, findWallet: () => undefined },
  done.signal,
);
checkout.start();
late.start();
let shown = "";
follow();
new MutationObserver(follow).observe(view.main, { attributeFilter: ["data-hash"] });
offerWebLn(view, checkout);
offerWallet({ view, checkout, resume, redeem: redeemPayment }, nonce);
view.find("buy-another")?.addEventListener("click", () => {
  for (const { hash } of offers.list) offers.remove(hash);
  location.reload();
});
// Without an invoice nothing else asks the server each second.
addEventListener("online", () => {
  if (view.state === "offline" && view.data("bolt11") === "") view.show("awaiting");
});
void resume();
