import type { PriceJson } from "@x402-paywall/core";
import type { BitcoinDto } from "./bitcoin-dto.ts";

/**
 * What `/api/v1` sends and takes: shared by the routes (which hold themselves against it) and by the components (which
 * know nothing else of the server). Money is a decimal string of µUSD (`"10000"` is 0.01 USD), time is ISO 8601.
 *
 * Routes that the pages call, all below `/api/v1`; lists take `?limit=&cursor=`:
 * - GET `/me` → MeDto (200 for everybody; `user: null` when not signed in)
 * - POST `/signup` {name, email, password} → MeDto; claims the anonymous workspace of the cookie; then next-auth `signIn`
 * - POST `/sessions/revoke-all` → 204: logs out everywhere, this browser included
 * - POST `/inspect` {url} → InspectionDto; anybody, rate-limited
 * - GET `/endpoints?status=&mode=` → PageDto<EndpointDto>; POST EndpointInput → EndpointDto (201; without a session it makes an
 *   anonymous workspace and its cookie); GET, PATCH `/endpoints/:id`
 * - POST `/endpoints/:id/pause`, `/resume`, `/restore`, `/archive` {slug} → EndpointDto
 * - POST `/endpoints/:id/mode` {mode} → EndpointDto: LIVE and back to TEST
 * - GET `/payouts` → PayoutsDto; POST `/payouts/stablecoin/inspect` {address} → PayoutInspectionDto; PUT `/payouts/stablecoin`
 *   PayoutInput → PayoutsDto, DELETE → 204: for an owner who is signed in, never with an API key
 * - POST `/payouts/lightning/check` {connection} → LightningCheckDto; PUT `/payouts/lightning` LightningPayoutInput → PayoutsDto,
 *   DELETE → 204: likewise
 * - GET `/endpoints/:id/prices` → PageDto<PriceChangeDto>
 * - POST `/endpoints/price-check` PriceCheckDraft → PriceCheckDto: for a draft; POST `/endpoints/:id/price-check`
 *   {request: PriceCheckRequest} → PriceCheckDto; both change nothing
 * - GET `/overview?range=&mode=&endpoint=` → OverviewDto
 * - GET `/payments?endpoint=&state=&mode=` → PageDto<PaymentDto>; GET `/payments/:id` → PaymentDetailDto
 * - GET `/payments/:id/refunds` → PageDto<RefundDto>; POST RefundInputDto → RefundDto (201 done, 202 not known yet), the same one
 *   again for the same `Idempotency-Key`
 * - GET `/entitlements?endpoint=&mode=` → PageDto<EntitlementDto>; GET `/entitlements/:id` → EntitlementDetailDto
 * - GET `/receipts?endpoint=&mode=` → PageDto<ReceiptDto>; GET `/receipts/:id` → ReceiptDetailDto for anybody who holds the id (a
 *   128-bit secret; it carries no more than the signed receipt); GET `/receipts.csv?endpoint=&mode=` the export
 * - GET `/api-keys` → PageDto<ApiKeyDto>; POST {name} → ApiKeyCreatedDto (201); DELETE `/api-keys/:id` → 204
 * - POST `/sandbox/pay` {bolt11} → SandboxPaymentDto
 */

export type ModeDto = "test" | "live";
export type EndpointStatusDto = "active" | "paused" | "archived";
export type EndpointKindDto = "json" | "stream" | "file" | "page" | "openapi";

export interface PageDto<T> {
  readonly items: readonly T[];
  /** Pass as `?cursor=`; `null` on the last page. */
  readonly nextCursor: string | null;
}

export interface MeDto {
  /** `null` for a visitor who holds an anonymous workspace or none. */
  readonly user: { readonly id: string; readonly email: string; readonly name: string } | null;
  readonly workspace: {
    readonly id: string;
    readonly name: string;
    readonly anonymous: boolean;
    /** Something of it is LIVE: its pages show LIVE unless TEST is asked for. */
    readonly live: boolean;
  } | null;
  /** Origin of the shared links, for a preview before the endpoint exists. */
  readonly contentUrl?: string;
  /** Millisatoshi that one US dollar buys in TEST mode, decimal string; shows prices in sat beside USD. */
  readonly msatPerUsd?: string;
  /** The same in LIVE mode, now: only where something of the workspace is sold for Bitcoin, and a rate is known. */
  readonly liveMsatPerUsd?: string;
}

/** POST /api/v1/inspect `{url}`: what the server saw when it looked at the URL. */
export interface InspectionDto {
  readonly url: string;
  readonly reachable: boolean;
  readonly status: number | null;
  readonly kind: EndpointKindDto;
  readonly contentType: string | null;
  readonly bytes: number | null;
  /** OpenAPI operations found, where the URL is a description. */
  readonly operations: number | null;
  readonly suggestedTitle: string;
  readonly suggestedSlug: string;
  readonly suggestedPrice: PriceJson;
  /** Sentences for a person: "answers 401, add a header". */
  readonly notes: readonly string[];
  /** The answer itself, where it is short text: what could be published as a sample. */
  readonly sample: SampleDto | null;
}

