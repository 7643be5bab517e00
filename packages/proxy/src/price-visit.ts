import type { Crypto, MicroUsd, Terms } from "@x402-paywall/core";
import {
  capOf,
  chooseAmount,
  findHeader,
  formatUsd,
  hashScope,
  needsBody,
  parseUsd,
  PaywallError,
  priceRequest,
  ruleScope,
  termsOf,
  toBase64Url,
} from "@x402-paywall/core";
import { prefersHtml } from "./accept-header.ts";
import type { RequestHead } from "./decision.ts";
import type { Match } from "./match.ts";
import { andThen, type MaybePromise } from "./maybe-async.ts";
import { readVisitBody } from "./read-visit-body.ts";
import { bindRequest, type RequestBinding } from "./request-binding.ts";
import { readFacts } from "./request-facts.ts";
import type { Visit } from "./visit.ts";

/** A request with its price: what a quote for it says, and what a credential for it must be bound to. */
export interface PricedRequest {
  readonly match: Match;
  readonly amount: MicroUsd;
  readonly terms: Terms;
  /** Of this one request. */
  readonly binding: RequestBinding;
  /** What a quote is bound to by its terms: the request, the rule, or the endpoint. */
  readonly bindingHash: string;
  /** Most that one metered answer costs: what x402 `upto` signs. */
  readonly maximum?: MicroUsd;
}

/** Step 4, once for each visit. @throws PaywallError `bad_request` for an amount that cannot be chosen. */
export function priceVisit(visit: Visit, match: Match, crypto: Crypto): MaybePromise<PricedRequest> {
  visit.priced ??= andThen(hashBody(visit, match, crypto), (bodySha256) =>
    andThen(readFacts(visit, match.target, needsBody(match.price)), (facts): PricedRequest => {
      const { endpoint, target, price, route } = match;
      const { amount, basis = visit.place?.basis } = priceRequest(price, facts);
      const { method } = visit.request;
      const terms = termsOf(price);
      const binding = bindRequest(endpoint, { method, target, bodySha256, basis }, crypto);
      const scope = terms.kind === "balance" ? "*" : ruleScope(route?.id ?? null);
      return {
        match,
        amount: chosenAmount(visit.request, match) ?? suggestedAmount(visit.request, match) ?? amount,
        terms,
        binding,
        get bindingHash() {
          return terms.kind === "use" ? binding.hash : hashScope(endpoint.id, scope, crypto);
        },
        ...(price.model === "metered" ? { maximum: capOf(price) } : {}),
      };
    }),
  );
  return visit.priced;
}

function hashBody(visit: Visit, { endpoint }: Match, crypto: Crypto): MaybePromise<string | undefined> {
  if (!endpoint.binding.body) return undefined;
  if (visit.request.bodySha256 !== undefined) return visit.request.bodySha256;
  return andThen(readVisitBody(visit, endpoint.upstream.maxRequestBytes), (body) =>
    toBase64Url(crypto.sha256(body)),
  );
}

/** A page starts with what the creator suggests; a program pays the least unless it names more. */
function suggestedAmount({ headers }: RequestHead, { price }: Match): MicroUsd | undefined {
  if (price.model !== "pay-what-you-want") return undefined;
  return prefersHtml(findHeader(headers, "accept")) ? price.suggested : undefined;
}

/** `Paywall-Amount: 0.25`, in dollars, where the payer may choose. */
function chosenAmount({ headers }: RequestHead, { price }: Match): MicroUsd | undefined {
  if (price.model !== "pay-what-you-want" && price.model !== "metered") return undefined;
  const text = findHeader(headers, "paywall-amount");
  if (text === undefined) return undefined;
  const requested = parseUsd(text.trim());
  const amount = requested === undefined ? undefined : chooseAmount(price, requested);
  if (amount !== undefined) return amount;
  const least = formatUsd(chooseAmount(price, undefined) ?? 0n);
  const message = `Send a decimal number of US dollars, at least ${least}.`;
  throw new PaywallError("bad_request", {
    detail: `Paywall-Amount: ${message}`,
    errors: [{ field: "Paywall-Amount", message }],
  });
}
