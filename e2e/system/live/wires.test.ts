import { beforeAll, describe, expect, it, vi } from "vitest";
import type { LocalAccount } from "viem";
import { parseSettlementResponse } from "@x402-paywall/core";
import type { EndpointDto } from "../../../lib/query/dto.ts";
import { openChain } from "../../chain/start-chain.ts";
import { getInstance } from "../../instance.ts";
import { createCreator, type Creator, readReceipt } from "./creator.ts";
import {
  createPayer,
  encode,
  type ExactPayload,
  pay,
  readOffer,
  signExact,
  signPermit,
  toHeader,
} from "./payer.ts";

const { gatewayUrls, chainRpcUrl } = getInstance();
const chain = openChain(chainRpcUrl);
let creator: Creator;
let endpoint: EndpointDto;
let payer: LocalAccount;
beforeAll(async () => {
  [creator, payer] = await Promise.all([createCreator(), createPayer(chain)]);
  endpoint = await creator.sell();
});

const link = (): string => `${gatewayUrls[0]}/p/${endpoint.slug}/v1/weather?id=${crypto.randomUUID()}`;

/** As a client of x402 v1 writes it: no requirements, and short names. */
const toV1 = ({ payload }: ExactPayload, network = "base-sepolia") => ({
  "x-payment": encode({ x402Version: 1, scheme: "exact", network, payload }),
});

describe("x402 v1", () => {
  it("X-PAYMENT is served, and X-PAYMENT-RESPONSE names the transaction", async () => {
    const url = link();
    const before = await chain.balanceOf(creator.payTo);
    const answer = await fetch(url, { headers: toV1(await signExact(payer, await readOffer(url))) });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toHaveProperty("temperature_c");
    const response = parseSettlementResponse(answer.headers.get("x-payment-response") ?? "");
    expect(response).toMatchObject({ success: true, network: "base-sepolia", payer: payer.address });
    const receipt = await readReceipt(answer.headers.get("paywall-receipt") ?? "");
    expect(receipt).toMatchObject({ reference: response?.transaction, amount: "10000", mode: "live" });
    const transfers = await chain.transfers({ to: creator.payTo });
    expect(transfers.at(-1)).toMatchObject({ transaction: response?.transaction, value: 10_000n });
    expect((await chain.balanceOf(creator.payTo)) - before).toBe(10_000n);
  });

  it("the same authorization in v2, or for another resource, is not a second payment", async () => {
    const url = link();
    const signed = await signExact(payer, await readOffer(url));
    const headers = toV1(signed);
    const before = await chain.balanceOf(creator.payTo);
    expect((await fetch(url, { headers })).status).toBe(200);
    await vi.waitFor(async () => {
      const again = await fetch(url, { headers });
      expect([again.status, (await again.json()) as object]).toEqual([
        409,
        expect.objectContaining({ code: "credential_redeemed" }),
      ]);
    });
    expect((await fetch(url, { headers: toHeader(signed) })).status).toBe(402);
    expect((await fetch(link(), { headers })).status).toBe(402);
    expect((await chain.balanceOf(creator.payTo)) - before).toBe(10_000n);
  });

  it("on another network buys nothing", async () => {
    const url = link();
    const answer = await fetch(url, { headers: toV1(await signExact(payer, await readOffer(url)), "base") });
    expect(answer.status).toBe(402);
  });
});

describe("x402 v2", () => {
  it("PAYMENT-RESPONSE names the transaction of the receipt", async () => {
    const url = link();
    const answer = await fetch(url, { headers: (await pay(payer, url)).headers });
    await answer.text();
    const response = parseSettlementResponse(answer.headers.get("payment-response") ?? "");
    const receipt = await readReceipt(answer.headers.get("paywall-receipt") ?? "");
    expect(response).toMatchObject({ success: true, network: chain.network, transaction: receipt.reference });
  });

  it("exact may be paid by a Permit2 permit although the asset knows EIP-3009", async () => {
    const account = await createPayer(chain);
    const url = link();
    const headers = toHeader(await signPermit(account, await readOffer(url)));
    const early = await fetch(url, { headers });
    expect([early.status, ((await early.json()) as { code: string }).code]).toEqual([
      402,
      "verification_failed",
    ]);
    await chain.approvePermit2(account);
    const answer = await fetch(url, { headers });
    expect(answer.status).toBe(200);
    await answer.text();
    expect(await chain.balanceOf(account.address)).toBe(9_990_000n);
  });
});

describe("the extension payment-identifier", () => {
  const identified = (payload: object, id: string) =>
    toHeader({ ...payload, extensions: { "payment-identifier": { info: { required: false, id } } } });

  it("repeats the stored answer for the same payment, charged once", async () => {
    const url = link();
    const { payload } = await pay(payer, url);
    const headers = identified(payload, crypto.randomUUID());
    const before = await chain.balanceOf(creator.payTo);
    const first = await fetch(url, { headers });
    const body = await first.text();
    expect(first.status).toBe(200);
    await vi.waitFor(async () => {
      const again = await fetch(url, { headers });
      expect([again.status, await again.text(), again.headers.get("idempotency-replayed")]).toEqual([
        200,
        body,
        "true",
      ]);
      expect(again.headers.get("payment-response")).toBe(first.headers.get("payment-response"));
    });
    expect((await chain.balanceOf(creator.payTo)) - before).toBe(10_000n);
  });

  it("is 409 with another payment under the same identifier, which is not charged", async () => {
    const url = link();
    const id = crypto.randomUUID();
    const [one, other] = [await pay(payer, url), await pay(payer, url)];
    expect((await fetch(url, { headers: identified(one.payload, id) })).status).toBe(200);
    const before = await chain.balanceOf(creator.payTo);
    const answer = await fetch(url, { headers: identified(other.payload, id) });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      409,
      "idempotency_mismatch",
    ]);
    expect(await chain.balanceOf(creator.payTo)).toBe(before);
    // Under an identifier of its own it is as good as any.
    expect((await fetch(url, { headers: identified(other.payload, crypto.randomUUID()) })).status).toBe(200);
  });
});
