import { createHash } from "node:crypto";
import { createSandboxRail } from "@x402-paywall/proxy/rails/sandbox";
import { nodeCrypto } from "@x402-paywall/proxy/node";
import { createKeyRing, openPreimage } from "@x402-paywall/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setRuntime } from "../../../../../lib/services/runtime.ts";
import { createSecretBox } from "../../../../../lib/store/secret-box.ts";
import { createEndpointSource } from "../../../../../lib/store/endpoint-source.ts";
import { createPostgresStore } from "../../../../../lib/store/postgres-store.ts";
import { call } from "../../../../../lib/testing/api.ts";
import { makeEndpoint, type TestEndpoint } from "../../../../../lib/testing/factories.ts";
import { createTestRuntime, type TestRuntime } from "../../../../../lib/testing/runtime.ts";
import { OPTIONS, POST } from "./route.ts";

let runtime: TestRuntime;
let row: TestEndpoint;
beforeAll(async () => {
  runtime = await createTestRuntime();
  setRuntime(runtime);
  row = await makeEndpoint(runtime.db.pool);
});
afterAll(() => runtime.close());

/** An invoice as the paywall issues it. @param age seconds since it was issued */
async function makeInvoice({ age = 0, keys = runtime.keys } = {}): Promise<{
  bolt11: string;
  paymentHash: string;
}> {
  const source = createEndpointSource({
    pool: runtime.db.pool,
    databaseUrl: "postgres://nobody@127.0.0.1:9/none",
    keys: createSecretBox(runtime.env.secretKeys),
  });
  const endpoint = await source.find(row.slug);
  await source.close();
  if (endpoint === undefined) throw new Error("The endpoint is not there");
  const issuedAt = Math.floor(Date.now() / 1000) - age;
  const rail = createSandboxRail({ keys, crypto: nodeCrypto, clock: () => issuedAt * 1000 });
  const rate = { msatPerUsd: 1_000_000n, asOf: issuedAt };
  const quote = {
    id: runtime.newId(""),
    mode: "test",
    endpointId: row.id,
    routeId: null,
    priceVersion: 1,
    amount: 10_000n,
    terms: { kind: "use" },
    rate,
    bindingHash: "x".repeat(43),
    issuedAt,
    expiresAt: issuedAt + 300,
  } as const;
  const offers = await rail.offer({ quote, endpoint, resourceUrl: "http://127.0.0.1:4020/p/x" });
  const offer = offers.find((entry) => entry.kind === "lightning");
  if (offer?.kind !== "lightning") throw new Error("The rail made no invoice");
  return offer;
}

describe("POST /sandbox/pay", () => {
  it("pays an invoice of this instance, records it, and says the same again", async () => {
    const { bolt11, paymentHash } = await makeInvoice();
    const answer = await call(runtime, POST, {
      body: { bolt11 },
      headers: { origin: "http://127.0.0.1:4020", cookie: "paywall-session=whatever" },
    });
    expect(answer).toMatchObject({
      status: 200,
      body: { preimage: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    const preimage = String(answer.body["preimage"]);
    expect(createHash("sha256").update(Buffer.from(preimage, "hex")).digest("hex")).toBe(paymentHash);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
    const saved = await createPostgresStore({ pool: runtime.db.pool }).findInvoice(paymentHash);
    const sealed = saved?.paid?.sealedPreimage ?? "";
    expect(openPreimage(sealed, paymentHash, runtime.keys, nodeCrypto)).toBe(preimage);
    expect(saved).toMatchObject({
      quote: null,
      paid: { receivedMsat: 10_000n },
      workspaceId: row.workspaceId,
      endpointId: row.id,
      mode: "test",
      amount: 10_000n,
    });
    expect((await call(runtime, POST, { body: { bolt11: ` ${bolt11}\n` } })).body).toEqual({ preimage });
  });

  it("pays nothing else", async () => {
    const other = createKeyRing([new Uint8Array(32).fill(1)], nodeCrypto);
    const { bolt11 } = await makeInvoice({ keys: other });
    for (const text of [bolt11, "lnbc1", "", "lnbcrt".repeat(500)]) {
      expect(await call(runtime, POST, { body: { bolt11: text } })).toMatchObject({
        status: 422,
        body: { code: "validation_failed", errors: [{ field: "bolt11" }] },
      });
    }
    expect(
      await call(runtime, POST, { body: { bolt11: (await makeInvoice({ age: 400 })).bolt11 } }),
    ).toMatchObject({ status: 402, body: { code: "payment_expired" } });
    expect(await runtime.db.prisma.invoice.count({ where: { paidAt: null } })).toBe(0);
  });

  it("answers preflights for any origin", () => {
    const answer = OPTIONS();
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("access-control-allow-headers")).toBe("Content-Type");
  });
});
