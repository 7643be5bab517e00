import {
  chargeFor,
  describePrice,
  describeTerms,
  formatPrice,
  PaywallError,
  type Price,
  priceRequest,
  readBodyFact,
  termsOf,
  type Usage,
} from "@x402-paywall/core";
import { type Endpoint, type Match, matchRoute, parseTarget } from "@x402-paywall/proxy";
import type { PriceCheckDto } from "../../query/dto.ts";
import type { RouteInput } from "./plan-routes.ts";
import type { PriceCheckInput } from "./price-check-input.ts";

/** The prices that a request is tried against. */
export interface CheckedPrices {
  readonly price: Price;
  readonly routes: readonly RouteInput[];
  readonly match: "exact" | "prefix";
}

/**
 * Which rule a request matches and what it would be quoted: by the engine's own parser, matcher and prices, so that this
 * cannot say anything else than the gateway does. Changes nothing.
 * @throws PaywallError `validation_failed` for a path that the gateway would refuse
 */
export function checkPrice(prices: CheckedPrices, request: PriceCheckInput): PriceCheckDto {
  const { route, price, target } = match(prices, request);
  const body = request.body === undefined ? undefined : new TextEncoder().encode(request.body);
  const quoted = priceRequest(price, {
    method: request.method,
    path: target.path,
    query: target.query,
    body: readBodyFact(body),
  });
  return {
    rule: route === null ? null : { index: Number(route.id), methods: route.methods, path: route.path },
    price: formatPrice(price),
    description: describePrice(price),
    amount: quoted.amount.toString(),
    terms: describeTerms(termsOf(price), quoted.amount),
    ...(quoted.failedClosed === undefined ? {} : { failedClosed: quoted.failedClosed }),
    ...(price.model === "metered" && request.usage !== undefined
      ? { charge: chargeFor(toUsage(request.usage), price).toString() }
      : {}),
  };
}

function match(prices: CheckedPrices, { method, path, query = "" }: PriceCheckInput): Match {
  try {
    const target = parseTarget(`/p/draft${path}${query === "" ? "" : `?${query}`}`);
    if (target === undefined) throw new PaywallError("bad_target");
    if (target.own !== null)
      throw new PaywallError("bad_target", { detail: "The paywall answers this path itself." });
    return matchRoute(toEndpoint(prices), method, target);
  } catch (error) {
    if (!(error instanceof PaywallError)) throw error;
    throw new PaywallError("validation_failed", {
      detail: error.message,
      errors: [{ field: "request.path", message: error.message }],
    });
  }
}

/** An endpoint with these prices, of which the matcher sees nothing else. Rules are named by their position. */
function toEndpoint({ price, routes, match: upstreamMatch }: CheckedPrices): Endpoint {
  return {
    id: "draft",
    workspaceId: "draft",
    slug: "draft",
    version: 1,
    mode: "test",
    status: "active",
    kind: "json",
    title: "",
    description: "",
    creatorName: "",
    upstream: {
      origin: "https://draft.invalid",
      basePath: "/",
      baseQuery: "",
      match: upstreamMatch,
      headers: [],
      headTimeoutMs: 1,
      idleTimeoutMs: 1,
      maxRequestBytes: 1,
    },
    defaultPrice: { ...price, version: 1 },
    routes: routes.map((route, index) => ({
      ...route,
      id: String(index),
      price: { ...route.price, version: 1 },
    })),
    wires: [],
    rails: [],
    binding: { query: false, body: false },
    passAuthorization: false,
    browserAccessSeconds: 1,
    formerPrices: [],
    revoked: new Set(),
  };
}

function toUsage({ seconds, costUsd, ...counts }: NonNullable<PriceCheckInput["usage"]>): Usage {
  const known = Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== undefined));
  const [whole = "0", fraction = ""] = costUsd?.split(".") ?? [];
  return {
    ...known,
    ...(seconds === undefined ? {} : { milliseconds: Math.round(seconds * 1000) }),
    ...(costUsd === undefined ? {} : { costPicoUsd: BigInt(whole + fraction.padEnd(12, "0")) }),
  };
}
