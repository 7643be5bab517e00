import type { EvmOffer } from "@x402-paywall/core";
import { PaywallError } from "@x402-paywall/core";
import type { AuthenticateContext } from "./authenticate.ts";
import { ChallengeCache } from "./challenge-cache.ts";
import type { PaywallLog } from "./log.ts";
import type { Match } from "./match.ts";
import { andThen, type MaybePromise, recover } from "./maybe-async.ts";
import type { PaywallOptions } from "./paywall-options.ts";
import { type PricedRequest, priceVisit } from "./price-visit.ts";
import { createQuoter } from "./quoter.ts";
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
  const { crypto } = options;
  const responder = createResponder(options, site);
  const cache = new ChallengeCache();
  const quoter = createQuoter(options, site, log);
  const challenge: Challenger["challenge"] = (visit, priced, error) => {
    const { request } = visit;
    const { match } = priced;
    const second = Math.floor(options.clock() / 1000);
    return andThen(quoter.quoteFor(visit, priced), ({ quote, offers }) => {
      const answer = responder.challenge({ request, match, quote, offers, error });
      if (error === undefined && offers.every((offer) => offer.kind === "evm"))
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
      currentQuote: () => quoter.quote(priced),
      currentRequirements: (quoted, network) => {
        if (!priced.match.endpoint.wires.includes("x402")) return undefined;
        return andThen(
          quoter.evmOffers(priced, quoted),
          (made) =>
            made.filter((offer) => offer.kind === "evm").find((offer) => isPayableWithV1(offer, network))
              ?.requirements,
        );
      },
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
