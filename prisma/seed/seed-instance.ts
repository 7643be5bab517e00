import { hkdfSync } from "node:crypto";
import { createKeyRing } from "@x402-paywall/core";
import { createSigner, nodeCrypto } from "@x402-paywall/proxy/node";
import type { Pool } from "pg";
import type { Env } from "../../lib/env.ts";
import { createAccount } from "./create-account.ts";
import { createDemoEndpoints } from "./demo-endpoints.ts";
import { writeHistory } from "./write-history.ts";

export interface SeedResult {
  /** Whom to sign in as: the account of INIT_USER_EMAIL where there is one, else the demo creator. */
  readonly login: { readonly email: string; readonly password: string } | undefined;
  readonly notes: readonly string[];
}

const demoEmail = "demo@example.com";

/** Idempotent. Demo data goes into development instances only. @param now milliseconds; the history ends there */
export async function seedInstance(pool: Pool, env: Env, now: number): Promise<SeedResult> {
  const notes: string[] = [];
  const headless = env.initUser;
  if (headless !== undefined) {
    const made = await createAccount(pool, {
      ...headless,
      name: headless.email.split("@")[0] ?? "Owner",
      apiKey: env.initApiKey,
    });
    if (made.created) notes.push(`Created the account ${headless.email}.`);
  }
  if (env.instance === "production") return { login: headless, notes };
  const demo = { email: demoEmail, password: demoPassword(env) };
  const { workspaceId, userId, created } = await createAccount(pool, { ...demo, name: "Demo Creator" });
  if (created) notes.push(`Created the demo creator ${demoEmail}.`);
  const endpoints = await createDemoEndpoints(pool, { workspaceId, userId, origin: demoOrigin(env), now });
  if (endpoints.length > 0) {
    const signer = createSigner(createKeyRing(env.secretKeys, nodeCrypto).derive("receipt"));
    const receipts = await writeHistory(pool, { workspaceId, endpoints, signer, now });
    notes.push(`Wrote 30 days of demo history: ${receipts} receipts.`);
  }
  return { login: headless ?? demo, notes };
}

/** Of this instance alone, and the same each time: nothing to keep, and no password that a stranger could know. */
function demoPassword(env: Env): string {
  return Buffer.from(hkdfSync("sha256", env.secretKeys[0], "", "x402-paywall/demo-password", 9)).toString(
    "base64url",
  );
}

/** The demo upstream is the first one that the address policy lets through on this machine. */
function demoOrigin(env: Env): string {
  return `http://${env.egressAllow.find((entry) => entry.startsWith("127.0.0.1:")) ?? "127.0.0.1:4030"}`;
}
