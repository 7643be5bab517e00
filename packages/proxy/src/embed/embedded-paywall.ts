import { PaywallError } from "@x402-paywall/core";
import type { Decision, RequestHead } from "../decision.ts";
import type { Endpoint } from "../endpoint.ts";
import { isFree } from "../free-quota.ts";
import { andThen, type MaybePromise } from "../maybe-async.ts";
import type { PaywallLog } from "../log.ts";
import type { UsageReport } from "../metering/usage-report.ts";
import { createPaywall, type Paywall } from "../paywall.ts";
import type { Place } from "../place.ts";
import { type ReconcileOptions, reconcilePayments } from "../reconcile.ts";
import { answerPreflight, isPreflight } from "../response.ts";
import { OWN_BASE, rootSite } from "../site.ts";
import { type ChargedRoute, createChargedRoute } from "./charged-route.ts";
import { type CreateStore, type PaywallConfig, type RailInput, resolveConfig } from "./config.ts";
import { appEndpoint, NO_UPSTREAM, readUpstream } from "./endpoints.ts";
import { defaultLog } from "./default-log.ts";
import { createOwnAnswers, type OwnAnswers } from "./own-answers.ts";
import type { Platform } from "./platform.ts";
import { checkPrice, type PriceInput } from "./price-input.ts";
import { compileRules, type RouteRule, type RouteRules } from "./route-rules.ts";

/** A request that has a price, or is for one of our own resources. */
export interface Ticket {
  /** The price is nothing, on purpose. */
  readonly isFree: boolean;
  /** Never rejects. @param usage What the application will report of its answer. */
  authorize(request: RequestHead, usage?: UsageReport): MaybePromise<Decision>;
}

/** @param route The route as its router writes it (`GET /users/:id`): what a pass or a bundle bought there is good for. */
export type ChargeRoute = (route?: string) => Ticket;

/** The paywall inside of an application: what adapters translate to their framework. */
export interface EmbeddedPaywall {
  /**
   * Whether a request is ours to decide, by the rules of `routes`; nothing is read or claimed.
   * @param target Raw.
   * @param routed What the application made of it and routes by: where either has a price, it is asked.
   */
  find(method: string, target: string, routed?: string): Ticket | undefined;
  /**
   * A price that the application's router attaches to a route itself.
   * @param field As the application's configuration calls it, for errors. @throws PaywallConfigError
   */
  charge(price: PriceInput, field?: string): ChargeRoute;
  /** Requests below a mount (`/api`) go to an upstream. @throws PaywallConfigError */
  gateway(upstream: string, price: PriceInput): (mount: string) => Ticket;
  /** Finishes what a crash left: to be called every half minute, by any process. */
  maintain(): Promise<void>;
  /** Writes what is queued; for an orderly shutdown. */
  flush(): Promise<void>;
  /** Where problem types are documented. */
  readonly docsBase: string;
  /** Where what should not happen is told. */
  readonly log: PaywallLog;
}

const MAINTAINED_AT_ONCE = 100;
/** A router names no end of routes where a mount has a parameter, or is spelled in upper case: so many are kept. */
const MAX_REMEMBERED = 1_000;
/** A presentation that is a moment late shall still find its claim. */
const OLDER_THAN_MS = 5_000;

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** A page of another origin asks first whether it may send a credential; an application knows nothing of those. */
const preflight: Ticket = {
  isFree: true,
  authorize: (request) => (isPreflight(request) ? answerPreflight(request) : { kind: "passthrough" }),
};

/** @throws PaywallConfigError that names the field and the fix. */
export function createEmbeddedPaywall(
  config: PaywallConfig,
  platform: Platform,
  fallbackRail: RailInput,
  fallbackStore?: CreateStore,
): EmbeddedPaywall {
  return new Embedded(config, platform, fallbackRail, fallbackStore);
}

class Embedded implements EmbeddedPaywall {
  readonly docsBase: string;
  readonly log: PaywallLog;
  readonly #platform: Platform;
  readonly #rules: RouteRules;
  readonly #listed = new Map<RouteRule, ChargedRoute>();
  readonly #engine: Paywall;
  readonly #own: OwnAnswers;
  readonly #reconcile: ReconcileOptions;
  #endpoint: Endpoint;

