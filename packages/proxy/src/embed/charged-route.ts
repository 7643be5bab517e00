import type { Crypto, Price } from "@x402-paywall/core";
import {
  canonicalJson,
  formatPrice,
  fromUtf8,
  isJsonObject,
  parseJson,
  toBase64Url,
  utf8,
} from "@x402-paywall/core";
import type { RequestHead } from "../decision.ts";
import type { Route } from "../endpoint.ts";
import type { MaybePromise } from "../maybe-async.ts";
import type { Place } from "../place.ts";
import { type PriceFunction, type PriceInput, toPrice } from "./price-input.ts";

/** One route of the application with its price. */
export interface ChargedRoute {
  /** Where the price does not depend on the request. */
  readonly fixed: Route | undefined;
  /** The route with the price of this request, and what that was made of. */
  price(request: RequestHead): MaybePromise<Pick<Place, "route" | "basis" | "body">>;
}

export interface ChargedRouteOptions {
  /** As the configuration calls it, for errors. */
  readonly field: string;
  /** What tells it from other routes in all processes. */
  readonly label: string;
  readonly crypto: Crypto;
}

const MAX_PRICED_BODY = 1_048_576;

/** @throws PaywallConfigError */
export function createChargedRoute(input: PriceInput, options: ChargedRouteOptions): ChargedRoute {
  const { label, crypto } = options;
  const routeOf = (price: Price): Route => {
    const version = versionOf(price, crypto);
    // Where no router names the route, what is bought is good wherever exactly this is sold, and nowhere else.
    const identity = label === "" ? `price/${version}/${price.model}` : `route/${label}`;
    return {
      id: `rt_${shortHash(identity, crypto)}`,
      methods: null,
      path: label,
      price: { ...price, version },
    };
  };
  if (typeof input !== "function") {
    const route = routeOf(toPrice(input, options.field));
    return { fixed: route, price: () => ({ route }) };
  }
  return {
    fixed: undefined,
    price: async (request) => {
      const { result, body } = await run(input, request);
      const route = routeOf(toPrice(result, options.field));
      if (body === undefined) return { route };
      return { route, body, basis: `body:${toBase64Url(options.crypto.sha256(body))}` };
    },
  };
}

/** Changes with the price, alike in each process: a quote of yesterday's configuration is told from today's. */
function versionOf(price: Price, crypto: Crypto): number {
  const json = parseJson(JSON.stringify(formatPrice(price)));
  const [a = 0, b = 0, c = 0, d = 0] = crypto.sha256(utf8(isJsonObject(json) ? canonicalJson(json) : ""));
  return (((a & 0x7f) << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

async function run(
  price: PriceFunction,
  request: RequestHead,
): Promise<{ readonly result: unknown; readonly body: Uint8Array | undefined }> {
  const { method, target, readBody } = request;
  const [path = "", ...query] = target.split("?");
  let reading: Promise<Uint8Array> | undefined;
  const result = await price({
    method,
    path,
    query: new URLSearchParams(query.join("?")),
    async json() {
      reading ??= readBody?.(MAX_PRICED_BODY) ?? Promise.resolve(new Uint8Array(0));
      return parseJson(fromUtf8(await reading) ?? "");
    },
  });
  return { result, body: await reading };
}

function shortHash(text: string, crypto: Crypto): string {
  return toBase64Url(crypto.sha256(utf8(text)).subarray(0, 12));
}
