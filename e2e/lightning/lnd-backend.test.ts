import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { getInvoices, revokeAccess } from "ln-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEgressPolicy, createNodeReach, nodeCrypto } from "@x402-paywall/proxy/node";
import { checkNode, type LightningBackend, type SettlementEvent } from "@x402-paywall/proxy/rails/lightning";
import { openLnd } from "@x402-paywall/proxy/rails/lightning/lnd";
import { describeLightningBackend } from "@x402-paywall/proxy/testing";
import { LndLink } from "../../packages/proxy/src/rails/lightning/lnd/lnd-link.ts";
import { watchLnd } from "../../packages/proxy/src/rails/lightning/lnd/watch-lnd.ts";
import { startLightning, type Lightning } from "./nodes/start-lightning.ts";

type Connection = Lightning["creator"]["connection"];

let net: Lightning;
const ends: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  net = await startLightning();
}, 120_000);
afterAll(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  await net?.close();
});

/** Through the policy that an instance has, with these addresses on its list. */
function optionsFor(...sockets: readonly string[]) {
  const reach = createNodeReach(createEgressPolicy({ allow: sockets.join(",") }));
  ends.push(() => reach.close());
  return { reach, clock: Date.now };
}

async function open(connection: Connection): Promise<LightningBackend> {
  const backend = await openLnd(connection, optionsFor(connection.socket));
  ends.push(() => backend.close());
  return backend;
}

const request = (amountMsat = 21_000n) => ({
  amountMsat,
  description: "lnd",
  expirySeconds: 600,
  preimage: randomBytes(32),
});
const failing = (failure: string) => expect.objectContaining({ name: "LightningNodeError", failure });

describeLightningBackend("lnd", async () => {
  const { creator, payer } = net;
  const line = await net.cut(creator);
  const connection = { ...creator.connection, socket: line.socket };
  const options = optionsFor(line.socket);
  return {
    open: () => openLnd(connection, options),
    pay: (bolt11) => payer.pay(bolt11),
    takesPreimages: true,
    secrets: [connection.macaroon.slice(0, 40), connection.macaroon.slice(-40)],
    cut: line.down,
    mend: line.up,
    close: line.close,
  };
});

describe("a real lnd", () => {
  it("sends what settles, and nothing of invoices that are only made", async () => {
    const { connection } = net.creator;
    const port = Number(connection.socket.split(":")[1]);
    const { reach } = optionsFor(connection.socket);
    const link = new LndLink({ ...connection, host: "127.0.0.1", port, reach, timeoutMs: 1_200 });
    ends.push(async () => link.close());
    const told: SettlementEvent[] = [];
    const raw: unknown[] = [];
    const listen = link.listen.bind(link);
    link.listen = async (method, asked) => {
      const stream = await listen(method, asked);
      stream.answers.on("data", (answer) => raw.push(answer)).pause();
      return stream;
    };
    const stop = new AbortController();
    const reading = (async () => {
      for await (const event of watchLnd(link, null, stop.signal)) told.push(event);
    })();
    await sleep(300);
    const backend = await open(connection);
    const made = await Promise.all(Array.from({ length: 20 }, () => backend.createInvoice(request())));
    await net.payer.pay(made[7]?.bolt11 ?? "");
    await expect.poll(() => told.map(({ invoice }) => invoice.paymentHash)).toEqual([made[7]?.paymentHash]);
    expect(raw).toHaveLength(1);
    stop.abort();
    await reading;
  });

  it("tells fifty payments that were made while the line was cut, in seconds after it is back", async () => {
    const line = await net.cut(net.creator);
    const backend = await open({ ...net.creator.connection, socket: line.socket });
    const first = await backend.createInvoice(request());
    const events = backend.subscribe(null, new AbortController().signal)[Symbol.asyncIterator]();
    const next = events.next();
    await sleep(300);
    await net.payer.pay(first.bolt11);
    const { value } = await next;
    const made = await Promise.all(Array.from({ length: 50 }, () => backend.createInvoice(request(1_000n))));
    const broken = expect(events.next()).rejects.toEqual(failing("unreachable"));
    const cutAt = Date.now();
    await line.down();
    await broken;
    expect(Date.now() - cutAt).toBeLessThan(2_000);
    for (const { bolt11 } of made) await net.payer.pay(bolt11);
    await line.up();
    const missing = new Set(made.map(({ paymentHash }) => paymentHash));
    const upAt = Date.now();
    for await (const { invoice } of backend.subscribe(value?.cursor ?? null, new AbortController().signal)) {
      missing.delete(invoice.paymentHash);
      if (missing.size === 0) break;
    }
    expect(Date.now() - upAt).toBeLessThan(2_000);
  });

  it("tells each of many at once exactly as its books have them", async () => {
    const backend = await open(net.creator.connection);
    const made = await Promise.all(Array.from({ length: 40 }, () => backend.createInvoice(request(1_000n))));
    const stop = new AbortController();
    const heard: SettlementEvent[] = [];
    const reading = (async () => {
      for await (const event of backend.subscribe(null, stop.signal)) heard.push(event);
    })();
    await sleep(300);
    await Promise.all(made.map(({ bolt11 }) => net.payer.pay(bolt11)));
    await expect
      .poll(() => new Set(heard.map(({ invoice }) => invoice.paymentHash)).size, { timeout: 10_000 })
      .toBe(40);
    stop.abort();
    await reading;
    const { invoices } = await getInvoices({ lnd: net.creator.lnd(), limit: 100 });
    // The declared types leave it out.
    const indexOf = (invoice: object) =>
      "confirmed_index" in invoice ? Number(invoice.confirmed_index ?? 0) : 0;
    const indexes = new Map(invoices.map((invoice) => [invoice.id, indexOf(invoice)]));
    expect(Math.max(...indexes.values())).toBe(Number(heard.at(-1)?.cursor));
    for (const [place, { cursor }] of heard.entries()) {
      const told = heard.slice(0, place + 1).map(({ invoice }) => indexes.get(invoice.paymentHash) ?? 0);
      const passed = heard.map(({ invoice }) => indexes.get(invoice.paymentHash) ?? 0);
      expect(passed.filter((index) => index <= Number(cursor) && !told.includes(index))).toEqual([]);
    }
  });

  it("answers as soon as it is back after it was killed", async () => {
    const backend = await open(net.creator.connection);
    await backend.createInvoice(request());
    await net.creator.kill();
    const startedAt = Date.now();
    await expect(backend.createInvoice(request())).rejects.toEqual(failing("unreachable"));
    expect(Date.now() - startedAt).toBeLessThan(1_500);
    await net.creator.restart();
    await expect
      .poll(() => backend.createInvoice(request()).catch(String), { timeout: 5_000 })
      .toHaveProperty("bolt11");
    await net.waitForRoute();
  });

  it("that hangs is given up in time, and its subscription within keepalive", async () => {
    const backend = await open(net.creator.connection);
    const next = backend.subscribe("1", new AbortController().signal)[Symbol.asyncIterator]();
    // Whatever its books hold comes first.
    const broken = (async () => {
      for (;;) await next.next();
    })().catch((error: unknown) => error);
    await sleep(300);
    net.creator.pause();
    try {
      const startedAt = Date.now();
      await expect(backend.createInvoice(request())).rejects.toEqual(failing("timeout"));
      expect(Date.now() - startedAt).toBeLessThan(1_500);
      expect(await broken).toEqual(failing("unreachable"));
      expect(Date.now() - startedAt).toBeLessThan(17_000);
    } finally {
      net.creator.resume();
    }
    await backend.createInvoice(request());
  });
});

