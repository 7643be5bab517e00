import type { Credential, MicroUsd, Terms } from "@x402-paywall/core";
import {
  formatUsd,
  hashScope,
  parseUsd,
  PaywallError,
  readCredential,
  ruleScope,
  termsOf,
} from "@x402-paywall/core";
import { abandonClaim, isUncertain } from "../abandon-claim.ts";
import { askStore } from "../ask-store.ts";
import { authenticatePayment } from "../authenticate.ts";
import { claimPayment } from "../claim.ts";
import type { Decision } from "../decision.ts";
import type { Endpoint, RulePrice } from "../endpoint.ts";
import type { EngineContext } from "../engine-context.ts";
import type { Match } from "../match.ts";
import type { PricedRequest } from "../price-visit.ts";
import { setHeaders } from "../response.ts";
import { settlePayment } from "../settle.ts";
import type { EntitlementRecord } from "../store.ts";
import { successHeaders } from "../success-headers.ts";
import { type VerifiedPayment, verifyPayment } from "../verify-payment.ts";
import type { Visit } from "../visit.ts";
import { answerJson, entitlementInfo } from "./info.ts";

/**
 * `/p/<slug>/.topup?entitlement=ent_…&amount=2.50`: a paid resource of our own, on every wire. What is paid adds to the
 * entitlement and opens nothing else; who pays need not own it. Presenting the same payment again says what is left.
 */
export async function answerTopUp(
  visit: Visit,
  endpoint: Endpoint,
  context: EngineContext,
): Promise<Decision> {
  const priced = await priceTopUp(visit, endpoint, context);
  visit.match = priced.match;
  visit.priced = priced;
  const credential = readCredential(visit.request.headers);
  visit.hasCredential = credential !== undefined && credential.wire !== "access";
  if (credential === undefined || credential.wire === "access") return challenge(visit, priced, context);
  const payment = await verifyTopUp(visit, priced, credential, context);
  const headers = await credit(payment, endpoint, context);
  const id = intoOf(priced.terms);
  const record = await askStore(() => context.settle.store.findEntitlement(id));
  if (record === undefined) throw new PaywallError("not_found");
  const answered = answerJson(visit, entitlementInfo(record, endpoint, context));
  context.record(visit, { kind: "paid", status: 200, wire: payment.wire, receiptId: null, bytes: 0 });
  return { ...answered, head: { status: 200, headers: setHeaders(answered.head.headers, headers) } };
}

async function challenge(visit: Visit, priced: PricedRequest, context: EngineContext): Promise<Decision> {
  const refused = await context.challenger.challenge(visit, priced);
  const bytes = refused.body.length;
  context.record(visit, { kind: "challenge", status: 402, wire: null, receiptId: null, bytes });
  return refused;
}

async function priceTopUp(visit: Visit, endpoint: Endpoint, context: EngineContext): Promise<PricedRequest> {
  const { target } = visit;
  const query = new URLSearchParams(target?.query ?? "");
  const id = query.get("entitlement") ?? "";
  const { store, crypto } = context.settle;
  const record = /^ent_[A-Za-z0-9_-]{22}$/.test(id)
    ? await askStore(() => store.findEntitlement(id))
    : undefined;
  if (record === undefined || target === undefined || record.revoked || record.endpointId !== endpoint.id) {
    throw new PaywallError("not_found", { detail: "There is no such entitlement at this endpoint." });
  }
  const match = { endpoint, target, ...findRule(record, endpoint) };
  const terms = termsOf(match.price);
  if (terms.kind === "use") throw new PaywallError("internal");
  const hash = hashScope(endpoint.id, `topup:${id}`, crypto);
  return {
    match,
    terms: { ...terms, into: id },
    amount: amountOf(match.price, query.get("amount")),
    bindingHash: hash,
    binding: { hash, newQuoteId: () => crypto.randomBytes(16), differsInBodyOnly: () => false },
  };
}

/** The rule that sells more of the same. */
function findRule(record: EntitlementRecord, endpoint: Endpoint): Pick<Match, "route" | "price"> {
  const rules = [
    ...endpoint.routes.map((route) => ({ route, price: route.price })),
    { route: null, price: endpoint.defaultPrice },
  ];
  const found = rules.find(({ route, price }) => {
    const kind = termsOf(price).kind;
    return kind === record.kind && (kind === "balance" || record.scope === ruleScope(route?.id ?? null));
  });
  if (found !== undefined) return found;
  throw new PaywallError("bad_request", {
    detail: "The creator no longer sells what this entitlement is made of.",
  });
}

function amountOf(price: RulePrice, asked: string | null): MicroUsd {
  if (price.model === "bundle" || price.model === "pass") return price.amount;
  if (price.model !== "metered") throw new PaywallError("internal");
  if (asked === null || asked === "") return price.deposit;
  const amount = parseUsd(asked);
  const least = leastTopUp(price.deposit);
  if (amount !== undefined && amount >= least && amount <= MAX_TOP_UP) return amount;
  const message = `Send a decimal number of US dollars, at least ${formatUsd(least)}.`;
  throw new PaywallError("bad_request", {
    detail: `amount: ${message}`,
    errors: [{ field: "amount", message }],
  });
}

const MAX_TOP_UP = 1_000_000_000_000_000n;

/** Small top-ups are welcome; dust only costs everybody work. */
function leastTopUp(deposit: MicroUsd): MicroUsd {
  const tenth = deposit / 10n;
  return tenth > 0n ? tenth : 1n;
}

async function verifyTopUp(
  visit: Visit,
  priced: PricedRequest,
  credential: Exclude<Credential, { readonly wire: "access" }>,
  { options, challenger }: EngineContext,
): Promise<VerifiedPayment> {
  const { endpoint, target } = priced.match;
  const now = Math.floor(visit.startedAt / 1000);
  const claim = await authenticatePayment(credential, {
    ...options,
    now,
    slug: endpoint.slug,
    method: visit.request.method,
    target,
    ...challenger.current(priced),
  });
  if (claim.quote.bindingHash !== priced.bindingHash || claim.quote.terms.kind === "use") {
    throw new PaywallError("wrong_resource", { detail: "The payment was made for something else." });
  }
  return verifyPayment(claim, { ...options, endpoint, now });
}

/** Claims and settles; a payment that was credited before changes nothing. */
export async function credit(
  payment: VerifiedPayment,
  endpoint: Endpoint,
  { settle, options }: Pick<EngineContext, "settle"> & { readonly options: { readonly appUrl: string } },
): Promise<ReturnType<typeof successHeaders>> {
  const { store, log } = settle;
  try {
    const held = await claimPayment(payment, endpoint, settle);
    try {
      const paid = held.settled ?? (await settlePayment(held, settle));
      await abandonClaim(held.ref, { uncertain: false, store, log });
      return successHeaders(paid, payment, options.appUrl);
    } catch (error) {
      await abandonClaim(held.ref, { uncertain: isUncertain(error), store, log });
      throw error;
    }
  } catch (error) {
    if (error instanceof PaywallError && error.code === "credential_redeemed") return [];
    throw error;
  }
}

function intoOf(terms: Terms): string {
  return terms.kind === "use" ? "" : (terms.into ?? "");
}
