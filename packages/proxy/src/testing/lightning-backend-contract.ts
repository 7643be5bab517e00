import { createHash, randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { decodeBolt11 } from "@x402-paywall/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LightningBackend, LightningNodeError } from "../rails/lightning/backend.ts";
import { describeBackendEvents } from "./lightning-backend-contract-events.ts";
import { type BackendHarness, makeInvoiceRequest } from "./lightning-backend-harness.ts";

export type { BackendHarness } from "./lightning-backend-harness.ts";

/**
 * The rules of {@link LightningBackend}, to be run by every implementation. The harness is made once; each test makes its
 * own invoices, so the node may hold others.
 */
export function describeLightningBackend(name: string, makeHarness: () => Promise<BackendHarness>): void {
  describe(`lightning backend contract: ${name}`, () => {
    let harness: BackendHarness | undefined;
    const use = (): BackendHarness => {
      if (harness === undefined) throw new Error("The harness was not made");
      return harness;
    };
    beforeAll(async () => {
      harness = await makeHarness();
    }, 120_000);
    afterAll(async () => {
      await harness?.close();
    }, 30_000);
    describeInvoices(use);
    describeBackendEvents(use);
    describeBrokenConnections(use);
  });
}

function describeInvoices(use: () => BackendHarness): void {
  describe("invoices", () => {
    it("are what was asked for", async () => {
      await withBackend(use(), async (backend) => {
        const request = makeInvoiceRequest({ amountMsat: 1_234_000n, expirySeconds: 120 });
        const { bolt11, paymentHash } = await backend.createInvoice(request);
        const said = decodeBolt11(bolt11);
        expect(paymentHash).toMatch(/^[0-9a-f]{64}$/);
        expect(said).toMatchObject({
          paymentHash,
          amountMsat: 1_234_000n,
          expirySeconds: 120,
          description: request.description,
        });
        const own = createHash("sha256").update(request.preimage).digest("hex");
        expect(paymentHash === own).toBe(use().takesPreimages);
      });
    });

    it("say more than ASCII, up to 500 bytes, or the beginning of it", async () => {
      await withBackend(use(), async (backend) => {
        const description = `Grüße, 世界 ${"é".repeat(230)}`;
        const { bolt11 } = await backend.createInvoice(makeInvoiceRequest({ description }));
        const said = decodeBolt11(bolt11)?.description ?? "";
        if (use().shortens !== true) expect(said).toBe(description);
        expect(said.slice(0, 60)).toBe(description.slice(0, 60));
      });
    });

    it("are each another one, also when made at once", async () => {
      await withBackend(use(), async (backend) => {
        const made = await Promise.all(
          Array.from({ length: 8 }, () => backend.createInvoice(makeInvoiceRequest())),
        );
        expect(new Set(made.map(({ paymentHash }) => paymentHash)).size).toBe(8);
      });
    });

    it("are open, then settled with what came in", async () => {
      await withBackend(use(), async (backend) => {
        const { bolt11, paymentHash } = await backend.createInvoice(makeInvoiceRequest());
        expect(await backend.lookUp(paymentHash)).toEqual({ state: "open", paymentHash });
        const before = Math.floor(Date.now() / 1000);
        await use().pay(bolt11);
        const settled = await backend.lookUp(paymentHash);
        expect(settled).toMatchObject({ state: "settled", paymentHash, receivedMsat: 21_000n });
        if (settled?.state !== "settled") throw new Error("It is settled");
        expect(Math.abs(settled.settledAt - before)).toBeLessThan(60);
        if (settled.preimage === null) return;
        const hash = createHash("sha256").update(Buffer.from(settled.preimage, "hex")).digest("hex");
        expect(hash).toBe(paymentHash);
      });
    });

    it("that nobody made are not known", async () => {
      await withBackend(use(), async (backend) => {
        expect(await backend.lookUp(randomBytes(32).toString("hex"))).toBeUndefined();
      });
    });

    it("cannot be made or read once the backend is closed", async () => {
      const backend = await use().open();
      await backend.close();
      await expect(backend.createInvoice(makeInvoiceRequest())).rejects.toBeInstanceOf(LightningNodeError);
      await expect(backend.lookUp("ab".repeat(32))).rejects.toBeInstanceOf(LightningNodeError);
      await backend.close();
    });
  });
}

function describeBrokenConnections(use: () => BackendHarness): void {
  describe("a connection that breaks", () => {
    it("fails calls in time, tells no secret, and is made anew as soon as that works", async (test) => {
      const { cut, mend, secrets, withinMs = 5_000 } = use();
      if (cut === undefined || mend === undefined) return test.skip();
      await withBackend(use(), async (backend) => {
        const { paymentHash } = await backend.createInvoice(makeInvoiceRequest());
        const preimage = randomBytes(32);
        await cut();
        try {
          const startedAt = Date.now();
          const errors = await Promise.all([
            failureOf(backend.createInvoice(makeInvoiceRequest({ preimage }))),
            failureOf(backend.lookUp(paymentHash)),
          ]);
          expect(Date.now() - startedAt).toBeLessThan(withinMs);
          for (const error of errors) {
            expect(["unreachable", "timeout"]).toContain(error.failure);
            const told = `${inspect(error, { depth: 9 })} ${error.stack}`;
            for (const secret of [...secrets, preimage.toString("hex")]) expect(told).not.toContain(secret);
          }
        } finally {
          await mend();
        }
        const mendedAt = Date.now();
        expect(await backend.lookUp(paymentHash)).toMatchObject({ state: "open" });
        expect(Date.now() - mendedAt).toBeLessThan(withinMs);
      });
    });
  });
}

async function failureOf(work: Promise<unknown>): Promise<LightningNodeError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof LightningNodeError) return error;
  throw new Error(`Not a failure of the node: ${inspect(error)}`);
}

async function withBackend(
  harness: BackendHarness,
  work: (backend: LightningBackend) => Promise<void>,
): Promise<void> {
  const backend = await harness.open();
  try {
    await work(backend);
  } finally {
    await backend.close();
  }
}
