import type { Mode, Price, RailId, ResourceKind, WireId } from "@x402-paywall/core";

/** What the data plane needs to know of an endpoint. Immutable; a change is a new object with a higher `version`. */
export interface Endpoint {
  readonly id: string;
  readonly workspaceId: string;
  readonly slug: string;
  readonly version: number;
  readonly mode: Mode;
  readonly status: "active" | "paused" | "archived";
  readonly title: string;
  /** Creator's text, for display only: never placed where an agent reads instructions. */
  readonly description: string;
  readonly creatorName: string;
  /** What the creator says that the link is; a `stream` is shown to people in a page of ours. */
  readonly kind: ResourceKind;
  readonly upstream: Upstream;
  /** What a request costs that no route matches: never nothing by accident. */
  readonly defaultPrice: RulePrice;
  /** First match in this order wins. */
  readonly routes: readonly Route[];
  readonly wires: readonly Exclude<WireId, "access">[];
  readonly rails: readonly RailId[];
  readonly binding: BindingPolicy;
  /** Forward the payer's own `Authorization`, where its scheme is not one of ours. */
  readonly passAuthorization: boolean;
  /** How long a browser that paid keeps the resource it paid for. */
  readonly browserAccessSeconds: number;
  /** Prices of the last minutes. */
  readonly formerPrices: readonly FormerPrice[];
  /** Passes that were refunded and have not expired: their tokens would still open. */
  readonly revoked: ReadonlySet<string>;
  /** Charge before the upstream is asked, where a rail could also wait for its head: for upstreams that are dear to ask. */
  readonly settleFirst?: true;
  /** Where LIVE money goes, by rail: always the creator's own. */
  readonly payouts?: Payouts;
  /** An answer that shows agents what they would buy; published in discovery documents. */
  readonly sample?: SampleAnswer;
}

export interface Payouts {
  readonly stablecoin?: StablecoinPayout;
  readonly lightning?: LightningPayout;
}

export interface LightningPayout {
  /** `ln_…`: the node that makes invoices now. */
  readonly nodeId: string;
}

export interface StablecoinPayout {
  /** EIP-55 address; the same on each network. */
  readonly payTo: string;
  /** CAIP-2, in the order of the offers. */
  readonly networks: readonly string[];
}

/** As the creator published it; at most 4 kB of text. */
export interface SampleAnswer {
  readonly contentType: string;
  readonly body: string;
}

export interface Upstream {
  /** Scheme, host and port: `https://api.example.com`. */
  readonly origin: string;
  /** Raw path that every request is placed under; starts with `/`. */
  readonly basePath: string;
  /** Path of ours in front of what is asked of it, where that is not the slug's: `/api`. */
  readonly mount?: string;
  /** Raw query that the creator registered; joined in front of the request's. */
  readonly baseQuery: string;
  /** `exact`: only the registered URL itself; `prefix`: everything under it. */
  readonly match: "exact" | "prefix";
  /** The creator's own headers (decrypted), set last so that they always win. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly headTimeoutMs: number;
  /** Longest silence within a body, either way. */
  readonly idleTimeoutMs: number;
  readonly maxRequestBytes: number;
  /** The application itself answers: its cookies, its headers and its errors pass as they are. */
  readonly firstParty?: true;
}

/** The price of a rule, and how often it was changed. */
export type RulePrice = Price & { readonly version: number };

/** A price that was in force a short while ago: its quotes are honoured until they expire. */
export interface FormerPrice {
  readonly routeId: string | null;
  readonly price: RulePrice;
}

/** A rule inside an endpoint. */
export interface Route {
  readonly id: string;
  /** Upper-case methods; `null` matches each. */
  readonly methods: readonly string[] | null;
  /** `/v1/chat` matches exactly, `/v1/*` everything below, compared after one decode of unreserved characters. */
  readonly path: string;
  readonly price: RulePrice;
}

/** Which parts of the request a payment is bound to, beside endpoint, method and path. */
export interface BindingPolicy {
  readonly query: boolean;
  readonly body: boolean;
}

/** Where the data plane finds endpoints; implementations cache and are invalidated by the control plane. */
export interface EndpointSource {
  /** Synchronous from the cache where it can be: the hot path must not wait for a microtask it does not need. */
  find(slug: string): Endpoint | undefined | Promise<Endpoint | undefined>;
}
