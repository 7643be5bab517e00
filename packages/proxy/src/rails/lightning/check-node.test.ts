import { createHash, randomBytes } from "node:crypto";
import { encodeBolt11, toHex } from "@x402-paywall/core";
import { afterEach, describe, expect, it } from "vitest";
import { nobleCurve } from "../../evm/curve.ts";
import { nodeCrypto as crypto } from "../../node/crypto.ts";
import { type LightningBackend, LightningNodeError } from "./backend.ts";
import { checkNode, type CheckOptions } from "./check-node.ts";
import type { BackendLimits } from "./checked-backend.ts";
import { openLnd } from "./lnd/index.ts";
import { type FakeLnd, localReach, startFakeLnd } from "./lnd/testing/fake-lnd.ts";
import { macaroons } from "./lnd/testing/macaroons.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

describe("checkNode: lnd", () => {
  const open: CheckOptions["open"] = async (connection, options) => {
    if (connection.kind !== "lnd") throw new Error("Only lnd");
    return openLnd(connection, options);
  };
  const options: CheckOptions = { ...localReach(), crypto, network: "regtest", open };
  async function start(settings: Parameters<typeof startFakeLnd>[0] = {}): Promise<FakeLnd> {
    const lnd = await startFakeLnd(settings);
    ends.push(lnd.close);
    return lnd;
  }

  it("makes and reads one small invoice, and knows who signed it", async () => {
    const lnd = await start();
    expect(await checkNode(lnd.connection, options)).toEqual({
      ok: true,
      nodeKey: lnd.nodeKey,
      network: "regtest",
      inboundMsat: 5_000_000_000n,
      warnings: [],
    });
    expect(lnd.calls.map(({ method }) => method)).toEqual(["AddInvoice", "LookupInvoice", "ChannelBalance"]);
    expect(lnd.calls[0]?.request).toMatchObject({ value_msat: "1000", expiry: "60" });
  });

  it("asks nothing of a node whose macaroon may do more than sell, or less", async () => {
    const lnd = await start();
    const { invoice, inboundOnly } = macaroons;
    expect(await checkNode({ ...lnd.connection, macaroon: invoice }, options)).toEqual({
      ok: false,
      failure: "too-many-rights",
      extra: ["address:read", "address:write", "onchain:read"],
      detail: "The macaroon may also address:read, address:write, onchain:read",
    });
    const less = await checkNode({ ...lnd.connection, macaroon: inboundOnly }, options);
    expect(less).toMatchObject({
      failure: "forbidden",
      detail: "The macaroon lacks invoices:read, invoices:write",
    });
    expect(await checkNode({ ...lnd.connection, macaroon: "00" }, options)).toMatchObject({
      failure: "unauthorized",
    });
    expect(lnd.calls).toEqual([]);
  });

  it("says that a node cannot receive, or little, or that it was not seen", async () => {
    const lnd = await start();
    lnd.state.remoteMsat = "0";
    expect(await checkNode(lnd.connection, options)).toMatchObject({ ok: false, failure: "no-inbound" });
    lnd.state.remoteMsat = "9999999";
    expect(await checkNode(lnd.connection, options)).toMatchObject({ ok: true, warnings: ["inbound-low"] });
    const plain = { ...lnd.connection, macaroon: macaroons.plain };
    expect(await checkNode(plain, options)).toMatchObject({
      ok: true,
      inboundMsat: null,
      warnings: ["inbound-unknown"],
    });
  });

  it("refuses a node of another network", async () => {
    const lnd = await start({ prefix: "bc" });
    expect(await checkNode(lnd.connection, options)).toMatchObject({
      failure: "wrong-network",
      detail: "Its invoices are of mainnet, not of regtest",
    });
  });

  it("is more patient than a 402, unless it is told how long", async () => {
    const asked: (number | undefined)[] = [];
    const noting: CheckOptions["open"] = async (_, { timeoutMs }) => {
      asked.push(timeoutMs);
      throw new LightningNodeError("timeout", "late");
    };
    const lnd = await start();
    await checkNode(lnd.connection, { ...options, open: noting });
    await checkNode(lnd.connection, { ...options, open: noting, timeoutMs: 700 });
    expect(asked).toEqual([5_000, 700]);
  });

  it("says why it does not get through, and closes what it has opened", async () => {
    const lnd = await start();
    lnd.state.error = { code: 2, details: "wallet locked, unlock it to enable full RPC access" };
    expect(await checkNode(lnd.connection, options)).toMatchObject({ failure: "unavailable" });
    await lnd.cut();
    expect(await checkNode(lnd.connection, options)).toMatchObject({ failure: "unreachable" });
    expect(await checkNode({ ...lnd.connection, cert: "AAAA" }, options)).toMatchObject({
      failure: "certificate",
    });
  });
});

