import type { EvmChain, PaymentPageInput } from "@x402-paywall/core";
import { fromUtf8 } from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import { createWorld, curve, headerOf, keys, makeEndpoint, nodeCrypto } from "../../test/engine-fixtures.ts";
import type { Decision } from "../decision.ts";
import { nodePlatform } from "../node/embed/node-paywall.ts";
import { createEmbeddedPaywall } from "../embed/embedded-paywall.ts";
import type { PaywallOptions } from "../paywall-options.ts";
import { createSandboxRail, sandbox } from "../rails/sandbox/index.ts";

const walletScript = 'Reflect.set(globalThis, "x", "ü");';
const BROWSER = ["Accept", "text/html"] as const;

function refused(decision: Decision): Extract<Decision, { readonly kind: "refused" }> {
  if (decision.kind !== "refused") throw new Error(`It is ${decision.kind}`);
  return decision;
}

/** What a page was given. */
async function asked(
  options: Partial<PaywallOptions>,
  endpoint = makeEndpoint(),
): Promise<PaymentPageInput | undefined> {
  const inputs: PaymentPageInput[] = [];
  const page = (input: PaymentPageInput) => {
    inputs.push(input);
    return { html: "", csp: "" };
  };
  await createWorld({ page, ...options }, endpoint).get("/p/demo/v1/x", [BROWSER]);
  return inputs[0];
}

describe("the wallet's script", () => {
  it("is served at the address that pages name, for good", async () => {
    const url = (await asked({ walletScript }))?.walletScriptUrl ?? "";
    expect(url).toMatch(/^\/p\/demo\/\.wallet\.js\?v=[\w-]{12}$/);
    const { head, body } = refused(await createWorld({ walletScript }).get(url));
    expect(head.status).toBe(200);
    expect(fromUtf8(body)).toBe(walletScript);
    expect(headerOf({ kind: "refused", head, body }, "content-type")).toBe("text/javascript; charset=utf-8");
    expect(headerOf({ kind: "refused", head, body }, "x-content-type-options")).toBe("nosniff");
    expect(headerOf({ kind: "refused", head, body }, "cache-control")).toBe(
      "public, max-age=31536000, immutable",
    );
  });

  it("is not kept under the address of another version, or of none", async () => {
    const other = (await asked({ walletScript: "other" }))?.walletScriptUrl ?? "";
    for (const url of [other, "/p/demo/.wallet.js", "/p/demo/.wallet.js?v="]) {
      const decision = await createWorld({ walletScript }).get(url);
      expect(refused(decision).head.status).toBe(200);
      expect(headerOf(decision, "cache-control")).toBe("no-cache");
    }
  });

  it("has a head, is written by nobody, and is not there where the paywall has none", async () => {
    const world = createWorld({ walletScript });
    const head = refused(await world.get("/p/demo/.wallet.js", [], { method: "HEAD" }));
    expect([head.head.status, head.body.length]).toEqual([200, 0]);
    expect(refused(await world.get("/p/demo/.wallet.js", [], { method: "POST" })).head.status).toBe(405);
    expect(refused(await createWorld().get("/p/demo/.wallet.js")).head.status).toBe(404);
    // What only looks like it belongs to the upstream.
    expect(refused(await world.get("/p/demo/x/.wallet.js")).head.status).toBe(402);
  });

  it("is served inside of an application too", async () => {
    const config = { secret: "x".repeat(32), url: "http://localhost:3000", walletScript };
    const paywall = createEmbeddedPaywall({ ...config, routes: { "GET /x": "$1" } }, nodePlatform, sandbox());
    const target = "/.paywall/wallet.js";
    const request = {
      method: "GET",
      target,
      headers: [],
      host: "localhost:3000",
      remoteAddress: "127.0.0.1",
    };
    const decision = await paywall.find("GET", target)?.authorize(request);
    expect(decision?.kind === "refused" && fromUtf8(decision.body)).toBe(walletScript);
  });
});

describe("a page is told of it", () => {
  it("not where there is no script, or nothing that a wallet could pay", async () => {
    expect((await asked({}))?.walletScriptUrl).toBeUndefined();
    expect(
      (await asked({ walletScript }, makeEndpoint({ wires: ["l402"] })))?.walletScriptUrl,
    ).toBeUndefined();
  });

  it("with the networks as the rail names them", async () => {
    const chain: EvmChain = { network: "eip155:84532", name: "Base Sepolia", currency: "ETH" };
    const inner = createSandboxRail({ keys, crypto: nodeCrypto, clock: () => 1_800_000_000_000, curve });
    const rail: typeof inner = {
      ...inner,
      offer: async (request) =>
        (await inner.offer(request)).map((offer) => (offer.kind === "evm" ? { ...offer, chain } : offer)),
    };
    expect((await asked({ walletScript, rails: [rail] }))?.evmChains).toEqual({ "eip155:84532": chain });
    expect((await asked({ walletScript }))?.evmChains).toEqual({});
  });
});
