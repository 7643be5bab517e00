import type { PaywallConfig, PriceInput } from "../src/embed/index.ts";
import { bundle, computed, createUsageReport, metered, pass, payWhatYouWant } from "../src/embed/index.ts";

/** What the compiler says about prices before anything runs: `tsc --noEmit` fails where one of these lines is no error. */
export function takePrices(take: (...prices: readonly PriceInput[]) => void): void {
  take("$0", "$0.01", "$12", "$0.000001");
  take(bundle("$1", { uses: 10 }), pass("$5", { hours: 24 }), computed("0.05", { maximum: "$0.05" }));
  take(metered({ outputTokens: "$2", deposit: "$1" }), payWhatYouWant({ minimum: "$1" }));
  take(({ query }) => (query.has("large") ? "$0.05" : "$0.01"));
  take(async ({ json }) => ((await json()) === undefined ? "$0.05" : bundle("$1", { uses: 10 })));

  // @ts-expect-error -- a number has no currency
  take(0.01);
  // @ts-expect-error -- nor has this
  take("0.01");
  // @ts-expect-error -- dollars only
  take("1 EUR");
  // @ts-expect-error -- dollars only
  take("€1");
  // @ts-expect-error -- the sign stands in front
  take("1$");
  // @ts-expect-error -- no price at all
  take(undefined);
  // @ts-expect-error -- an unknown model
  take({ model: "gift", amount: 1n });
  // @ts-expect-error -- an amount is a bigint of µUSD
  take({ model: "per-request", amount: 1 });
  // @ts-expect-error -- a function gives a price as well
  take(() => "1 EUR");
  // @ts-expect-error -- and not nothing
  take(() => undefined);
}

export const built: readonly unknown[] = [
  // @ts-expect-error -- a balance starts with a deposit
  metered({ outputTokens: "$2" }),
  // @ts-expect-error -- rates are dollars
  metered({ outputTokens: "2", deposit: "$1" }),
  // @ts-expect-error -- there is no such rate
  metered({ tokens: "$2", deposit: "$1" }),
  // @ts-expect-error -- of how many uses
  bundle("$1", {}),
  // @ts-expect-error -- for how long
  pass("$1", {}),
  // @ts-expect-error -- at most how much
  computed("body.n * 0.01", {}),
  // @ts-expect-error -- dollars only
  payWhatYouWant({ minimum: "€1" }),
];

export const configs: readonly PaywallConfig[] = [
  { secret: undefined, url: "http://localhost:3000" },
  // @ts-expect-error -- a secret is named, even where it is missing
  { url: "http://localhost:3000" },
  // @ts-expect-error -- misspelled
  { secret: "", url: "", route: { "GET /x": "$1" } },
  // @ts-expect-error -- a route without a price
  { secret: "", url: "", routes: { "GET /x": undefined } },
  // @ts-expect-error -- an access token is no wire of a payment
  { secret: "", url: "", wires: ["access"] },
];

// @ts-expect-error -- time and bytes are measured, not reported
createUsageReport().add({ seconds: 5 });
