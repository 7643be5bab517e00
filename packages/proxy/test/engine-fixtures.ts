import {
  createHash,
  createHmac,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
} from "node:crypto";
import type {
  Crypto,
  HeaderList,
  JsonObject,
  KeyRing,
  PaymentPayload,
  Signer,
  VerifySignature,
} from "@x402-paywall/core";
import {
  createKeyRing,
  findHeader,
  formatPaymentCredential,
  formatPaymentPayload,
  jwkThumbprint,
  listHeaders,
  parsePaymentChallenges,
  parsePaymentRequired,
} from "@x402-paywall/core";
import type { LocalAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Decision, Grant, RequestHead, ResponseHead } from "../src/decision.ts";
import type { Endpoint } from "../src/endpoint.ts";
import type { PaywallLogEvent } from "../src/log.ts";
import type { PaywallOptions } from "../src/paywall-options.ts";
import { createPaywall, type Paywall } from "../src/paywall.ts";
import { fixedRate } from "../src/rates/rate-source.ts";
import { type Curve, loadCurve } from "../src/evm/curve.ts";
import { createSandboxRail, type SandboxRail } from "../src/rails/sandbox/sandbox-rail.ts";
import { createSandboxWallet } from "../src/rails/sandbox/wallet.ts";
import { createMemoryStore, type MemoryStore } from "../src/stores/memory.ts";

export const nodeCrypto: Crypto = {
  sha256: (data) => new Uint8Array(createHash("sha256").update(data).digest()),
  hmac: (key) => {
    const secret = createSecretKey(key);
    return (data) => new Uint8Array(createHmac("sha256", secret).update(data).digest());
  },
  randomBytes: (length) => new Uint8Array(randomBytes(length)),
};

export const keys: KeyRing = createKeyRing([new Uint8Array(32).fill(1)], nodeCrypto);
export const curve: Curve = await loadCurve();

export function createSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(-32));
  return {
    kid: jwkThumbprint(raw, nodeCrypto),
    publicKey: raw,
    sign: (data) => new Uint8Array(sign(null, data, privateKey)),
  };
}

export const verifyEd25519: VerifySignature = (publicKey, signature, data) => {
  const jwk = { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey).toString("base64url") };
  return verify(null, data, createPublicKey({ key: jwk, format: "jwk" }), signature);
};

export function makeEndpoint(overrides: Partial<Endpoint> = {}): Endpoint {
  return {
    id: "ep_demo",
    workspaceId: "ws_demo",
    slug: "demo",
    version: 1,
    mode: "test",
    status: "active",
    title: "Demo API",
    description: "A thing worth a cent.",
    creatorName: "Ada",
    upstream: {
      origin: "https://api.example.com",
      basePath: "/base",
      baseQuery: "",
      match: "prefix",
      headers: [["X-Secret", "creator"]],
      headTimeoutMs: 30_000,
      idleTimeoutMs: 30_000,
      maxRequestBytes: 1_000_000,
    },
    defaultPrice: { model: "per-request", amount: 10_000n, version: 1 },
    routes: [],
    wires: ["x402", "l402", "mpp"],
    rails: ["sandbox"],
    binding: { query: true, body: false },
    passAuthorization: false,
    browserAccessSeconds: 3600,
    kind: "json",
    formerPrices: [],
    revoked: new Set(),
    ...overrides,
  };
}

export interface World {
  readonly paywall: Paywall;
  readonly store: MemoryStore;
  readonly rail: SandboxRail;
  readonly endpoints: Map<string, Endpoint>;
  readonly logged: PaywallLogEvent[];
  readonly wallet: ReturnType<typeof createSandboxWallet>;
  readonly account: LocalAccount;
  now: number;
  get(target: string, headers?: HeaderList, more?: Partial<RequestHead>): Promise<Decision>;
}

/** One paywall with a clock of its own, the demo endpoint and the sandbox rail. */
export function createWorld(
  overrides: Partial<PaywallOptions> = {},
  ...endpoints: readonly Endpoint[]
): World {
  const list = endpoints.length === 0 ? [makeEndpoint()] : endpoints;
  const state = { now: 1_800_000_000_000 };
  const clock = (): number => state.now;
  const store = createMemoryStore(clock);
  const rail = createSandboxRail({ keys, crypto: nodeCrypto, clock, curve });
  const bySlug = new Map(list.map((endpoint) => [endpoint.slug, endpoint]));
  const logged: PaywallLogEvent[] = [];
  const paywall = createPaywall({
    endpoints: { find: (slug) => bySlug.get(slug) },
    store,
    rails: [rail],
    keys,
    crypto: nodeCrypto,
    signer: createSigner(),
    rates: fixedRate(1_000_000n),
    clock,
    contentUrl: "http://127.0.0.1:4020",
    appUrl: "http://localhost:3000",
    docsBase: "http://localhost:3000/docs/problems",
    log: (event) => logged.push(event),
    ...overrides,
  });
  return {
    paywall,
    store,
    rail,
    endpoints: bySlug,
    logged,
    wallet: createSandboxWallet({ keys, crypto: nodeCrypto, clock, curve }),
    account: privateKeyToAccount(`0x${"4f".repeat(32)}`),
    get now() {
      return state.now;
    },
    set now(value) {
      state.now = value;
    },
    get: async (target, headers = [], more = {}) => paywall.authorize(makeHead(target, headers, more)),
  };
}

export function makeHead(
  target: string,
  headers: HeaderList = [],
  more: Partial<RequestHead> = {},
): RequestHead {
  return { method: "GET", target, headers, host: "127.0.0.1:4020", remoteAddress: "127.0.0.1", ...more };
}

