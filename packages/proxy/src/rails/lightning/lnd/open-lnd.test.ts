import { randomBytes } from "node:crypto";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { afterEach, describe, expect, it } from "vitest";
import { makeInvoiceRequest } from "../../../testing/lightning-backend-harness.ts";
import type { LightningBackend, LightningConnection } from "../backend.ts";
import { openLnd } from "./index.ts";
import { caCertificate, leafCertificate, lndCertificate } from "./testing/certificates.ts";
import { type FakeLnd, localReach, startFakeLnd } from "./testing/fake-lnd.ts";
import { macaroons } from "./testing/macaroons.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function start(options: Parameters<typeof startFakeLnd>[0] = {}): Promise<FakeLnd> {
  const lnd = await startFakeLnd(options);
  ends.push(lnd.close);
  return lnd;
}

async function open(
  connection: LightningConnection & { readonly kind: "lnd" },
  options: Partial<ReturnType<typeof localReach>> = {},
) {
  const backend = await openLnd(connection, { ...localReach(), ...options });
  ends.push(() => backend.close());
  return backend;
}

const base64 = (...pems: readonly string[]) => Buffer.from(pems.join("\n")).toString("base64");
const failing = (failure: string) => expect.objectContaining({ name: "LightningNodeError", failure });
const create = (backend: LightningBackend) => backend.createInvoice(makeInvoiceRequest());

describe("openLnd: calls", () => {
  it("makes an invoice with one call, and asks for what it needs only", async () => {
    const lnd = await start();
    const backend = await open(lnd.connection);
    const preimage = randomBytes(32);
    const made = await backend.createInvoice(makeInvoiceRequest({ amountMsat: 7_000n, preimage }));
    expect(lnd.calls).toEqual([
      {
        method: "AddInvoice",
        macaroon: lnd.connection.macaroon,
        request: expect.objectContaining({
          r_preimage: preimage,
          value_msat: "7000",
          expiry: "600",
          private: true,
        }),
      },
    ]);
    expect(await backend.lookUp(made.paymentHash)).toMatchObject({ state: "open" });
    expect(await backend.limits()).toEqual({ mayPay: false, inboundMsat: 5_000_000_000n });
    expect(lnd.calls.map(({ method }) => method)).toEqual(["AddInvoice", "LookupInvoice", "ChannelBalance"]);
  });

  it("names each state of an invoice", async () => {
    const lnd = await start();
    const backend = await open(lnd.connection);
    const { paymentHash } = await create(backend);
    const invoice = lnd.invoices.get(paymentHash);
    if (invoice === undefined) throw new Error("It was made");
    invoice.state = "ACCEPTED";
    expect(await backend.lookUp(paymentHash)).toEqual({ state: "held", paymentHash });
    invoice.state = "CANCELED";
    expect(await backend.lookUp(paymentHash)).toEqual({ state: "closed", paymentHash });
    lnd.settle(paymentHash);
    invoice.amt_paid_msat = "22000";
    expect(await backend.lookUp(paymentHash)).toMatchObject({
      state: "settled",
      receivedMsat: 22_000n,
      preimage: invoice.r_preimage.toString("hex"),
    });
  });

  it("does not ask how much the node can receive where the macaroon may not", async () => {
    const lnd = await start();
    const backend = await open({ ...lnd.connection, macaroon: macaroons.plain });
    expect(await backend.limits()).toEqual({ mayPay: false, inboundMsat: null });
    expect(lnd.calls).toEqual([]);
  });

  it("gives up on a node that does not answer, and listens on", async () => {
    const lnd = await start();
    const backend = await open(lnd.connection, { timeoutMs: 150 });
    const { paymentHash } = await create(backend);
    const events = backend.subscribe(null, new AbortController().signal)[Symbol.asyncIterator]();
    const first = events.next();
    await expect.poll(() => lnd.streams.size).toBe(1);
    lnd.state.hangs.add("AddInvoice");
    const startedAt = Date.now();
    await expect(create(backend)).rejects.toEqual(failing("timeout"));
    expect(Date.now() - startedAt).toBeLessThan(600);
    lnd.state.hangs.clear();
    await create(backend);
    await sleep(300);
    lnd.pay(paymentHash);
    expect((await first).value).toMatchObject({ invoice: { paymentHash } });
    await events.return?.();
  });

  it("gives up on a name that is not resolved in time, and on a server that says nothing", async () => {
    const { reach } = localReach();
    const lookUpAddress = () => new Promise<string>(() => {});
    const connection = {
      kind: "lnd",
      socket: "node.test:10009",
      cert: "",
      macaroon: macaroons.selling,
    } as const;
    const unresolved = await open(connection, { timeoutMs: 100, reach: { ...reach, lookUpAddress } });
    await expect(create(unresolved)).rejects.toEqual(failing("timeout"));
    const silent = await listen(createServer());
    const backend = await open({ ...connection, socket: `localhost:${silent}` }, { timeoutMs: 100 });
    await expect(create(backend)).rejects.toEqual(failing("timeout"));
    const events = backend.subscribe(null, new AbortController().signal)[Symbol.asyncIterator]();
    await expect(events.next()).rejects.toEqual(failing("timeout"));
  });

  it.each([
    "node.test",
    "node.test:0",
    "node.test:70000",
    "http://node.test:1",
    "a b:1",
    "u@node.test:1",
    ":1",
    "::1:1",
  ])("takes no address like %j", async (socket) => {
    const connection = { kind: "lnd", socket, cert: "", macaroon: macaroons.selling } as const;
    await expect(openLnd(connection, localReach())).rejects.toEqual(failing("unreachable"));
  });

  it("takes no macaroon that is none", async () => {
    const connection = { kind: "lnd", socket: "node.test:1", cert: "", macaroon: "0201" } as const;
    await expect(openLnd(connection, localReach())).rejects.toEqual(failing("unauthorized"));
  });
});