/** An answer that shows what is sold: at most 4 kB, published in the 402. */
export interface SampleDto {
  readonly contentType: string;
  readonly body: string;
}

export interface RouteDto {
  readonly id: string;
  readonly methods: readonly string[] | null;
  readonly path: string;
  readonly price: PriceJson;
}

export interface EndpointDto {
  readonly id: string;
  readonly slug: string;
  readonly mode: ModeDto;
  readonly status: EndpointStatusDto;
  readonly kind: EndpointKindDto;
  readonly title: string;
  readonly description: string;
  readonly upstreamUrl: string;
  readonly match: "exact" | "prefix";
  /** What costs a request that no rule matches. */
  readonly price: PriceJson;
  readonly routes: readonly RouteDto[];
  /** Names only: values are write-only. */
  readonly upstreamHeaderNames: readonly string[];
  readonly passAuthorization: boolean;
  readonly bindQuery: boolean;
  readonly bindBody: boolean;
  /** What can move its money, in its mode: `sandbox`, `stablecoin`, `lightning`. */
  readonly rails: readonly string[];
  /** Charged before the upstream is asked, not after its head. */
  readonly settleFirst: boolean;
  readonly sample: SampleDto | null;
  /** The link to share. */
  readonly url: string;
  readonly revenue: string;
  readonly paidRequests: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A price of any model; in short a decimal string of µUSD, the same for each request. */
export type PriceInput = PriceJson | string;

export interface RouteInputDto {
  readonly methods: readonly string[] | null;
  readonly path: string;
  readonly price: PriceInput;
}

/** POST /api/v1/endpoints; PATCH takes any subset. Unknown fields are refused. */
export interface EndpointInput {
  readonly url: string;
  readonly price: PriceInput;
  readonly title?: string;
  readonly description?: string;
  readonly slug?: string;
  readonly kind?: EndpointKindDto;
  readonly match?: "exact" | "prefix";
  readonly routes?: readonly RouteInputDto[];
  /** Replaces all; `null` value keeps the stored one of that name. */
  readonly upstreamHeaders?: readonly { readonly name: string; readonly value: string | null }[];
  readonly passAuthorization?: boolean;
  readonly bindQuery?: boolean;
  readonly bindBody?: boolean;
  readonly settleFirst?: boolean;
  /** `null` takes it away. */
  readonly sample?: SampleDto | null;
}

export interface PriceChangeDto {
  readonly at: string;
  readonly by: string;
  /** The rule's method and path, or `null` for the default price. */
  readonly rule: string | null;
  /** `null`: the rule was not there. */
  readonly from: PriceJson | null;
  /** `null`: it was removed. */
  readonly to: PriceJson | null;
}

/** A request as somebody imagines it, to see what it would cost. */
export interface PriceCheckRequest {
  readonly method: string;
  /** Below the link: `/` or `/v1/chat`. */
  readonly path: string;
  /** With or without its `?`. */
  readonly query?: string;
  /** As it would be sent. */
  readonly body?: string;
  /** What its answer would use. */
  readonly usage?: {
    readonly inputTokens?: number;
    readonly cachedInputTokens?: number;
    readonly outputTokens?: number;
    readonly seconds?: number;
    readonly bytes?: number;
    readonly units?: number;
    /** What the upstream would say that the answer cost it, decimal USD. */
    readonly costUsd?: string;
  };
}

/** An endpoint's prices before they are saved. */
export interface PriceCheckDraft {
  readonly price: PriceInput;
  readonly routes?: readonly RouteInputDto[];
  readonly match?: "exact" | "prefix";
  readonly request: PriceCheckRequest;
}

export interface PriceCheckDto {
  /** The rule that matches, by its position; `null` where the default price applies. */
  readonly rule: {
    readonly index: number;
    readonly methods: readonly string[] | null;
    readonly path: string;
  } | null;
  readonly price: PriceJson;
  /** The price in words. */
  readonly description: string;
  /** What a payment for this request is quoted, µUSD. */
  readonly amount: string;
  /** What it buys, in words. */
  readonly terms: string;
  /** Why a computed price costs its maximum here. */
  readonly failedClosed?: string;
  /** Metered: what such usage costs, µUSD. */
  readonly charge?: string;
}

export type PaymentStateDto =
  | "claimed"
  | "settling"
  | "settled"
  | "delivered"
  | "unknown"
  | "released"
  | "refund-due"
  | "refunded"
  | "expired";

export interface PaymentDto {
  readonly id: string;
  readonly mode: ModeDto;
  readonly state: PaymentStateDto;
  readonly endpoint: { readonly id: string; readonly title: string; readonly slug: string };
  readonly amount: string;
  readonly rail: string;
  readonly wire: string;
  readonly payer: string | null;
  readonly paymentKey: string;
  readonly receiptId: string | null;
  /** Given back so far. */
  readonly refunded: string;
  readonly createdAt: string;
}

export interface PaymentDetailDto extends PaymentDto {
  readonly timeline: readonly {
    readonly at: string;
    readonly state: string;
    readonly detail: string | null;
  }[];
  readonly attempts: number;
  readonly quote: Readonly<Record<string, unknown>>;
  /** What the receipt says; less than `amount` where a maximum was captured in part, `null` where nothing was charged. */
  readonly charged: string | null;
  /** What its receipt says of Bitcoin, where that was paid. */
  readonly bitcoin: BitcoinDto | null;
  /** Latest first. */
  readonly refunds: readonly RefundDto[];
  /** What can be given back now. */
  readonly refundable: string;
  /** Why nothing can be given back, and what to do instead. */
  readonly refundHint: string | null;
  /** Since when the payer is owed the money. */
  readonly refundDueAt: string | null;
  /** What it bought, as far as it is left. */
  readonly entitlement: EntitlementDto | null;
}

/** `unknown`: the rail did not say; it is asked again. */
export type RefundStateDto = "pending" | "done" | "failed" | "unknown";

export interface RefundDto {
  readonly id: string;
  readonly amount: string;
  readonly state: RefundStateDto;
  readonly reason: string;
  /** The rail's, once it is done. */
  readonly reference: string | null;
  readonly createdAt: string;
  readonly settledAt: string | null;
}

/** POST /api/v1/payments/:id/refunds. */
export interface RefundInputDto {
  /** Absent: all that is left. */
  readonly amount?: string;
  readonly reason?: string;
}

export type EntitlementKindDto = "pass" | "uses" | "balance";

export interface EntitlementDto {
  readonly id: string;
  readonly kind: EntitlementKindDto;
  readonly mode: ModeDto;
  readonly state: "open" | "expired" | "revoked";
  readonly endpoint: { readonly id: string; readonly title: string; readonly slug: string };
  /** `null`: not counted. */
  readonly usesLeft: number | null;
  /** Of a balance: paid in (less what was given back), used, reserved by answers that run now, and what is left. */
  readonly deposited: string;
  readonly spent: string;
  readonly held: string;
  readonly available: string;
  readonly expiresAt: string;
  readonly createdAt: string;
}

export interface EntitlementDetailDto extends EntitlementDto {
  /** The payment that opened it. */
  readonly paymentId: string | null;
  /** What drew on it, latest first, at most a hundred. */
  readonly holds: readonly HoldDto[];
}

export interface HoldDto {
  readonly id: string;
  readonly state: "held" | "settled" | "released";
  /** Reserved. */
  readonly amount: string;
  /** Charged, or used so far. */
  readonly captured: string;
  readonly uses: number;
  readonly createdAt: string;
  readonly settledAt: string | null;
}

export interface ReceiptDto {
  readonly id: string;
  readonly mode: ModeDto;
  readonly endpoint: { readonly id: string; readonly title: string; readonly slug: string };
  readonly amount: string;
  readonly rail: string;
  readonly wire: string;
  readonly payer: string | null;
  readonly reference: string;
  readonly settledAt: string;
}

export interface ReceiptDetailDto extends ReceiptDto {
  readonly bitcoin: BitcoinDto | null;
  readonly jws: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export type RangeDto = "24h" | "7d" | "30d" | "90d";

/**
 * GET /api/v1/overview?range=7d&mode=test. `previous` is the same span before, for the deltas. Revenue is Σ receipts less
 * Σ refunds that were made within the span, so a bucket may be below zero.
 */
export interface OverviewDto {
  readonly range: RangeDto;
  readonly mode: ModeDto;
  readonly totals: OverviewTotalsDto;
  readonly previous: OverviewTotalsDto;
  /** One row a bucket, oldest first, empty buckets included. */
  readonly series: readonly {
    readonly at: string;
    readonly revenue: string;
    readonly refunded: string;
    readonly paidRequests: number;
    readonly byWire: Readonly<Record<string, string>>;
    readonly payers?: number;
    readonly challenges?: number;
  }[];
  readonly endpoints: readonly {
    readonly id: string;
    readonly title: string;
    readonly slug: string;
    readonly revenue: string;
    readonly paidRequests: number;
  }[];
}

export interface OverviewTotalsDto {
  readonly revenue: string;
  /** Given back; `revenue` has it subtracted. */
  readonly refunded: string;
  readonly paidRequests: number;
  /** Different payers; one whom the rail does not name (Lightning) counts once for each payment. */
  readonly payers: number;
  readonly challenges: number;
}

export interface ApiKeyDto {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

/** The whole key, shown once. */
export interface ApiKeyCreatedDto extends ApiKeyDto {
  readonly key: string;
}

export interface SandboxPaymentDto {
  /** 64 hex characters. */
  readonly preimage: string;
}