describe("checkNode: what any backend may do", () => {
  const connection = { kind: "phoenixd", url: "http://127.0.0.1:1", password: "secret" } as const;
  const secret = randomBytes(32);
  const nodeKey = (parity = nobleCurve.publicKey(secret)) =>
    `${(parity[64] ?? 0) % 2 === 0 ? "02" : "03"}${toHex(parity.subarray(1, 33))}`;

  /** A wallet that makes one sort of invoice. */
  function wallet(
    kind: "nwc" | "phoenixd",
    limits?: BackendLimits | LightningNodeError,
    lie: { readonly amountMsat?: bigint; readonly paymentHash?: string; readonly isForgotten?: boolean } = {},
  ) {
    const paymentHash = toHex(createHash("sha256").update(randomBytes(32)).digest());
    const fields = {
      prefix: "bcrt",
      amountMsat: lie.amountMsat ?? 1_000n,
      timestamp: 1_790_000_000,
      expirySeconds: 60,
      paymentHash,
      paymentSecret: paymentHash,
      description: "x",
    };
    let closed = 0;
    const backend: LightningBackend & { limits?(): Promise<BackendLimits> } = {
      kind,
      createInvoice: async () => ({
        bolt11: encodeBolt11(fields, (digest) => nobleCurve.sign(digest, secret), crypto),
        paymentHash: lie.paymentHash ?? paymentHash,
      }),
      lookUp: async () => (lie.isForgotten === true ? undefined : { state: "open", paymentHash }),
      subscribe: () => {
        throw new Error("Not asked for");
      },
      close: async () => void closed++,
    };
    if (limits !== undefined)
      backend.limits = async () => {
        if (limits instanceof LightningNodeError) throw limits;
        return limits;
      };
    const options: CheckOptions = { ...localReach(), crypto, network: "regtest", open: async () => backend };
    return { check: () => checkNode(connection, options), closed: () => closed };
  }

  it("knows what the backend tells of itself", async () => {
    const { check, closed } = wallet("nwc", { mayPay: false, inboundMsat: 10_000_000n });
    expect(await check()).toEqual({
      ok: true,
      nodeKey: nodeKey(),
      network: "regtest",
      inboundMsat: 10_000_000n,
      warnings: [],
    });
    expect(closed()).toBe(1);
  });

  it("warns of what cannot be known", async () => {
    const warned = { ok: true, inboundMsat: null, warnings: ["inbound-unknown", "spending-unknown"] };
    expect(await wallet("nwc").check()).toMatchObject(warned);
    expect(await wallet("nwc", new LightningNodeError("forbidden", "no")).check()).toMatchObject(warned);
    const broken = wallet("nwc", new LightningNodeError("timeout", "late"));
    expect(await broken.check()).toEqual({ ok: false, failure: "timeout", detail: "late" });
    expect(broken.closed()).toBe(1);
  });

  it("refuses a credential that may spend", async () => {
    const failed = { failure: "too-many-rights" };
    const limits = { mayPay: true, inboundMsat: 0n };
    expect(await wallet("nwc", limits).check()).toMatchObject({ ...failed, extra: ["pay_invoice"] });
    expect(await wallet("phoenixd", limits).check()).toMatchObject({ ...failed, extra: ["payinvoice"] });
  });

  it("refuses one that says that it is on another network, whatever its invoices say", async () => {
    const limits = { mayPay: false, inboundMsat: null };
    const check = (network: "regtest" | "mainnet") => wallet("nwc", { ...limits, network }).check();
    expect(await check("regtest")).toMatchObject({ ok: true });
    expect(await check("mainnet")).toMatchObject({ failure: "wrong-network" });
  });

  it("lets phoenixd begin without a channel, and nobody else", async () => {
    const limits = { mayPay: false, inboundMsat: 0n };
    expect(await wallet("phoenixd", limits).check()).toMatchObject({ ok: true, warnings: ["inbound-low"] });
    expect(await wallet("nwc", limits).check()).toMatchObject({ failure: "no-inbound" });
  });

  it("notices a node that does something else than it was asked for", async () => {
    const limits = { mayPay: false, inboundMsat: null };
    for (const lie of [{ amountMsat: 2_000n }, { paymentHash: "ab".repeat(32) }, { isForgotten: true }])
      expect(await wallet("nwc", limits, lie).check()).toMatchObject({ ok: false, failure: "malformed" });
  });

  it("hides no fault of ours", async () => {
    const options: CheckOptions = {
      ...localReach(),
      crypto,
      network: "regtest",
      open: () => Promise.reject(new TypeError("ours")),
    };
    await expect(checkNode(connection, options)).rejects.toThrow("ours");
  });
});
