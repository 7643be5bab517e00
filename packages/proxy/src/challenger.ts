import type { EvmOffer, Offer, Quote } from "@x402-paywall/core";
import { PaywallError } from "@x402-paywall/core";
import type { AuthenticateContext } from "./authenticate.ts";
import { ChallengeCache } from "./challenge-cache.ts";
import type { PaywallLog } from "./log.ts";
import type { Match } from "./match.ts";
import { andThen, type MaybePromise, recover } from "./maybe-async.ts";
import { DEFAULT_OFFER_TIMEOUT_MS, makeOffers } from "./offer.ts";
import type { PaywallOptions } from "./paywall-options.ts";
import { createQuote, DEFAULT_QUOTE_SECONDS } from "./price.ts";
import type { Rail } from "./rail.ts";
import { type PricedRequest, priceVisit } from "./price-visit.ts";
import { createResponder } from "./respond.ts";
import type { Refused } from "./response.ts";
import type { Site } from "./site.ts";
import type { Visit } from "./visit.ts";

/** Steps 4 and 5: price, offers, and every answer that is a refusal. */
export interface Challenger {
  /** What the request would be quoted now: x402 v1 payloads name no quote. */
  current(priced: PricedRequest): Pick<AuthenticateContext, "currentQuote" | "currentRequirements">;
  /** What was answered to the same request within this second, where nothing but the request decides. */
  findKept(visit: Visit, match: Match): Refused | undefined;
  /** A 402 with offers. @param error Why a credential was refused. */
  challenge(visit: Visit, priced: PricedRequest, error?: PaywallError): MaybePromise<Refused>;
  /** Answers an error: with a fresh challenge where it is one of the payment, else with a problem alone. Never throws. */
  refuse(visit: Visit, error: unknown): MaybePromise<Refused>;
}

export function createChallenger(options: PaywallOptions, site: Site, log: PaywallLog): Challenger {
  const { rails, rates, crypto, contentUrl } = options;
  const responder = createResponder(options, site);
  const cache = new ChallengeCache();
  const seconds = options.quoteSeconds ?? DEFAULT_QUOTE_SECONDS;
  const offerOptions = {
    rails,
    timeoutMs: options.offerTimeoutMs ?? DEFAULT_OFFER_TIMEOUT_MS,
    onError: (_: Rail, error: unknown) => log({ event: "rail_error", error }),
  };
  // A grant may be refused long after its request came in: the fresh quote starts now.
  const quote = (priced: PricedRequest): Quote =>
    createQuote({ priced, now: Math.floor(options.clock() / 1000), seconds, rates, crypto });
  const offers = (priced: PricedRequest, quoted: Quote): MaybePromise<readonly Offer[]> => {
    const { endpoint, target } = priced.match;
    const { maximum } = priced;
    const request = { quote: quoted, endpoint, resourceUrl: `${contentUrl}${site.resource(target)}` };
    return makeOffers(maximum === undefined ? request : { ...request, maximum }, offerOptions);
  };
  const challenge: Challenger["challenge"] = (visit, priced, error) => {
    const { request } = visit;
    const { match } = priced;
    const second = Math.floor(options.clock() / 1000);
    const quoted = quote(priced);
    return andThen(offers(priced, quoted), (made) => {
      const answer = responder.challenge({ request, match, quote: quoted, offers: made, error });
      if (error === undefined && made.every((offer) => offer.kind === "evm"))
        cache.keep(request, match, second, answer);
      return answer;
    });
  };
  const problem = (visit: Visit, error: unknown): Refused => {
    if (error instanceof PaywallError) {
      if (error.options.cause !== undefined)
        log({ event: "refused_with_cause", code: error.code, error: error.options.cause });
      return responder.problem(visit.request, error);
    }
    log({ event: "internal_error", error });
    return responder.problem(visit.request, new PaywallError("internal"));
  };
  return {
    current: (priced) => ({
      currentQuote: () => quote(priced),
      currentRequirements: (quoted, network) =>
        andThen(offers(priced, quoted), (made) =>
          priced.match.endpoint.wires.includes("x402")
            ? made.filter((offer) => offer.kind === "evm").find((offer) => isPayableWithV1(offer, network))
                ?.requirements
            : undefined,
        ),
    }),
    findKept: ({ request }, match) => cache.find(request, match, Math.floor(options.clock() / 1000)),
    challenge,
    refuse: (visit, error) => {
      const { match } = visit;
      if (!(error instanceof PaywallError) || error.status !== 402 || match === undefined)
        return problem(visit, error);
      return recover(
        () => andThen(priceVisit(visit, match, crypto), (priced) => challenge(visit, priced, error)),
        (second) => problem(visit, second),
      );
    },
  };
}

/** v1 knows no other scheme, and no other way than EIP-3009 to pay it. */
function isPayableWithV1({ requirements }: EvmOffer, network: string): boolean {
  const { scheme, extra } = requirements;
  return scheme === "exact" && requirements.network === network && extra["assetTransferMethod"] !== "permit2";
}