export function jsonBody(decision: Decision): Record<string, unknown> & { readonly status: number } {
  if (decision.kind !== "refused") throw new Error(`not refused: ${decision.kind}`);
  const text = new TextDecoder().decode(decision.body);
  return { ...(text === "" ? {} : JSON.parse(text)), status: decision.head.status };
}

export function headerOf(decision: Decision, name: string): string | undefined {
  return decision.kind === "refused" ? findHeader(decision.head.headers, name) : undefined;
}

export function granted(decision: Decision): Grant {
  if (decision.kind !== "granted") throw new Error(`refused: ${JSON.stringify(jsonBody(decision))}`);
  return decision.grant;
}

const OK: ResponseHead = { status: 200, headers: [["Content-Type", "application/json"]] };

/** The upstream answers, the body goes out. */
export async function serve(grant: Grant, head: ResponseHead = OK, complete = true): Promise<ResponseHead> {
  const answered = await grant.commit(head);
  await grant.finish({ complete, bytes: 10 });
  return answered;
}

export interface Bought {
  readonly token: string;
  readonly bolt11: string;
  readonly preimage: string;
  readonly headers: HeaderList;
}

/** Asks, pays the invoice with the sandbox wallet, and writes the L402 credential. */
export async function buyL402(
  world: World,
  target: string,
  more: Partial<RequestHead> = {},
): Promise<Bought> {
  const line = challengeLines(await world.get(target, [], more)).find((each) => each.startsWith("L402 "));
  const token = /token="([^"]+)"/.exec(line ?? "")?.[1] ?? "";
  const bolt11 = /invoice="([^"]+)"/.exec(line ?? "")?.[1] ?? "";
  const { preimage } = world.wallet.payInvoice(bolt11);
  return { token, bolt11, preimage, headers: [["Authorization", `L402 ${token}:${preimage}`]] };
}

/** As {@link buyL402}, with the `Payment` scheme. */
export async function buyMpp(
  world: World,
  target: string,
  more: Partial<RequestHead> = {},
): Promise<HeaderList> {
  const lines = challengeLines(await world.get(target, [], more)).filter((each) =>
    each.startsWith("Payment "),
  );
  const [challenge] = lines.flatMap(parsePaymentChallenges);
  if (challenge === undefined) throw new Error("no Payment challenge");
  const request = JSON.parse(Buffer.from(challenge.request, "base64url").toString());
  const { preimage } = world.wallet.payInvoice(request.methodDetails.invoice);
  return [["Authorization", formatPaymentCredential({ challenge, payload: { preimage } })]];
}

export interface X402Changes {
  readonly authorization?: Readonly<Record<string, unknown>>;
  readonly accepted?: Readonly<Record<string, unknown>>;
  readonly signature?: string;
  readonly nonce?: `0x${string}`;
  readonly to?: `0x${string}`;
  readonly value?: bigint;
  readonly validAfter?: bigint;
  readonly validBefore?: bigint;
  readonly version?: 1;
  /** v1: `base-sepolia` unless it is another. */
  readonly network?: string;
  /** v1: `exact` unless it is another. */
  readonly scheme?: string;
  readonly extensions?: JsonObject;
}

/** Asks and signs an EIP-3009 authorization as a stock x402 client does. */
export async function buyX402(
  world: World,
  target: string,
  changes: X402Changes = {},
  more: Partial<RequestHead> = {},
): Promise<HeaderList> {
  const required = parsePaymentRequired(
    headerOf(await world.get(target, [], more), "payment-required") ?? "",
  );
  const accepted = required?.accepts.find((each) => each.scheme === "exact");
  if (accepted === undefined) throw new Error("no exact requirements");
  const now = BigInt(Math.floor(world.now / 1000));
  const message = {
    from: world.account.address,
    to: changes.to ?? (accepted.payTo as `0x${string}`),
    value: changes.value ?? BigInt(accepted.amount),
    validAfter: changes.validAfter ?? now - 600n,
    validBefore: changes.validBefore ?? now + BigInt(accepted.maxTimeoutSeconds),
    nonce: changes.nonce ?? (`0x${randomBytes(32).toString("hex")}` as const),
  };
  const signature =
    changes.signature ?? (await signTransfer(world.account, accepted.asset as `0x${string}`, message));
  const authorization = {
    ...message,
    value: String(message.value),
    validAfter: String(message.validAfter),
    validBefore: String(message.validBefore),
    ...changes.authorization,
  };
  const payload: PaymentPayload["payload"] = {
    signature,
    authorization,
  };
  if (changes.version === 1) {
    const { scheme = "exact", network = "base-sepolia" } = changes;
    const text = JSON.stringify({ x402Version: 1, scheme, network, payload });
    return [["X-PAYMENT", Buffer.from(text).toString("base64")]];
  }
  const chosen = { ...accepted, ...changes.accepted } as typeof accepted;
  const { extensions } = changes;
  const signed = { x402Version: 2, accepted: chosen, payload, ...(extensions && { extensions }) } as const;
  return [["PAYMENT-SIGNATURE", formatPaymentPayload(signed)]];
}

export function signTransfer(
  account: LocalAccount,
  verifyingContract: `0x${string}`,
  message: {
    from: `0x${string}`;
    to: `0x${string}`;
    value: bigint;
    validAfter: bigint;
    validBefore: bigint;
    nonce: `0x${string}`;
  },
): Promise<string> {
  return account.signTypedData({
    domain: { name: "USDC", version: "2", chainId: 84_532, verifyingContract },
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
    message,
  });
}

function challengeLines(decision: Decision): readonly string[] {
  return decision.kind === "refused" ? listHeaders(decision.head.headers, "www-authenticate") : [];
}
