import type { Page, Route } from "playwright-core";
import * as fixtures from "./fixtures.ts";

export type MockState = "full" | "empty" | "failing" | "visitor";

const page = (items: readonly unknown[], nextCursor: string | null = null): unknown => ({
  items,
  nextCursor,
});

function answer(path: string, query: URLSearchParams, method: string, state: MockState): unknown {
  const empty = state === "empty";
  const range = (["24h", "7d", "30d", "90d"] as const).find((entry) => entry === query.get("range")) ?? "7d";
  if (path === "/me") return state === "visitor" ? fixtures.visitor : fixtures.me;
  if (path === "/inspect") return fixtures.inspection;
  if (path === "/overview") return fixtures.overview(range);
  if (path === "/endpoints" && method === "POST") return fixtures.endpoints[0];
  if (path === "/endpoints") return page(empty ? [] : fixtures.endpoints);
  if (path.endsWith("/prices")) return page(empty ? [] : fixtures.prices);
  if (path.startsWith("/endpoints/"))
    return fixtures.endpoints.find((entry) => path.startsWith(`/endpoints/${entry.id}`));
  if (path === "/payments") return page(empty ? [] : fixtures.payments, "next");
  if (path.startsWith("/payments/")) return fixtures.paymentDetail();
  if (path === "/receipts")
    return page(
      empty ? [] : [1, 2, 3].map((n) => ({ ...fixtures.receipt, id: `${fixtures.receipt.id}${n}` })),
    );
  if (path.startsWith("/receipts/")) return fixtures.receipt;
  if (path === "/api-keys" && method === "POST")
    return { ...fixtures.apiKeys[0], key: "xpw_test_4fQmR8vT2yN6cK1hJ5sD9wB3xZ7pL0aE" };
  if (path === "/api-keys") return page(empty ? [] : fixtures.apiKeys);
  if (path === "/sandbox/pay") return { preimage: "5d".repeat(32) };
  return undefined;
}

/** Stands in for `/api/v1` so that each page can be looked at in each of its states. */
export async function mockApi(target: Page, state: MockState): Promise<void> {
  await target.route("**/api/v1/**", async (route: Route) => {
    const request = route.request();
    const url = new URL(request.url());
    const path = url.pathname.replace("/api/v1", "");
    if (state === "failing" && path !== "/me") {
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
    const body = answer(path, url.searchParams, request.method(), state);
    await route.fulfill({
      status: body === undefined ? 404 : 200,
      contentType: "application/json",
      body: JSON.stringify(body ?? { code: "not_found" }),
    });
  });
}
