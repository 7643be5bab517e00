import pg from "pg";
import { createPayingFetch, type PayingWire } from "@x402-paywall/core/client";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, describe, expect, it } from "vitest";
import { createSandboxWallet } from "../clients.ts";
import { getInstance } from "../instance.ts";

const instance = getInstance();
const db = new pg.Pool({ connectionString: instance.databaseUrl, max: 1 });
afterAll(() => db.end());

async function api<T>(path: string): Promise<T> {
  const answer = await fetch(`${instance.appUrl}/api/v1${path}`, {
    headers: { authorization: `Bearer ${instance.apiKey}` },
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

interface Overview {
  readonly totals: { readonly revenue: string; readonly paidRequests: number };
  readonly endpoints: readonly { readonly revenue: string }[];
}

/** Every receipt of the workspace, page by page, as the dashboard reads them. */
async function listReceipts(): Promise<{ id: string; amount: string }[]> {
  const all: { id: string; amount: string }[] = [];
  let cursor: string | null = null;
  do {
    const query = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { items: { id: string; amount: string }[]; nextCursor: string | null } = await api(
      `/receipts?limit=50${query}`,
    );
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return all;
}

describe("our own paying fetch", () => {
  it.each<PayingWire>(["x402", "l402", "mpp"])("pays over %s", async (wire) => {
    const wallet = createSandboxWallet(instance.appUrl);
    const pay = createPayingFetch({
      wallets: {
        evm: privateKeyToAccount(generatePrivateKey()),
        lightning: { payInvoice: (invoice) => wallet.payInvoice({ invoice }) },
      },
      rateMsatPerUsd: 1_000_000n,
      budget: { totalUsd: 1_000_000n },
      prefer: [wire],
    });
    const answer = await pay(`${instance.gatewayUrls[0]}/p/test-any/v1/weather?wire=${wire}`);
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
  });
});

describe("the dashboard's revenue", () => {
  it("is the sum of the receipts, of the ledger and of the endpoints, to the unit", async () => {
    const receipts = await listReceipts();
    expect(receipts.length).toBeGreaterThan(0);
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(receipts.length);
    const sum = receipts.reduce((total, { amount }) => total + BigInt(amount), 0n);
    const overview = await api<Overview>("/overview?range=24h&mode=test");
    expect(BigInt(overview.totals.revenue)).toBe(sum);
    expect(overview.totals.paidRequests).toBe(receipts.length);
    expect(overview.endpoints.reduce((total, { revenue }) => total + BigInt(revenue), 0n)).toBe(sum);
    const ledger = await db.query<{ balance: string }>(
      `SELECT sum(amount)::text AS balance FROM ledger_entry WHERE amount > 0
       AND workspace_id = (SELECT workspace_id FROM receipt WHERE id = $1)`,
      [receipts[0]?.id],
    );
    expect(BigInt(ledger.rows[0]?.balance ?? "0")).toBe(sum);
    const whole = await db.query<{ balance: string }>(
      "SELECT sum(amount)::text AS balance FROM ledger_entry",
    );
    expect(whole.rows[0]?.balance).toBe("0");
  });
});
