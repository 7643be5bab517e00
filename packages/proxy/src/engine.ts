import type { Credential, Entitlement } from "@x402-paywall/core";
import {
  accessCookiePrefix,
  PaywallError,
  readCredential,
  toBase64Url,
  toHex,
  utf8,
} from "@x402-paywall/core";
import { createAccessReader, type ReadAccess } from "./access-tokens.ts";
import { authenticatePayment } from "./authenticate.ts";
import { bindVisit } from "./bind-visit.ts";
import { type Challenger, createChallenger } from "./challenger.ts";
import { claimPayment } from "./claim.ts";
import { createPaidGrant } from "./commit.ts";
import type { Decision, RequestHead } from "./decision.ts";
import type { Endpoint } from "./endpoint.ts";
import { createEventRecorder, type EventRecorder } from "./events.ts";
import type { GrantOutcome, GrantRequest } from "./grant.ts";
import { guardMethod, guardRequest, guardUpstream } from "./guard.ts";
import { filterRequestHeaders, filterResponseHeaders } from "./headers/index.ts";
import { createLeaseKeeper, type LeaseKeeper } from "./lease-keeper.ts";
import { assertServing, type Match, matchRoute, upstreamHost, upstreamTarget } from "./match.ts";
import { andThen, type MaybePromise, recover } from "./maybe-async.ts";
import { createOpenGrant } from "./open-grant.ts";
import { answerStatus } from "./own/status.ts";
import { answerUnlock } from "./own/unlock.ts";
import type { PaywallOptions } from "./paywall-options.ts";
import { persist } from "./persist.ts";
import type { RequestBinding } from "./request-binding.ts";
import { answerPreflight, isPreflight } from "./response.ts";
import { createOnce } from "./served-once.ts";
import type { SettleContext } from "./settle.ts";
import { parseTarget, type Target } from "./target.ts";
import { checkBinding, verifyPayment } from "./verify-payment.ts";
import { toEvent, type Visit } from "./visit.ts";

/** Steps 1 to 6, one method each; what is known of a request stands in its {@link Visit}. */
export class Engine {
  readonly #options: PaywallOptions;
  readonly #challenger: Challenger;
  readonly #events: EventRecorder;
  readonly #leases: LeaseKeeper;
  readonly #settle: SettleContext;
  readonly #loopToken: string;
  readonly #selfHosts: ReadonlySet<string>;
  readonly #served = createOnce();
  readonly #readAccess: ReadAccess;

