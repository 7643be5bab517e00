/** Credentials made by hand, for tests that present one at will (twice, elsewhere, a thousand times). */
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { createSandboxWallet } from "./clients.ts";

interface Requirements {
  readonly scheme: string;
  readonly network: string;
  readonly amount: string;
  readonly asset: `0x${string}`;
  readonly payTo: `0x${string}`;
  readonly maxTimeoutSeconds: number;
  readonly extra: Readonly<Record<string, string>>;
}

export type Headers402 = Readonly<Record<string, string>>;

/** Asks for the 402 and signs its x402 offer with a random key; the header is presented by the caller. */
export async function signX402(url: string, init: RequestInit = {}): Promise<Headers402> {
  const challenge = await fetch(url, init);
  await challenge.body?.cancel();
  const header = challenge.headers.get("payment-required");
  if (challenge.status !== 402 || header === null) throw new Error(`No x402 offer: ${challenge.status}`);
  const required = JSON.parse(Buffer.from(header, "base64").toString()) as {
    accepts: readonly Requirements[];
  };
  const accepted = required.accepts.find(({ scheme }) => scheme === "exact");
  if (!accepted) throw new Error("The challenge accepts nothing.");
  const account = privateKeyToAccount(generatePrivateKey());
  const now = Math.floor(Date.now() / 1000);
  const authorization = {
    from: account.address,
    to: accepted.payTo,
    value: accepted.amount,
    validAfter: String(now - 60),
    validBefore: String(now + accepted.maxTimeoutSeconds),
    nonce: `0x${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("hex")}` as const,
  };
  const signature = await account.signTypedData({
    domain: {
      name: accepted.extra.name ?? "",
      version: accepted.extra.version ?? "",
      chainId: Number(accepted.network.split(":")[1]),
      verifyingContract: accepted.asset,
    },
    types: {
      TransferWithAuthorization: [
        { name: "from", type: "address" },
        { name: "to", type: "address" },
        { name: "value", type: "uint256" },
        { name: "validAfter", type: "uint256" },
        { name: "validBefore", type: "uint256" },
        { name: "nonce", type: "bytes32" },
      ],
    },
    primaryType: "TransferWithAuthorization",
    message: {
      ...authorization,
      value: BigInt(authorization.value),
      validAfter: BigInt(authorization.validAfter),
      validBefore: BigInt(authorization.validBefore),
    },
  });
  const payload = { x402Version: 2, accepted, payload: { signature, authorization } };
  return { "payment-signature": Buffer.from(JSON.stringify(payload)).toString("base64") };
}

/** Asks for the 402, pays its invoice in the sandbox and returns the L402 header. */
export async function payL402(appUrl: string, url: string, init: RequestInit = {}): Promise<Headers402> {
  const challenge = await fetch(url, init);
  await challenge.body?.cancel();
  const line = challenge.headers.get("www-authenticate") ?? "";
  const macaroon = /macaroon="([^"]+)"/.exec(line)?.[1];
  const invoice = /invoice="([^"]+)"/.exec(line)?.[1];
  if (macaroon === undefined || invoice === undefined)
    throw new Error(`No L402 offer: ${challenge.status} ${line}`);
  const { preimage } = await createSandboxWallet(appUrl).payInvoice({ invoice });
  return { authorization: `L402 ${macaroon}:${preimage}` };
}
