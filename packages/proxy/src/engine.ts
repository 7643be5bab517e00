import type { Credential, Entitlement } from "@x402-paywall/core";
import { accessCookiePrefix, PaywallError, readCredential, toHex } from "@x402-paywall/core";
import { createAccessReader, type ReadAccess } from "./access-tokens.ts";
import { admit, fits, openPass, opens } from "./admit.ts";
import { createChallenger } from "./challenger.ts";
import { confirmVisit, isForeignNavigation } from "./confirm-visit.ts";
import type { Decision, RequestHead } from "./decision.ts";
import type { Endpoint } from "./endpoint.ts";
import type { EngineContext } from "./engine-context.ts";
import { createEventRecorder, type EventRecorder } from "./events.ts";
import { isFree, tryFreeQuota } from "./free-quota.ts";
import type { GrantOutcome } from "./grant.ts";
import { toGrantRequest } from "./grant-request.ts";
import { guardMethod, guardRequest, guardUpstream } from "./guard.ts";
import { LEASE_MS } from "./held-claim.ts";
import { createLeaseKeeper } from "./lease-keeper.ts";
import { assertServing, type Match, matchRoute } from "./match.ts";
import { andThen, type MaybePromise, recover } from "./maybe-async.ts";
import { createOpenGrant } from "./open-grant.ts";
import { answerOwn } from "./own/answer-own.ts";
import type { PaywallOptions } from "./paywall-options.ts";
import { persist } from "./persist.ts";
import { type PricedRequest, priceVisit } from "./price-visit.ts";
import { redeem } from "./redeem.ts";
import { answerPreflight, isPreflight, type Refused } from "./response.ts";
import { createOnce } from "./served-once.ts";
import { slugSite } from "./site.ts";
import { showStream } from "./show-stream.ts";
import type { Target } from "./target.ts";
import { toEvent, type Visit } from "./visit.ts";

/** Steps 1 to 6, one method each; what is known of a request stands in its {@link Visit}. */
export class Engine {
  readonly #options: PaywallOptions;
  readonly #events: EventRecorder;
  readonly #context: EngineContext;
  readonly #selfHosts: ReadonlySet<string>;
  readonly #served = createOnce();
  readonly #readAccess: ReadAccess;

