import type { Jwks } from "@x402-paywall/core";
import { findHeader, verifyReceipt } from "@x402-paywall/core";
import { beforeEach, expect, it } from "vitest";
import type { Decision, RequestHead } from "../decision.ts";
import { verifySignature } from "../node/crypto.ts";
import { nodePlatform } from "../node/embed/node-paywall.ts";
import { createSandboxRail, sandbox } from "../rails/sandbox/index.ts";
import { createMemoryStore, type MemoryStore } from "../stores/memory.ts";
import type { RailInput } from "./config.ts";
import { createEmbeddedPaywall, type EmbeddedPaywall } from "./embedded-paywall.ts";

const config = { secret: "own-answers-secret-0123456789abcd", url: "http://localhost:3000" };
let store: MemoryStore;
let paywall: EmbeddedPaywall;

beforeEach(() => {
  store = createMemoryStore();
  paywall = createEmbeddedPaywall(
    { ...config, store, routes: { "GET /x": "$0.01" } },
    nodePlatform,
    sandbox(),
  );
});

interface Answer {
  readonly status: number;
  readonly headers: RequestHead["headers"];
  readonly json: Record<string, unknown>;
}

async function decide(method: string, target: string, more: Partial<RequestHead> = {}): Promise<Decision> {
  const request = { method, target, headers: [], host: "localhost:3000", remoteAddress: "", ...more };
  return (await paywall.find(method, target)?.authorize(request)) ?? { kind: "passthrough" };
}

async function ask(method: string, target: string, more: Partial<RequestHead> = {}): Promise<Answer> {
  const decision = await decide(method, target, more);
  if (decision.kind !== "refused") throw new Error(`${target} is ${decision.kind}`);
  const text = new TextDecoder().decode(decision.body);
  const { status, headers } = decision.head;
  return { status, headers, json: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

const sending = (body: string): Partial<RequestHead> => ({
  readBody: async () => new TextEncoder().encode(body),
});

/** Buys `/x` with the wallet of TEST mode. @returns the id of the receipt. */
async function buy(): Promise<string> {
  const challenge = findHeader((await ask("GET", "/x")).headers, "www-authenticate") ?? "";
  const [, macaroon, bolt11] = /macaroon="([^"]+)", invoice="([^"]+)"/.exec(challenge) ?? [];
  const paid = await ask("POST", "/.paywall/sandbox/pay", sending(JSON.stringify({ bolt11 })));
  expect([paid.status, paid.json]).toEqual([200, { preimage: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  const authorization = `L402 ${macaroon}:${String(paid.json["preimage"])}`;
  const decision = await decide("GET", "/x", { headers: [["Authorization", authorization]] });
  if (decision.kind !== "granted") throw new Error("The payment was not taken");
  const { headers } = await decision.grant.commit({ status: 200, headers: [] });
  await decision.grant.finish({ complete: true, bytes: 0 });
  return findHeader(headers, "paywall-receipt") ?? "";
}

it("shows a receipt that its keys verify, and that nobody stores on the way", async () => {
  const id = await buy();
  const { status, headers, json } = await ask("GET", `/.paywall/r/${id}`);
  expect([status, findHeader(headers, "cache-control")]).toEqual([200, "no-store"]);
  expect(json).toMatchObject({ id, amount: "10000", mode: "test", endpointId: "ep_app" });
  const jwks = (await ask("GET", "/.paywall/jwks.json")).json as unknown as Jwks;
  const receipt = await verifyReceipt(String(json["jws"]), jwks, verifySignature);
  expect(receipt).toMatchObject({ id, amount: 10_000n });
});

it.each([
  ["GET", "/.paywall/r/rcp_AAAAAAAAAAAAAAAAAAAAAA", 404, "not_found"],
  ["GET", "/.paywall/r/x'; drop table", 404, "not_found"],
  ["GET", "/.paywall/r/", 404, "not_found"],
  ["POST", "/.paywall/jwks.json", 405, "method_not_allowed"],
  ["GET", "/.paywall/problems/no-such", 404, "not_found"],
  ["GET", "/.paywall/problems/__proto__", 404, "not_found"],
  ["GET", "/.paywall/sandbox/pay", 405, "method_not_allowed"],
])("answers %s %s with %d %s", async (method, target, status, code) => {
  const answer = await ask(method, target);
  expect([answer.status, answer.json["code"]]).toEqual([status, code]);
  expect(findHeader(answer.headers, "content-type")).toMatch(/^application\/problem\+json/);
});

it("describes problems under the addresses that problems name", async () => {
  const problem = (await ask("POST", "/.paywall/jwks.json")).json;
  const target = String(problem["type"]).replace(config.url, "");
  expect(target).toMatch(/^\/\.paywall\/problems\//);
  expect(paywall.docsBase).toBe(`${config.url}/.paywall/problems`);
});

it.each(["", "{", "[]", "{}", '{"bolt11":7}'])(
  "tells the wallet's user what is missing in %j",
  async (body) => {
    const answer = await ask("POST", "/.paywall/sandbox/pay", sending(body));
    expect([answer.status, answer.json["code"]]).toEqual([422, "validation_failed"]);
  },
);

it.each(["lnbcrt1", "lnbc10n1nothing", " "])("pays no invoice that is not its own: %j", async (bolt11) => {
  const answer = await ask("POST", "/.paywall/sandbox/pay", sending(JSON.stringify({ bolt11 })));
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
});

it("has no wallet in LIVE mode", async () => {
  const live: RailInput = (context) => ({ ...createSandboxRail(context), mode: "live" });
  paywall = createEmbeddedPaywall({ ...config, store, rails: [live] }, nodePlatform, sandbox());
  const decision = await decide("POST", "/.paywall/sandbox/pay", sending('{"bolt11":"lnbcrt1"}'));
  expect(decision.kind).toBe("passthrough");
});

it("answers a preflight, and leaves what it does not know to the application", async () => {
  const headers = [
    ["origin", "https://other.example"],
    ["access-control-request-method", "POST"],
  ] as const;
  const preflight = await ask("OPTIONS", "/.paywall/sandbox/pay", { headers });
  expect([preflight.status, findHeader(preflight.headers, "access-control-allow-origin")]).toEqual([
    204,
    "*",
  ]);
  for (const target of ["/.paywall/", "/.paywall/other", "/.paywall/r/a/b", "/.paywall/jwks.json/x"])
    expect([target, (await decide("GET", target)).kind]).toEqual([target, "passthrough"]);
});

it("says that the store is away, not that the receipt is none", async () => {
  store.findReceipt = () => Promise.reject(new Error("The database is away"));
  const answer = await ask("GET", "/.paywall/r/rcp_AAAAAAAAAAAAAAAAAAAAAA");
  expect([answer.status, answer.json["code"]]).toEqual([503, "store_unavailable"]);
  expect(JSON.stringify(answer.json)).not.toContain("database");
});