  constructor(options: PaywallOptions) {
    const { store, clock, crypto, signer, keys } = options;
    const log = options.log ?? (() => {});
    this.#options = options;
    this.#challenger = createChallenger(options, log);
    this.#events = createEventRecorder({
      store,
      onError: (error, count) => log({ event: "events_lost", count, error }),
    });
    this.#leases = createLeaseKeeper({ store, log });
    this.#settle = { store, crypto, signer, clock, log };
    this.#readAccess = createAccessReader(keys);
    this.#loopToken = `x402-paywall-${toHex(keys.derive("loop").subarray(0, 6))}`;
    this.#selfHosts = new Set(options.selfHosts);
  }

  authorize(request: RequestHead): MaybePromise<Decision> {
    const visit: Visit = { request, startedAt: this.#options.clock(), hasCredential: false };
    return recover<Decision>(
      () => this.#decide(visit),
      (error) =>
        andThen(this.#challenger.refuse(visit, error), (refused) => {
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
    const target = parseTarget(request.target);
    if (target === undefined) return { kind: "passthrough" };
    guardRequest(request, this.#loopToken);
    if (isPreflight(request)) return answerPreflight(request);
    return andThen(this.#findEndpoint(target.slug), (endpoint) => {
      visit.endpoint = endpoint;
      visit.target = target;
      return target.own === null
        ? this.#serve(visit, endpoint, target)
        : this.#serveOwn(visit, endpoint, target);
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

  async #serveOwn(visit: Visit, endpoint: Endpoint, target: Target): Promise<Decision> {
    const { request } = visit;
    const { store, clock } = this.#settle;
    if (target.own === "status") return answerStatus(request, { endpoint, target }, { store, clock });
    visit.hasCredential = true;
    assertServing(endpoint, true);
    const { response, settled } = await answerUnlock(request, endpoint, {
      ...this.#options,
      settle: this.#settle,
    });
    const { status } = response.head;
    this.#record(visit, { kind: "paid", status, wire: "l402", receiptId: settled.receipt.id, bytes: 0 });
    return response;
  }

  #serve(visit: Visit, endpoint: Endpoint, target: Target): MaybePromise<Decision> {
    const { request } = visit;
    const match = matchRoute(endpoint, request.method, target);
    if (match.price.amount === 0n) {
      assertServing(endpoint, false);
      return { kind: "granted", grant: createOpenGrant(this.#grantRequest(visit, match), { kind: "free" }) };
    }
    visit.match = match;
    const credential = readCredential(request.headers, accessCookiePrefix);
    visit.hasCredential = credential !== undefined;
    assertServing(endpoint, visit.hasCredential);
    return andThen(bindVisit(visit, match, this.#options.crypto), (binding): MaybePromise<Decision> => {
      if (credential === undefined) return this.#challenge(visit, match, binding);
      if (credential.wire !== "access") return this.#redeem(visit, match, binding, credential);
      return this.#admit(visit, match, binding, [credential.token, ...(credential.alternatives ?? [])]);
    });
  }

  #challenge(visit: Visit, match: Match, binding: RequestBinding): MaybePromise<Decision> {
    return andThen(this.#challenger.challenge(visit, match, binding), (refused) => {
      const bytes = refused.body.length;
      this.#record(visit, { kind: "challenge", status: 402, wire: null, receiptId: null, bytes });
      return refused;
    });
  }

  /** An access token opens its resource without the store; one that fits nothing is as good as none. */
  #admit(
    visit: Visit,
    match: Match,
    binding: RequestBinding,
    tokens: readonly string[],
  ): MaybePromise<Decision> {
    const { endpoint } = match;
    const now = Math.floor(visit.startedAt / 1000);
    const fits = (entitlement: Entitlement | undefined): boolean =>
      entitlement !== undefined &&
      entitlement.endpointId === endpoint.id &&
      entitlement.mode === endpoint.mode &&
      (entitlement.scope === "*" || entitlement.scope === binding.hash);
    const entitlement = tokens.map((token) => this.#readAccess(token, now)).find(fits);
    if (entitlement === undefined) {
      visit.hasCredential = false;
      return this.#challenge(visit, match, binding);
    }
    const onServed = (): void => this.#markServed(entitlement.id);
    return {
      kind: "granted",
      grant: createOpenGrant(this.#grantRequest(visit, match), { kind: "access", onServed }),
    };
  }

  /** Step 6: authenticate, verify, claim. */
  #redeem(
    visit: Visit,
    match: Match,
    binding: RequestBinding,
    credential: Exclude<Credential, { readonly wire: "access" }>,
  ): MaybePromise<Decision> {
    const { keys, crypto, rails, store, appUrl } = this.#options;
    const { endpoint, target } = match;
    const now = Math.floor(visit.startedAt / 1000);
    const context = {
      keys,
      crypto,
      now,
      slug: endpoint.slug,
      method: visit.request.method,
      target,
      ...this.#challenger.current(match, binding),
    };
    const verified = andThen(authenticatePayment(credential, context), (claim) => {
      checkBinding(claim.quote, { match, binding }, crypto);
      return verifyPayment(claim, { endpoint, rails, store, now });
    });
    return andThen(verified, async (payment): Promise<Decision> => {
      const held = await claimPayment(payment, endpoint, this.#settle);
      const request = this.#grantRequest(visit, match, held.ref.paymentKey);
      const grant = createPaidGrant(request, { held, settle: this.#settle, leases: this.#leases, appUrl });
      return { kind: "granted", grant };
    });
  }

  #grantRequest(visit: Visit, match: Match, paymentKey?: string): GrantRequest {
    const { endpoint, target } = match;
    const { upstream } = endpoint;
    const { crypto } = this.#options;
    const asked = upstreamTarget(endpoint, target);
    return {
      endpoint,
      upstreamTarget: asked,
      upstreamHeaders: filterRequestHeaders(visit.request.headers, {
        host: upstreamHost(endpoint),
        creatorHeaders: upstream.headers,
        passAuthorization: endpoint.passAuthorization,
        viaToken: this.#loopToken,
        // Each attempt of one payment names the same key: an upstream that knows it does the work once.
        ownHeaders:
          paymentKey === undefined
            ? []
            : [["Idempotency-Key", toBase64Url(crypto.sha256(utf8(`idempotency/${paymentKey}`)))]],
      }),
      crypto,
      log: this.#settle.log,
      filterResponse: (head) =>
        filterResponseHeaders(head, {
          ...upstream,
          upstreamTarget: asked,
          publicBase: `/p/${endpoint.slug}`,
        }),
      respond: (error) => this.#challenger.refuse(visit, error),
      record: (outcome) => this.#record(visit, outcome),
    };
  }

  /** Only the first use of an entitlement is written down. */
  #markServed(entitlementId: string): void {
    if (!this.#served.first(entitlementId)) return;
    const { store, log } = this.#settle;
    void persist("markServed", () => store.markServed(entitlementId), log);
  }

  #record(visit: Visit, outcome: GrantOutcome): void {
    const event = toEvent(visit, outcome, this.#options.clock());
    if (event !== undefined) this.#events.record(event);
  }
}
