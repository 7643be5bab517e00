import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readEnv } from "./env.ts";

const folder = mkdtempSync(join(tmpdir(), "x402-paywall-env-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secret = Buffer.alloc(32, 7).toString("base64url");
const production = {
  NODE_ENV: "production",
  DATABASE_URL: "postgres://user:password@db.example:5432/paywall",
  APP_URL: "https://pay.example.com/",
  CONTENT_URL: "https://content.example.net",
  SECRET_KEY: secret,
  PAYWALL_DATA: folder,
};

describe("production", () => {
  it("takes what is set", () => {
    const env = readEnv({
      ...production,
      EGRESS_ALLOW: "10.0.0.1:80, [::1]:81",
      INIT_USER_EMAIL: "Owner@Example.com",
      INIT_USER_PASSWORD: "long enough",
    });
    expect(env).toMatchObject({
      instance: "production",
      appUrl: "https://pay.example.com",
      contentUrl: "https://content.example.net",
      egressAllow: ["10.0.0.1:80", "[::1]:81"],
      port: 3000,
      gatewayPort: 4020,
      initUser: { email: "owner@example.com", password: "long enough" },
    });
  });

  it("names every fault at once", () => {
    const read = () =>
      readEnv({
        NODE_ENV: "production",
        PAYWALL_DATA: folder,
        SECRET_KEY: "c2hvcnQ",
        APP_URL: "https://a.example/app",
      });
    for (const name of [
      "DATABASE_URL is not set",
      "CONTENT_URL is not set",
      "SECRET_KEY each key must have at least 32",
      "APP_URL must be an origin",
    ]) {
      expect(read).toThrow(name);
    }
  });

  it("lets no private upstream through by default, and makes no secret", () => {
    expect(readEnv(production).egressAllow).toEqual([]);
    expect(() => readEnv({ ...production, SECRET_KEY: undefined })).toThrow("SECRET_KEY is not set");
  });

  it("has no LIVE stablecoins without a facilitator, and waits as long as it is told to", () => {
    const waits = { FACILITATOR_TIMEOUT_MS: "1500", SETTLEMENT_TIMEOUT_MS: "1000" };
    expect(readEnv({ ...production, ...waits }).stablecoin).toBeUndefined();
    const live = { ...production, FACILITATORS: "https://one.example, https://two.example" };
    const { stablecoin } = readEnv({ ...live, ...waits });
    expect(stablecoin?.facilitators.map(({ url }) => url)).toEqual([
      "https://one.example",
      "https://two.example",
    ]);
    expect(stablecoin).toMatchObject({ timeoutMs: 1_500, confirmMs: 1_000 });
    expect(readEnv(live).stablecoin).not.toHaveProperty("timeoutMs");
    expect(() => readEnv({ ...live, FACILITATOR_TIMEOUT_MS: "0" })).toThrow("FACILITATOR_TIMEOUT_MS");
  });

  it("sells on the Lightning network that is set, which is the main one", () => {
    expect(readEnv(production).lightningNetwork).toBe("mainnet");
    expect(readEnv({ ...production, LIGHTNING_NETWORK: "regtest" }).lightningNetwork).toBe("regtest");
    expect(readEnv(production).fixedMsatPerUsd).toBeUndefined();
    expect(readEnv({ ...production, EXCHANGE_RATE: "live" }).fixedMsatPerUsd).toBeUndefined();
    expect(readEnv({ ...production, EXCHANGE_RATE: "fixed:1021000" }).fixedMsatPerUsd).toBe(1_021_000n);
    for (const text of ["1021000", "fixed:0", "fixed:-1", "fixed:1.5", "fixed:", "kraken"])
      expect(() => readEnv({ ...production, EXCHANGE_RATE: text })).toThrow("EXCHANGE_RATE must be live, or");
    expect(() => readEnv({ ...production, LIGHTNING_NETWORK: "bitcoin" })).toThrow(
      "LIGHTNING_NETWORK must be mainnet, testnet, signet or regtest",
    );
  });

  it("rotates: new first, then old", () => {
    const env = readEnv({
      ...production,
      SECRET_KEY: `${secret}, ${Buffer.alloc(40, 1).toString("base64url")}`,
    });
    expect(env.secretKeys.map((key) => key.length)).toEqual([32, 40]);
  });

  it.each([
    [{ INIT_USER_EMAIL: "a@example.com" }, "go together"],
    [{ INIT_API_KEY: `pk_${"a".repeat(40)}` }, "whose key is it"],
    [{ EGRESS_ALLOW: "10.0.0.1" }, "EGRESS_ALLOW must be host:port"],
    [{ PORT: "70000" }, "PORT"],
    [{ PAYWALL_ENV: "staging" }, "PAYWALL_ENV must be"],
    [{ CONTENT_URL: "ftp://x.example" }, "CONTENT_URL must be an http(s) URL"],
  ])("refuses %j", (change, message) => {
    expect(() => readEnv({ ...production, ...change })).toThrow(message);
  });
});

describe("development", () => {
  it("is what PAYWALL_ENV says, also under Next's production build", () => {
    const env = readEnv({
      NODE_ENV: "production",
      PAYWALL_ENV: "development",
      PAYWALL_DATA: folder,
      DATABASE_URL: production.DATABASE_URL,
      PORT: "3001",
      GATEWAY_PORT: "4021",
      DEMO_PORT: "4031",
      EGRESS_ALLOW: "",
    });
    expect(env).toMatchObject({
      instance: "development",
      appUrl: "http://localhost:3001",
      contentUrl: "http://127.0.0.1:4021",
      egressAllow: ["127.0.0.1:4031"],
    });
  });

  it("makes a secret once, for this user's eyes alone, and finds its own Postgres", () => {
    writeFileSync(join(folder, "postgres.json"), JSON.stringify({ port: 5433, password: "p" }));
    const [first, second] = [readEnv({ PAYWALL_DATA: folder }), readEnv({ PAYWALL_DATA: folder })];
    expect(first.secretKeys[0]).toHaveLength(32);
    expect(second.secretKeys).toEqual(first.secretKeys);
    expect(first.databaseUrl).toBe("postgres://postgres:p@127.0.0.1:5433/paywall");
    expect(statSync(join(folder, "config.json")).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(join(folder, "config.json"), "utf8"))).toHaveProperty("secretKey");
  });
});
