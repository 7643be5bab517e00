import { randomBytes } from "node:crypto";
import type { Pool } from "pg";

export interface TestWorkspace {
  readonly id: string;
  readonly name: string;
}

export interface TestEndpoint {
  readonly id: string;
  readonly workspaceId: string;
  readonly slug: string;
}

/** Columns of `endpoint` that a test may choose; the rest has the schema's defaults. */
export interface EndpointOverrides {
  readonly workspaceId?: string;
  readonly slug?: string;
  readonly mode?: "test" | "live";
  readonly status?: "active" | "paused" | "archived";
  readonly title?: string;
  readonly upstreamOrigin?: string;
  readonly upstreamBasePath?: string;
  readonly upstreamMatch?: "exact" | "prefix";
  /** A flat price, µUSD. */
  readonly price?: bigint;
  /** Any other price, as JSON. */
  readonly pricing?: object;
  /** Of the mode unless given. */
  readonly rails?: readonly string[];
}

/** A key of anvil's mnemonic: nobody's money. EIP-55. */
export const testPayTo = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

export interface PayoutOverrides {
  readonly address?: string;
  readonly networks?: readonly string[];
}

/** Where the workspace's LIVE stablecoins go. */
export async function makePayout(
  pool: Pool,
  workspaceId: string,
  { address = testPayTo, networks = ["eip155:84532"] }: PayoutOverrides = {},
): Promise<void> {
  await pool.query(
    `insert into payout (workspace_id, rail, address, networks, kind, created_by, updated_by)
     values ($1, 'stablecoin', $2, $3, 'account', 'usr_test', 'usr_test')`,
    [workspaceId, address, networks],
  );
}

/** JSON of a flat price. */
export function flatPricing(amount: bigint): object {
  return { model: "per-request", amount: `${amount}` };
}

function newId(prefix: string): string {
  return `${prefix}_${randomBytes(16).toString("base64url")}`;
}

/** A tenant of its own: tests share no rows. */
export async function makeWorkspace(
  pool: Pool,
  overrides: { readonly name?: string } = {},
): Promise<TestWorkspace> {
  const workspace = { id: newId("ws"), name: overrides.name ?? "Test creator" };
  await pool.query("insert into workspace (id, name) values ($1, $2)", [workspace.id, workspace.name]);
  return workspace;
}

/** An endpoint, in a workspace of its own unless one is given. */
export async function makeEndpoint(pool: Pool, overrides: EndpointOverrides = {}): Promise<TestEndpoint> {
  const workspaceId = overrides.workspaceId ?? (await makeWorkspace(pool)).id;
  const id = newId("ep");
  const slug = overrides.slug ?? `test-${randomBytes(6).toString("hex")}`;
  await pool.query(
    `insert into endpoint (id, workspace_id, slug, mode, status, title, upstream_origin, upstream_base_path, upstream_match, pricing, rails)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      id,
      workspaceId,
      slug,
      overrides.mode ?? "test",
      overrides.status ?? "active",
      overrides.title ?? "Test endpoint",
      overrides.upstreamOrigin ?? "https://upstream.example",
      overrides.upstreamBasePath ?? "/",
      overrides.upstreamMatch ?? "prefix",
      overrides.pricing ?? flatPricing(overrides.price ?? 10_000n),
      overrides.rails ?? [overrides.mode === "live" ? "stablecoin" : "sandbox"],
    ],
  );
  return { id, workspaceId, slug };
}