  constructor(
    config: PaywallConfig,
    platform: Platform,
    fallbackRail: RailInput,
    fallbackStore?: CreateStore,
  ) {
    const resolved = resolveConfig(config, platform, fallbackRail, fallbackStore);
    const { url, keys, clock, store, rails, rates, name, mode } = resolved;
    const { crypto } = platform;
    this.#platform = platform;
    this.docsBase = `${url}${OWN_BASE}/problems`;
    this.#endpoint = appEndpoint(config, resolved);
    this.#rules = compileRules(resolved.routes);
    for (const rule of this.#rules.all)
      this.#listed.set(rule, this.#add(rule.price, rule.key, `routes["${rule.key}"]`));
    const signer = platform.createSigner(keys.derive("receipt"));
    const { log = defaultLog } = config;
    this.log = log;
    const { docsBase } = this;
    const { workspaceId } = this.#endpoint;
    this.#reconcile = {
      store,
      rails,
      crypto,
      signer,
      clock,
      log,
      olderThanMs: OLDER_THAN_MS,
      limit: MAINTAINED_AT_ONCE,
    };
    this.#own = createOwnAnswers({
      store,
      signer,
      keys,
      crypto,
      clock,
      docsBase,
      workspaceId,
      isTest: mode === "test",
    });
    this.#engine = createPaywall({
      ...config,
      store,
      rails,
      keys,
      crypto,
      signer,
      rates,
      clock,
      docsBase,
      log,
      endpoints: { find: () => this.#endpoint },
      site: rootSite(name),
      locate: (request) => this.#locate(request),
      contentUrl: url,
      appUrl: `${url}${OWN_BASE}`,
      sandboxPayUrl: `${url}${OWN_BASE}/sandbox/pay`,
      selfHosts: [new URL(url).host],
    });
  }

  find(method: string, target: string, routed = target): Ticket | undefined {
    const asked = this.#find(method, target);
    if (routed === target || asked?.isFree === false) return asked;
    return this.#find(method, routed) ?? asked;
  }

  #find(method: string, target: string): Ticket | undefined {
    if (target.startsWith(`${OWN_BASE}/`)) {
      return {
        isFree: true,
        authorize: async (request) => (await this.#own(request)) ?? this.#engine.authorize(request),
      };
    }
    const rule = this.#rules.find(method, target);
    if (rule === "unclear")
      return { isFree: false, authorize: (request) => this.#engine.authorize(request, refuse) };
    const route = rule === undefined ? undefined : this.#listed.get(rule);
    if (route === undefined && method === "OPTIONS" && this.#sells(target)) return preflight;
    return route === undefined ? undefined : this.#ticket(route, () => this.#endpoint, true);
  }

  #sells(target: string): boolean {
    return METHODS.some((method) => this.#rules.find(method, target) !== undefined);
  }

  charge(price: PriceInput, field = "price"): ChargeRoute {
    checkPrice(price, field);
    const ticketOf = remember((route) =>
      this.#ticket(
        this.#add(price, route === "" ? "" : `charge ${route}`, field),
        () => this.#endpoint,
        false,
      ),
    );
    return (route = "") => ticketOf(route);
  }

  gateway(upstream: string, price: PriceInput): (mount: string) => Ticket {
    checkPrice(price);
    const { origin, basePath, baseQuery } = readUpstream(upstream);
    return remember((mount) => {
      const route = this.#add(price, `gateway ${mount}/*`, "price");
      const own = { ...NO_UPSTREAM, origin, basePath, baseQuery, ...(mount === "" ? {} : { mount }) };
      return this.#ticket(route, () => ({ ...this.#endpoint, upstream: own }), false);
    });
  }

  async maintain(): Promise<void> {
    await reconcilePayments(this.#reconcile);
    await this.#reconcile.store.sweepHolds(MAINTAINED_AT_ONCE);
  }

  flush(): Promise<void> {
    return this.#engine.flush();
  }

  /** Known to the endpoint where it can be: what was bought there can then be topped up. */
  #add(price: PriceInput, label: string, field: string): ChargedRoute {
    const route = createChargedRoute(price, { field, label, crypto: this.#platform.crypto });
    const { fixed } = route;
    const { routes } = this.#endpoint;
    const most = this.#rules.all.length + MAX_REMEMBERED;
    if (fixed !== undefined && routes.length < most && !routes.some(({ id }) => id === fixed.id))
      this.#endpoint = { ...this.#endpoint, routes: [...routes, fixed] };
    return route;
  }

  #ticket(route: ChargedRoute, endpoint: () => Endpoint, listed: boolean): Ticket {
    const locate = (request: RequestHead, usage?: UsageReport): MaybePromise<Place> =>
      andThen(route.price(request), (priced) => ({
        ...priced,
        endpoint: endpoint(),
        listed,
        ...(usage === undefined ? {} : { usage }),
      }));
    return {
      isFree: route.fixed !== undefined && isFree(route.fixed.price),
      authorize: (request, usage) => this.#engine.authorize(request, (asked) => locate(asked, usage)),
    };
  }

  /** For our own pages, which name a resource by its target. */
  #locate(request: RequestHead): MaybePromise<Place | undefined> {
    const rule = this.#rules.find(request.method, request.target);
    if (rule === "unclear") refuse();
    const route = rule === undefined ? undefined : this.#listed.get(rule);
    if (route === undefined) return undefined;
    return andThen(route.price(request), (priced) => ({ ...priced, endpoint: this.#endpoint, listed: true }));
  }
}

function refuse(): never {
  throw new PaywallError("bad_target", { detail: "Routers could read the path as that of another price." });
}

function remember<T>(make: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const made = known.get(name) ?? make(name);
    if (known.size < MAX_REMEMBERED) known.set(name, made);
    return made;
  };
}
