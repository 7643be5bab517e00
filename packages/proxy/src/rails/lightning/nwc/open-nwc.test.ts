import { afterEach, describe, expect, it, vi } from "vitest";
import { type FakeWallet, type FakeWalletOptions, openFakeWallet } from "../../../../test/fake-nwc-wallet.ts";
import { createEgressPolicy } from "../../../egress/policy.ts";
import { createNodeReach } from "../../../node/create-node-reach.ts";
import type { LightningBackend, SettlementEvent } from "../backend.ts";
import { openNwc } from "./open-nwc.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  vi.restoreAllMocks();
});

async function open(options: FakeWalletOptions = {}, timeoutMs = 1_000, allow = true) {
  const wallet = await openFakeWallet(options);
  const reach = createNodeReach(createEgressPolicy(allow ? { allow: wallet.authority } : {}));
  const backend = await openNwc({ kind: "nwc", uri: wallet.uri }, { reach, clock: Date.now, timeoutMs });
  closing.push(
    () => backend.close(),
    () => reach.close(),
    () => wallet.close(),
  );
  return { wallet, backend };
}

const request = {
  amountMsat: 21_000n,
  description: "Weather [q e 1]",
  expirySeconds: 600,
  preimage: new Uint8Array(32),
};

/** Collects from a subscription until it ends. */
function collect(backend: LightningBackend, cursor: string | null = null) {
  const end = new AbortController();
  const events: SettlementEvent[] = [];
  const done = (async () => {
    for await (const event of backend.subscribe(cursor, end.signal)) events.push(event);
  })();
  done.catch(() => {});
  closing.push(async () => {
    end.abort();
    await done.catch(() => {});
  });
  return { events, done, end, hashes: () => events.map(({ invoice }) => invoice.paymentHash) };
}
const isListening = (wallet: FakeWallet) =>
  vi.waitFor(() => expect(wallet.asked).toContain("list_transactions"), { timeout: 3_000 });

describe.each(["nip44_v2", "nip04"] as const)("openNwc with %s", (encryption) => {
  it("makes, reads and hears of an invoice", async () => {
    vi.spyOn(console, "warn").mockReturnValue();
    const { wallet, backend } = await open({ encryption });
    const { bolt11, paymentHash } = await backend.createInvoice(request);
    expect(await backend.lookUp(paymentHash)).toEqual({ state: "open", paymentHash });
    const heard = collect(backend);
    await isListening(wallet);
    const { preimage } = wallet.pay(bolt11, 21_500);
    await vi.waitFor(() => expect(heard.events).toHaveLength(1));
    const settled = { state: "settled", paymentHash, preimage, receivedMsat: 21_500n };
    expect(heard.events[0]?.invoice).toMatchObject(settled);
    expect(await backend.lookUp(paymentHash)).toMatchObject(settled);
  });
});

