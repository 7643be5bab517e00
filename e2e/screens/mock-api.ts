import type { Page, Request, Route } from "playwright-core";
import { checkPrice } from "../../lib/services/endpoints/check-price.ts";
import { draftCheckInput } from "../../lib/services/endpoints/price-check-input.ts";
import * as fixtures from "./fixtures.ts";
import { lightningCheck } from "./lightning-fixtures.ts";
import * as payouts from "./payout-fixtures.ts";

/**
 * `live`: as `full`, and something of it is LIVE; `lightning`: over Lightning alone; `both`: over it and stablecoins; `away`: its
 * node does not answer; `closed`: the operator has set no facilitator.
 */
export type MockState =
  | "full"
  | "live"
  | "lightning"
  | "both"
  | "away"
  | "closed"
  | "empty"
  | "failing"
  | "visitor";

const page = (items: readonly unknown[], nextCursor: string | null = null): unknown => ({
  items,
  nextCursor,
});

function answer(request: Request, state: MockState): unknown {
  const { pathname, searchParams: query } = new URL(request.url());
  const path = pathname.replace("/api/v1", "");
  const method = request.method();
  const empty = state === "empty";
  const range = (["24h", "7d", "30d", "90d"] as const).find((entry) => entry === query.get("range")) ?? "7d";
  if (path === "/me") return fixtures.meIn(state);
  if (path.startsWith("/payouts")) return answerPayouts(path, request, state);
  if (path === "/inspect") return fixtures.inspection;
  if (path === "/overview") return { ...fixtures.overview(range), mode: query.get("mode") ?? "test" };
  if (path === "/endpoints" && method === "POST") return fixtures.endpoints[0];
  if (path === "/endpoints") return page(empty ? [] : fixtures.endpointsIn(query.get("mode"), state));
  if (path.endsWith("/price-check")) return tryRequest(request);
  if (path.endsWith("/prices")) return page(empty ? [] : fixtures.prices);
  if (path.startsWith("/endpoints/"))
    return fixtures.endpoints.find((entry) => path.startsWith(`/endpoints/${entry.id}`));
  if (path === "/payments") return page(empty ? [] : fixtures.paymentsIn(query.get("mode")), "next");
  if (path.startsWith("/payments/")) return fixtures.paymentDetail(path.slice("/payments/".length));
  if (path === "/receipts")
    return page(
      empty ? [] : [1, 2, 3].map((n) => ({ ...fixtures.receipt, id: `${fixtures.receipt.id}${n}` })),
    );
  if (path.startsWith("/receipts/"))
    return state === "lightning" ? fixtures.lightningReceipt : fixtures.receipt;
  if (path === "/api-keys" && method === "POST")
    return { ...fixtures.apiKeys[0], key: "xpw_test_4fQmR8vT2yN6cK1hJ5sD9wB3xZ7pL0aE" };
  if (path === "/api-keys") return page(empty ? [] : fixtures.apiKeys);
  if (path === "/sandbox/pay") return { preimage: "5d".repeat(32) };
  return undefined;
}

function answerPayouts(path: string, request: Request, state: MockState): unknown {
  if (path.endsWith("/inspect")) return payouts.inspection(String(request.postDataJSON().address));
  if (path.endsWith("/check")) return lightningCheck(request.postDataJSON().connection);
  if (state === "closed") return payouts.unavailable;
  if (state === "lightning") return payouts.onlyLightning;
  if (state === "both" || state === "away") return payouts.both(state === "away" ? "unavailable" : null);
  return state === "live" ? payouts.connected : payouts.disconnected;
}

/** What the service itself would say. */
function tryRequest(request: Request): unknown {
  const { price, routes = [], match = "prefix", ...draft } = draftCheckInput.parse(request.postDataJSON());
  return checkPrice({ price, routes, match }, draft.request);
}

const exposed = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "authorization, content-type",
  "access-control-expose-headers": "payment-required, www-authenticate, payment-receipt",
};
const required = {
  x402Version: 2,
  resource: { url: "http://127.0.0.1:4020/p/weather-paris" },
  accepts: [
    {
      scheme: "exact",
      network: "eip155:84532",
      amount: "10000",
      asset: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
      payTo: "0x2b5ad5c4795c026514f8317c7a215e218dccd6cf",
      maxTimeoutSeconds: 60,
      extra: { name: "USDC", version: "2" },
    },
  ],
};

async function mockContent(route: Route): Promise<void> {
  const paid = (await route.request().headerValue("authorization")) !== null;
  await route.fulfill(
    paid
      ? {
          status: 200,
          headers: { ...exposed, "content-type": "application/json" },
          body: '{"city":"Paris","celsius":11.4}',
        }
      : {
          status: 402,
          headers: {
            ...exposed,
            "payment-required": btoa(JSON.stringify(required)),
            "www-authenticate": `L402 macaroon="${"AgEEbHNhdAJC".repeat(12)}", invoice="lnbcrt110n1${"p5x7kq2d".repeat(24)}", version="0"`,
          },
        },
  );
}

/** Stands in for `/api/v1` so that each page can be looked at in each of its states. */
export async function mockApi(target: Page, state: MockState): Promise<void> {
  await target.route("http://127.0.0.1:4020/**", mockContent);
  await target.route("**/api/v1/**", async (route: Route) => {
    const request = route.request();
    if (state === "failing" && !request.url().endsWith("/me")) {
      await route.fulfill({
        status: 503,
        contentType: "application/problem+json",
        body: JSON.stringify({
          code: "store_unavailable",
          status: 503,
          retryable: false,
          detail: "The database is not reachable. Nothing was lost; try again in a moment.",
        }),
      });
      return;
    }
    const body = answer(request, state);
    await route.fulfill({
      status: body === undefined ? 404 : 200,
      contentType: "application/json",
      body: JSON.stringify(body ?? { code: "not_found" }),
    });
  });
}