describe("the self-test of a real lnd", () => {
  const check = (connection: Connection, network: "regtest" | "mainnet" = "regtest") =>
    checkNode(connection, {
      ...optionsFor(connection.socket),
      crypto: nodeCrypto,
      network,
      open: (wanted, options) => {
        if (wanted.kind !== "lnd") throw new Error("Only lnd");
        return openLnd(wanted, options);
      },
    });

  it("knows the node by its key, and what it can receive", async () => {
    const { connection, pubkey } = net.creator;
    const found = await check(connection);
    expect(found).toMatchObject({ ok: true, nodeKey: pubkey, network: "regtest", warnings: [] });
    expect(found.ok && found.inboundMsat).toBeGreaterThan(1_000_000_000n);
  });

  it("names a macaroon with too many rights, with too few, revoked, and another node's", async () => {
    const { connection, adminMacaroon } = net.creator;
    const bake = async (...rights: readonly string[]) => net.creator.bake(rights);
    expect(await check({ ...connection, macaroon: adminMacaroon })).toMatchObject({
      failure: "too-many-rights",
    });
    const payer = await bake("invoices:read", "invoices:write", "offchain:write");
    expect(await check({ ...connection, macaroon: payer })).toMatchObject({
      failure: "too-many-rights",
      extra: ["offchain:write"],
    });
    expect(await check({ ...connection, macaroon: await bake("invoices:read") })).toMatchObject({
      failure: "forbidden",
    });
    const rights = ["invoices:read", "invoices:write"];
    const revoked = await net.creator.bake(rights, "9");
    await revokeAccess({ lnd: net.creator.lnd(), id: "9" });
    expect(await check({ ...connection, macaroon: revoked })).toMatchObject({ failure: "unauthorized" });
    const foreign = await net.payer.bake(rights);
    expect(await check({ ...connection, macaroon: foreign })).toMatchObject({ failure: "unauthorized" });
  });

  it("names a wrong certificate, a wrong network, a port without lnd, and an address that is not allowed", async () => {
    const { connection, peerSocket } = net.creator;
    expect(await check({ ...connection, cert: net.payer.certBase64 })).toMatchObject({
      failure: "certificate",
    });
    expect(await check({ ...connection, cert: "" })).toMatchObject({ failure: "certificate" });
    expect(await check(connection, "mainnet")).toMatchObject({ failure: "wrong-network" });
    expect(await check({ ...connection, socket: peerSocket })).toMatchObject({ failure: "unreachable" });
    const outside = await openLnd(connection, optionsFor("127.0.0.1:1"));
    ends.push(() => outside.close());
    await expect(outside.createInvoice(request())).rejects.toEqual(failing("unreachable"));
  });

  it("names a node that cannot receive", async () => {
    const { connection } = await net.startNode("alone");
    expect(await check(connection)).toMatchObject({ ok: false, failure: "no-inbound" });
  });
});