describe("openNwc", () => {
  it("uses one connection for everything, and none before it is asked", async () => {
    const { wallet, backend } = await open({}, 5_000);
    expect(wallet.connections).toBe(0);
    await Promise.all(Array.from({ length: 10 }, () => backend.createInvoice(request)));
    expect(wallet.connections).toBe(1);
  });

  it("knows what the wallet does not know", async () => {
    const { backend } = await open();
    expect(await backend.lookUp("ab".repeat(32))).toBeUndefined();
  });

  it("yields each payment once, however often it is told", async () => {
    const { wallet, backend } = await open();
    wallet.notifications = 3;
    const heard = collect(backend);
    await isListening(wallet);
    const { bolt11, paymentHash } = await backend.createInvoice(request);
    wallet.pay(bolt11);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(heard.hashes()).toEqual([paymentHash]);
  });

  it.each([false, true])(
    "lists what nobody heard, from the cursor on (by creation: %s)",
    async (byCreation) => {
      const { wallet, backend } = await open({ notifications: false });
      wallet.listsByCreation = byCreation;
      const paid: string[] = [];
      for (let index = 0; index < 45; index++) {
        const { bolt11, paymentHash } = await backend.createInvoice(request);
        wallet.pay(bolt11);
        paid.push(paymentHash);
      }
      const cursor = String(Math.floor(Date.now() / 1000) - 5);
      const heard = collect(backend, cursor);
      await vi.waitFor(() => expect(heard.events).toHaveLength(45), { timeout: 5_000 });
      expect(heard.hashes().toSorted()).toEqual(paid.toSorted());
      const seconds = heard.events.map((event) => Number(event.cursor));
      expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
      const again = collect(backend, heard.events.at(-1)?.cursor ?? "");
      await vi.waitFor(() => expect(new Set(again.hashes())).toEqual(new Set(paid)), { timeout: 5_000 });
    },
  );

  it("yields nothing of before where nobody has a cursor", async () => {
    const { wallet, backend } = await open();
    wallet.pay((await backend.createInvoice(request)).bolt11);
    const heard = collect(backend);
    await isListening(wallet);
    const { bolt11, paymentHash } = await backend.createInvoice(request);
    wallet.pay(bolt11);
    await vi.waitFor(() => expect(heard.hashes()).toEqual([paymentHash]));
  });

  it("goes on hearing where the wallet allows no lists", async () => {
    const { wallet, backend } = await open({ methods: ["make_invoice", "lookup_invoice"] });
    const heard = collect(backend);
    await isListening(wallet);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { bolt11, paymentHash } = await backend.createInvoice(request);
    wallet.pay(bolt11);
    await vi.waitFor(() => expect(heard.hashes()).toEqual([paymentHash]));
  });

  it("ends a subscription when the relay is gone, and serves the next one", async () => {
    const { wallet, backend } = await open();
    const heard = collect(backend);
    await isListening(wallet);
    const { bolt11, paymentHash } = await backend.createInvoice(request);
    await wallet.down();
    const started = performance.now();
    await expect(heard.done).rejects.toMatchObject({ failure: "unreachable" });
    expect(performance.now() - started).toBeLessThan(2_000);
    wallet.pay(bolt11);
    await expect(backend.lookUp(paymentHash)).rejects.toMatchObject({ failure: "unreachable" });
    await wallet.up();
    const next = collect(backend, String(Math.floor(Date.now() / 1000) - 30));
    await vi.waitFor(() => expect(next.hashes()).toEqual([paymentHash]), { timeout: 4_000 });
  });

  it("ends a subscription when nobody wants it", async () => {
    const { wallet, backend } = await open();
    const heard = collect(backend);
    await isListening(wallet);
    heard.end.abort();
    await heard.done;
  });

  it.each([
    ["UNAUTHORIZED", "unauthorized"],
    ["RESTRICTED", "forbidden"],
    ["NOT_IMPLEMENTED", "forbidden"],
    ["RATE_LIMITED", "unavailable"],
    ["INTERNAL", "unavailable"],
    ["OTHER", "refused"],
    ["garbage", "malformed"],
    ["odd", "malformed"],
    ["silent", "timeout"],
  ] as const)("calls %s %s, and says nothing to the console", async (fault, failure) => {
    const said = [vi.spyOn(console, "error"), vi.spyOn(console, "warn")];
    const { wallet, backend } = await open({}, 300);
    wallet.fault = fault;
    const started = performance.now();
    await expect(backend.createInvoice(request)).rejects.toMatchObject({ failure });
    await expect(backend.lookUp("ab".repeat(32))).rejects.toMatchObject({ failure });
    expect(performance.now() - started).toBeLessThan(1_000);
    for (const spy of said) expect(spy).not.toHaveBeenCalled();
  });

  it("lets no late answer become another one", async () => {
    const { wallet, backend } = await open({}, 200);
    await backend.lookUp("ab".repeat(32));
    wallet.delayMs = 300;
    await expect(backend.createInvoice(request)).rejects.toMatchObject({ failure: "timeout" });
    wallet.delayMs = 0;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await backend.createInvoice(request)).toMatchObject({ bolt11: expect.stringMatching(/^lnbcrt/) });
  });

  it("survives whatever a relay says", async () => {
    const said = [vi.spyOn(console, "error"), vi.spyOn(console, "warn"), vi.spyOn(console, "debug")];
    const { wallet, backend } = await open();
    const heard = collect(backend);
    await isListening(wallet);
    wallet.babble();
    const { bolt11, paymentHash } = await backend.createInvoice(request);
    wallet.pay(bolt11);
    await vi.waitFor(() => expect(heard.hashes()).toEqual([paymentHash]));
    for (const spy of said) expect(spy).not.toHaveBeenCalled();
  });

  it.each([
    [["get_info", "make_invoice", "lookup_invoice", "list_transactions"], false, "regtest"],
    [["get_info", "make_invoice", "pay_invoice"], true, "regtest"],
    [["get_info", "make_invoice", "multi_pay_keysend"], true, "regtest"],
    [["get_info", "make_invoice", "create_connection"], true, "regtest"],
    [["make_invoice", "lookup_invoice"], false, undefined],
    [["make_invoice", "pay_keysend"], true, undefined],
  ])("tells whether %j may pay", async (methods, mayPay, network) => {
    const { backend } = await open({ methods });
    expect(await backend.limits()).toEqual({ mayPay, inboundMsat: null, ...(network && { network }) });
  });

  it("goes to no relay that the address policy does not allow", async () => {
    const { wallet, backend } = await open({}, 1_000, false);
    await expect(backend.createInvoice(request)).rejects.toMatchObject({ failure: "unreachable" });
    expect(wallet.connections).toBe(0);
    const secure = wallet.uri.replace("ws://", "wss://");
    const reach = createNodeReach(createEgressPolicy());
    const other = await openNwc({ kind: "nwc", uri: secure }, { reach, clock: Date.now });
    await expect(other.createInvoice(request)).rejects.toMatchObject({
      failure: "unreachable",
      message: expect.stringContaining("is not a public address"),
    });
    await reach.close();
  });

  it.each([
    "",
    "nostr+walletconnect://",
    `nostr+walletconnect://${"a".repeat(64)}?relay=wss://relay.example.com`,
    `nostr+walletconnect://${"a".repeat(64)}?relay=nowhere&secret=${"1".repeat(64)}`,
    `nostr+walletconnect://${"f".repeat(64)}?relay=wss://relay.example.com&secret=${"1".repeat(64)}`,
    `nostr+walletconnect://${"a".repeat(64)}?relay=wss://relay.example.com&secret=${"0".repeat(64)}`,
    "lndconnect://host?macaroon=abc",
  ])("takes no other string for a connection: %s", async (uri) => {
    const reach = createNodeReach(createEgressPolicy());
    const opening = openNwc({ kind: "nwc", uri }, { reach, clock: Date.now });
    await expect(opening).rejects.toMatchObject({
      failure: "unauthorized",
      message: expect.not.stringContaining("1".repeat(64)),
    });
    await reach.close();
  });
});