  constructor(options: PaywallOptions) {
    const { store, clock, crypto, signer, keys, leaseMs = LEASE_MS } = options;
    const log = options.log ?? (() => {});
    this.#options = options;
    this.#events = createEventRecorder({
      store,
      onError: (error, count) => log({ event: "events_lost", count, error }),
    });
    this.#context = {
      options,
      site: options.site ?? slugSite,
      settle: { store, crypto, signer, clock, log, leaseMs },
      challenger: createChallenger(options, options.site ?? slugSite, log),
      leaseMs,
      leases: createLeaseKeeper({ leaseMs, log }),
      loopToken: `x402-paywall-${toHex(keys.derive("loop").subarray(0, 6))}`,
      record: (visit, outcome) => this.#record(visit, outcome),
      markServed: (entitlementId) => this.#markServed(entitlementId),
    };
    this.#readAccess = createAccessReader(keys);
    this.#selfHosts = new Set(options.selfHosts);
  }

  authorize(request: RequestHead, locate = this.#options.locate): MaybePromise<Decision> {
    const visit: Visit = { request, startedAt: this.#options.clock(), hasCredential: false, locate };
    return recover<Decision>(
      () => this.#decide(visit),
      (error) =>
        andThen(this.#context.challenger.refuse(visit, error), (refused) => {
          const { status } = refused.head;
          const kind = status >= 500 ? "failed" : "refused";
          this.#record(visit, { kind, status, wire: null, receiptId: null, bytes: refused.body.length });
          return refused;
        }),
    );
  }

  flush(): Promise<void> {
    return this.#events.flush();
  }

  #decide(visit: Visit): MaybePromise<Decision> {
    const { request } = visit;
    guardMethod(request);
    const target = this.#context.site.parse(request.target);
    if (target === undefined) return { kind: "passthrough" };
    if (visit.locate === undefined || target.own !== null) return this.#enter(visit, target);
    return andThen(visit.locate(request), (place): MaybePromise<Decision> => {
      if (place === undefined) return { kind: "passthrough" };
      visit.place = place;
      if (place.body !== undefined) visit.body = place.body;
      return this.#enter(visit, target);
    });
  }

  #enter(visit: Visit, target: Target): MaybePromise<Decision> {
    const { request, place } = visit;
    guardRequest(request, this.#context.loopToken);
    if (isPreflight(request)) return answerPreflight(request);
    return andThen(place?.endpoint ?? this.#findEndpoint(target.slug), (endpoint): MaybePromise<Decision> => {
      visit.endpoint = endpoint;
      visit.target = target;
      if (target.own === null) return this.#serve(visit, endpoint, target);
      return answerOwn(visit, endpoint, target.own, this.#context, {
        serve: (other) => this.#decide(other),
        readAccess: this.#readAccess,
      });
    });
  }

  #findEndpoint(slug: string): MaybePromise<Endpoint> {
    const found = recover(
      () => this.#options.endpoints.find(slug),
      (cause) => {
        throw new PaywallError("store_unavailable", { cause, retryAfter: 2 });
      },
    );
    return andThen(found, (endpoint) => {
      if (endpoint === undefined) throw new PaywallError("not_found", { detail: "There is no such link." });
      guardUpstream(endpoint, this.#selfHosts);
      return endpoint;
    });
  }

  #serve(visit: Visit, endpoint: Endpoint, target: Target): MaybePromise<Decision> {
    const { request } = visit;
    const match = matchVisit(visit, endpoint, target);
    if (isFree(match.price)) {
      assertServing(endpoint, false);
      return this.#giveAway(visit, match);
    }
    visit.match = match;
    const credential = readCredential(request.headers, accessCookiePrefix);
    visit.hasCredential = credential !== undefined;
    assertServing(endpoint, visit.hasCredential);
    const ready = this.#answerReady(visit, match, credential);
    if (ready !== undefined) return ready;
    return andThen(priceVisit(visit, match, this.#options.crypto), (priced): MaybePromise<Decision> => {
      if (priced.terms.kind === "use" && priced.amount === 0n) return this.#giveAway(visit, match);
      if (credential === undefined) return this.#offer(visit, priced);
      if (credential.wire !== "access") return redeem(visit, priced, credential, this.#context);
      return this.#admit(visit, priced, tokensOf(credential));
    });
  }

  #giveAway(visit: Visit, match: Match): Decision {
    const grant = createOpenGrant(toGrantRequest(visit, match, this.#context), { kind: "free" });
    return { kind: "granted", grant };
  }

  /** What needs no price: the challenge of this second, or a pass for all that a rule prices. */
  #answerReady(visit: Visit, match: Match, credential: Credential | undefined): Decision | undefined {
    if (credential === undefined) {
      const kept =
        match.price.freePerDay === undefined ? this.#context.challenger.findKept(visit, match) : undefined;
      return kept === undefined ? undefined : this.#challenged(visit, kept);
    }
    if (credential.wire !== "access") return undefined;
    const now = Math.floor(visit.startedAt / 1000);
    const pass = tokensOf(credential)
      .map((token) => this.#readAccess(token, now))
      .find((entitlement) => entitlement !== undefined && opens(entitlement, match));
    if (pass === undefined) return undefined;
    return showStream(visit, match, this.#context) ?? openPass(visit, match, pass, this.#context);
  }

  /** Nothing was presented: what the payer has free today, or the 402. */
  #offer(visit: Visit, priced: PricedRequest): MaybePromise<Decision> {
    const free = tryFreeQuota(visit, priced, this.#context);
    return andThen(free, (granted) => granted ?? this.#challenge(visit, priced));
  }

  #challenge(visit: Visit, priced: PricedRequest): MaybePromise<Decision> {
    return andThen(this.#context.challenger.challenge(visit, priced), (refused) =>
      this.#challenged(visit, refused),
    );
  }

  #challenged(visit: Visit, refused: Refused): Decision {
    const bytes = refused.body.length;
    this.#record(visit, { kind: "challenge", status: 402, wire: null, receiptId: null, bytes });
    return refused;
  }

  /** The first access token that fits; where none does, it is as if none was presented. */
  #admit(visit: Visit, priced: PricedRequest, tokens: readonly string[]): MaybePromise<Decision> {
    const now = Math.floor(visit.startedAt / 1000);
    const isGood = (entitlement: Entitlement | undefined): boolean =>
      entitlement !== undefined && fits(entitlement, priced);
    const entitlement = tokens.map((token) => this.#readAccess(token, now)).find(isGood);
    const refuse = (): MaybePromise<Decision> => {
      visit.hasCredential = false;
      return this.#offer(visit, priced);
    };
    if (entitlement === undefined) return refuse();
    if (entitlement.kind !== "pass" && isForeignNavigation(visit.request)) return confirmVisit(visit, priced);
    const shown = showStream(visit, priced.match, this.#context);
    if (shown !== undefined) return shown;
    return andThen(admit(visit, priced, entitlement, this.#context), (granted) => granted ?? refuse());
  }

  /** Only the first use of an entitlement is written down. */
  #markServed(entitlementId: string): void {
    if (!this.#served.first(entitlementId)) return;
    const { store, log } = this.#context.settle;
    void persist("markServed", () => store.markServed(entitlementId), log);
  }

  #record(visit: Visit, outcome: GrantOutcome): void {
    const event = toEvent(visit, outcome, this.#options.clock());
    if (event !== undefined) this.#events.record(event);
  }
}

function matchVisit({ request, place }: Visit, endpoint: Endpoint, target: Target): Match {
  if (place === undefined) return matchRoute(endpoint, request.method, target);
  const { route, listed } = place;
  return { endpoint, target, route, price: route.price, ...(listed ? {} : { unlisted: true }) };
}

function tokensOf(credential: Extract<Credential, { readonly wire: "access" }>): readonly string[] {
  return [credential.token, ...(credential.alternatives ?? [])];
}
