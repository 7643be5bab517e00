import { fetch402, fetchWithL402, fetchWithMpp } from "@getalby/lightning-tools/402";
import { ExactEvmScheme } from "@x402/evm";
import { wrapFetchWithPayment, x402Client } from "@x402/fetch";
import { verifyTypedData } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  evmOffer,
  keys,
  lightningOffer,
  now,
  paymentHash,
  preimage,
  quote,
} from "../test-support/fixtures.ts";
import { nodeCrypto } from "../test-support/node-crypto.ts";
import { formatChallenge } from "./challenge.ts";
import { readCredential } from "./credential.ts";
import type { Credential } from "./credential.ts";
import type { WireId } from "./rail.ts";
import { readEip3009Proof } from "./wire/eip3009.ts";
import { verifyL402 } from "./wire/l402.ts";
import { readLightningCharge, readPreimage } from "./wire/mpp-lightning.ts";
import { verifyPaymentChallenge } from "./wire/payment-auth.ts";
import { openRequirements } from "./wire/seal-requirements.ts";

const url = "https://content.example/p/weather/today";
const wallet = {
  payInvoice: async ({ invoice }: { invoice: string }) => ({
    preimage: invoice === lightningOffer.bolt11 ? preimage : "",
  }),
};

const hex = (text: string) => `0x${text.slice(2)}` as const;

/** A server of one resource that keeps what the client sent back. */
function makeServer(wires: readonly Exclude<WireId, "access">[]) {
  const seen: (Credential | undefined)[] = [];
  const serve = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const credential = readCredential([...request.headers]);
    seen.push(credential);
    if (credential) return new Response("sunny");
    const { headers, body } = formatChallenge({
      quote,
      offers: [evmOffer, lightningOffer],
      resource: { url },
      realm: "content.example",
      slug: "weather",
      keys,
      crypto: nodeCrypto,
      wires,
      docsBase: "https://paywall.example/docs/problems",
    });
    return new Response(JSON.stringify(body), {
      status: 402,
      headers: headers.map(([name, value]) => [name, value]),
    });
  };
  return { seen, serve };
}

afterEach(() => vi.unstubAllGlobals());

describe("@x402/fetch, unmodified", () => {
  it("pays the sealed requirements with a signature that verifies", async () => {
    const account = privateKeyToAccount(generatePrivateKey());
    const { seen, serve } = makeServer(["x402", "l402", "mpp"]);
    const client = new x402Client().register("eip155:84532", new ExactEvmScheme(account));
    const answer = await wrapFetchWithPayment(serve, client)(url);
    expect(await answer.text()).toBe("sunny");
    const credential = seen[1];
    if (credential?.wire !== "x402" || credential.payload.accepted === undefined)
      throw new Error("no x402 credential");
    const opened = openRequirements(credential.payload.accepted, keys);
    expect(opened).toEqual({ quote, requirements: evmOffer.requirements });
    const proof = readEip3009Proof(credential.payload, opened?.requirements);
    if (proof.kind !== "eip3009") throw new Error(proof.detail);
    expect(proof.requirements).toEqual(evmOffer.requirements);
    expect(proof.authorization).toMatchObject({ from: account.address.toLowerCase(), value: 10_000n });
    const { name = "", version = "" } = proof.requirements.extra;
    const { authorization } = proof;
    const message = {
      ...authorization,
      from: hex(authorization.from),
      to: hex(authorization.to),
      nonce: hex(authorization.nonce),
    };
    const fields = [
      "from address",
      "to address",
      "value uint256",
      "validAfter uint256",
      "validBefore uint256",
      "nonce bytes32",
    ];
    const valid = await verifyTypedData({
      address: account.address,
      domain: { name, version, chainId: 84532, verifyingContract: hex(proof.requirements.asset) },
      types: {
        TransferWithAuthorization: fields.map((text) => ({
          name: text.split(" ")[0] ?? "",
          type: text.split(" ")[1] ?? "",
        })),
      },
      primaryType: "TransferWithAuthorization",
      message,
      signature: hex(proof.signature),
    });
    expect(valid).toBe(true);
  });
});

describe("@getalby/lightning-tools, unmodified", () => {
  it.each([
    ["fetch402", fetch402, ["x402", "l402", "mpp"] as const],
    ["fetchWithL402", fetchWithL402, ["x402", "l402", "mpp"] as const],
  ])("%s pays by L402", async (_name, pay, wires) => {
    const { seen, serve } = makeServer(wires);
    vi.stubGlobal("fetch", serve);
    expect(await (await pay(url, {}, { wallet })).text()).toBe("sunny");
    const credential = seen[1];
    if (credential?.wire !== "l402") throw new Error("no L402 credential");
    const context = { keys, crypto: nodeCrypto, now, slug: "weather", method: "GET", path: "/today" };
    expect(verifyL402(credential, context)).toEqual({ ok: true, quote, paymentHash });
  });
  it.each([
    ["fetchWithMpp", fetchWithMpp],
    ["fetch402", fetch402],
  ])("%s pays by MPP where it stands alone", async (_name, pay) => {
    const { seen, serve } = makeServer(["x402", "mpp"]);
    vi.stubGlobal("fetch", serve);
    expect(await (await pay(url, {}, { wallet })).text()).toBe("sunny");
    const credential = seen[1];
    if (credential?.wire !== "mpp") throw new Error("no MPP credential");
    expect(verifyPaymentChallenge(credential.credential, { keys, now })).toEqual({ ok: true });
    expect(readLightningCharge(credential.credential.challenge)).toEqual({
      quote,
      paymentHash,
      network: "regtest",
    });
    expect(readPreimage(credential.credential)).toBe(preimage);
  });
});