describe("openLnd: connections", () => {
  it("looks the name up once, and again only when the connection broke; then at once", async () => {
    const lnd = await start();
    const options = localReach();
    const backend = await open(lnd.connection, options);
    await Promise.all(Array.from({ length: 20 }, () => create(backend)));
    expect(options.lookedUp).toEqual([lnd.connection.socket]);
    await lnd.cut();
    // As grpc-js counts, the next attempt would be half a minute away by now.
    for (let turn = 0; turn < 8; turn++)
      await expect(create(backend)).rejects.toEqual(failing("unreachable"));
    await lnd.mend();
    const startedAt = Date.now();
    await create(backend);
    expect(Date.now() - startedAt).toBeLessThan(500);
    expect(options.lookedUp.length).toBeGreaterThan(1);
  });

  it("leaves a connection that went silent, though a subscription still waits on it", async () => {
    const lnd = await start();
    const lines: Socket[] = [];
    const relay = createServer((near) => {
      const far = connect(lnd.port, "127.0.0.1");
      for (const end of [near, far]) lines.push(end.on("error", () => {}));
      near.pipe(far).pipe(near);
    });
    const port = await listen(relay);
    ends.push(() => lines.forEach((line) => line.destroy()));
    const backend = await open({ ...lnd.connection, socket: `localhost:${port}` }, { timeoutMs: 300 });
    const stop = new AbortController();
    const next = backend.subscribe(null, stop.signal)[Symbol.asyncIterator]().next();
    await expect.poll(() => lnd.streams.size).toBe(1);
    for (const line of lines) line.unpipe().pause();
    await expect(create(backend)).rejects.toEqual(failing("timeout"));
    await create(backend);
    stop.abort();
    expect((await next).done).toBe(true);
  });

  it("connects to the address that the policy gave, and to nothing where it refuses", async () => {
    const lnd = await start();
    const { reach } = localReach();
    const lookUpAddress = () => Promise.reject(new Error("no detail for the outside"));
    const backend = await open(lnd.connection, { reach: { ...reach, lookUpAddress } });
    await expect(create(backend)).rejects.toMatchObject({ name: "LightningNodeError" });
    expect(lnd.calls).toEqual([]);
  });

  it("asks no proxy of the environment", async () => {
    const lnd = await start();
    process.env["https_proxy"] = "http://127.0.0.1:9";
    process.env["grpc_proxy"] = "http://127.0.0.1:9";
    try {
      await create(await open(lnd.connection));
    } finally {
      delete process.env["https_proxy"];
      delete process.env["grpc_proxy"];
    }
  });

  it.each([
    ["its own certificate, whatever the name", lndCertificate, "node.test", [lndCertificate], undefined],
    ["its own certificate, by address", lndCertificate, "127.0.0.1", [lndCertificate], undefined],
    [
      "its own certificate, which a CA has signed",
      leafCertificate,
      "other.test",
      [leafCertificate],
      undefined,
    ],
    ["the CA's certificate", leafCertificate, "node.test", [caCertificate], undefined],
    ["one of several", leafCertificate, "node.test", [lndCertificate, caCertificate], undefined],
    ["the CA's certificate, for another name", leafCertificate, "other.test", [caCertificate], "certificate"],
    ["another certificate", lndCertificate, "localhost", [caCertificate], "certificate"],
    ["none, so a public CA", lndCertificate, "localhost", [], "certificate"],
  ] as const)("by %s", async (_, certificate, host, trusted, failure) => {
    const lnd = await start({ certificate });
    const cert = trusted.length === 0 ? "" : base64(...trusted);
    const backend = await open({ ...lnd.connection, socket: `${host}:${lnd.port}`, cert });
    if (failure === undefined) await create(backend);
    else await expect(create(backend)).rejects.toEqual(failing(failure));
  });

  it.each([
    ["no PEM", "bm90IGEgUEVN", "certificate"],
    [
      "a PEM of something else",
      base64("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----"),
      "certificate",
    ],
  ])("takes no certificate that is %s", async (_, cert, failure) => {
    const connection = { kind: "lnd", socket: "node.test:1", cert, macaroon: macaroons.selling } as const;
    await expect(openLnd(connection, localReach())).rejects.toEqual(failing(failure));
  });

  it("does not get through with a certificate that is garbage", async () => {
    const lnd = await start();
    const cert = base64("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
    await expect(create(await open({ ...lnd.connection, cert }))).rejects.toEqual(failing("certificate"));
  });

  it("says what lnd says of a macaroon", async () => {
    const lnd = await start();
    const backend = await open(lnd.connection);
    lnd.state.error = { code: status.UNKNOWN, details: "permission denied" };
    await expect(create(backend)).rejects.toEqual(failing("forbidden"));
    const events = backend.subscribe("1", new AbortController().signal)[Symbol.asyncIterator]();
    await expect(events.next()).rejects.toEqual(failing("forbidden"));
  });
});

describe("openLnd: settlements", () => {
  /** Invoices that settled under these indexes, and a subscription. */
  async function listenFrom(cursor: string | null, indexes: readonly number[]) {
    const lnd = await start();
    const backend = await open(lnd.connection);
    const hashes = new Map<number, string>();
    for (const index of indexes) hashes.set(index, (await create(backend)).paymentHash);
    const stop = new AbortController();
    const heard: string[] = [];
    const read = async () => {
      for await (const { invoice, cursor: next } of backend.subscribe(cursor, stop.signal))
        heard.push(`${[...hashes].find(([, hash]) => hash === invoice.paymentHash)?.[0]} ${next}`);
    };
    const done = read();
    ends.push(async () => {
      stop.abort();
      await done;
    });
    await expect.poll(() => lnd.streams.size).toBe(1);
    const hashOf = (index: number) => hashes.get(index) ?? "";
    const settle = (index: number) => lnd.settle(hashOf(index), index);
    return {
      lnd,
      heard,
      settle,
      announce: (index: number) => lnd.announce(hashOf(index)),
      pay: (index: number) => {
        settle(index);
        lnd.announce(hashOf(index));
      },
    };
  }

  it("asks for settlements after the cursor, and for no new invoices", async () => {
    const { lnd } = await listenFrom("41", []);
    expect(lnd.calls.at(-1)?.request).toEqual({ settle_index: "41", add_index: "9223372036854775806" });
  });

  it("passes none that was not told when they come 5, 7, 6", async () => {
    const { heard, pay } = await listenFrom("4", [5, 6, 7]);
    for (const index of [5, 7, 6]) pay(index);
    await expect.poll(() => heard).toEqual(["5 5", "7 5", "6 7"]);
  });

  it("reads the books again where one is left out, and goes on", async () => {
    const { lnd, heard, pay, settle } = await listenFrom("4", [5, 6, 7, 8]);
    pay(5);
    settle(6);
    pay(7);
    await expect.poll(() => heard).toEqual(["5 5", "7 5"]);
    await expect.poll(() => heard.slice(2), { timeout: 4_000 }).toContain("6 7");
    await expect.poll(() => lnd.streams.size).toBe(1);
    pay(8);
    await expect.poll(() => heard.at(-1)).toBe("8 8");
  });

  it("does not wait for an index that does not exist", async () => {
    const { lnd, heard, pay } = await listenFrom("4", [5, 7, 8]);
    pay(5);
    pay(7);
    await expect
      .poll(() => lnd.calls.filter(({ method }) => method === "SubscribeInvoices").length, { timeout: 4_000 })
      .toBe(2);
    await expect.poll(() => lnd.streams.size).toBe(1);
    pay(8);
    await expect.poll(() => heard).toEqual(["5 5", "7 5", "8 8"]);
  });

  it("tells nothing that is not settled, and takes duplicates", async () => {
    const { heard, pay, announce } = await listenFrom(null, [1, 2, 3]);
    announce(3);
    pay(1);
    announce(1);
    pay(2);
    await expect.poll(() => heard.at(-1)).toBe("2 2");
    expect(new Set(heard)).toEqual(new Set(["1 1", "1 1", "2 2"]));
  });

  it("ends its stream on the node when nobody listens any more", async () => {
    const lnd = await start();
    const backend = await open(lnd.connection);
    const { paymentHash } = await create(backend);
    const events = backend.subscribe(null, new AbortController().signal)[Symbol.asyncIterator]();
    const first = events.next();
    await expect.poll(() => lnd.streams.size).toBe(1);
    lnd.pay(paymentHash);
    await first;
    await events.return?.();
    await expect.poll(() => lnd.streams.size).toBe(0);
  });

  it("breaks at once when the connection does", async () => {
    const lnd = await start();
    const backend = await open(lnd.connection);
    const next = backend.subscribe(null, new AbortController().signal)[Symbol.asyncIterator]().next();
    const broken = expect(next).rejects.toEqual(failing("unreachable"));
    await expect.poll(() => lnd.streams.size).toBe(1);
    const cutAt = Date.now();
    await lnd.cut();
    await broken;
    expect(Date.now() - cutAt).toBeLessThan(1_000);
  });
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket.on("error", () => {})));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
