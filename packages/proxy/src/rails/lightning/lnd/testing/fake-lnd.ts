import { createHash, randomBytes } from "node:crypto";
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  status,
} from "@grpc/grpc-js";
import { authenticatedLndGrpc } from "ln-service";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { encodeBolt11, toHex } from "@x402-paywall/core";
import { nobleCurve } from "../../../../evm/curve.ts";
import type { LightningConnection } from "../../backend.ts";
import type { BackendOptions } from "../../node-reach.ts";
import { lndCertificate, lndKey } from "./certificates.ts";
import { macaroons } from "./macaroons.ts";

export interface FakeInvoice {
  readonly r_hash: Buffer;
  readonly r_preimage: Buffer;
  readonly payment_request: string;
  readonly value_msat: string;
  state: "OPEN" | "SETTLED" | "CANCELED" | "ACCEPTED";
  amt_paid_msat: string;
  settle_date: string;
  settle_index: string;
}

type Method = "AddInvoice" | "LookupInvoice" | "SubscribeInvoices" | "ChannelBalance";
type Subscription = { readonly add_index: string; readonly settle_index: string };

const { default: client } = authenticatedLndGrpc({}).lnd as { default: object };
const definition = (client.constructor as unknown as { service: ServiceDefinition }).service;

export type FakeLnd = Awaited<ReturnType<typeof startFakeLnd>>;

/** Who signs the invoices. */
const NODE_SECRET = createHash("sha256").update("fake lnd").digest();

/**
 * A gRPC server that answers as lnd does, from lnd's own protocol, and misbehaves on command. Its live stream is whatever
 * is announced; a stream that is opened with a settle index gets what settled after it first, in order, as of lnd.
 */
export async function startFakeLnd({ certificate = lndCertificate, prefix = "bcrt" } = {}) {
  const invoices = new Map<string, FakeInvoice>();
  const streams = new Set<ServerWritableStream<Subscription, FakeInvoice>>();
  const calls: { readonly method: Method; readonly macaroon: string; readonly request: unknown }[] = [];
  const state = {
    /** Does not answer. */
    hangs: new Set<Method>(),
    /** Answers with this error. */
    error: undefined as { readonly code: number; readonly details: string } | undefined,
    remoteMsat: "5000000000",
    settled: 0,
  };

  /** Notes a call. @returns whether it is to be answered as it should be */
  const begin = (
    method: Method,
    { metadata, request }: { metadata: { get(name: string): unknown[] }; request: unknown },
  ) => {
    calls.push({ method, macaroon: String(metadata.get("macaroon")[0]), request });
    return !state.hangs.has(method);
  };
  const answer =
    <Request, Answer>(method: Method, work: (request: Request) => Answer) =>
    (call: ServerUnaryCall<Request, Answer>, done: sendUnaryData<Answer>): void => {
      if (!begin(method, call)) return;
      if (state.error !== undefined) return done(state.error);
      try {
        done(null, work(call.request));
      } catch (error) {
        done(error as { code: number; details: string });
      }
    };
  const settledAfter = (index: number): FakeInvoice[] =>
    [...invoices.values()]
      .filter(({ settle_index: settled }) => Number(settled) > index)
      .toSorted((a, b) => Number(a.settle_index) - Number(b.settle_index));
  const find = (hash: string): FakeInvoice => {
    const invoice = invoices.get(hash);
    if (invoice === undefined) throw { code: status.NOT_FOUND, details: "unable to locate invoice" };
    return invoice;
  };

  const service = {
    addInvoice: answer("AddInvoice", (request: AddInvoice) => {
      const invoice = makeInvoice(request, prefix);
      const hash = invoice.r_hash.toString("hex");
      if (invoices.has(hash))
        throw { code: status.UNKNOWN, details: "invoice with payment hash already exists" };
      invoices.set(hash, invoice);
      return invoice;
    }),
    lookupInvoice: answer("LookupInvoice", ({ r_hash: hash }: { r_hash: Buffer }) =>
      find(hash.toString("hex")),
    ),
    channelBalance: answer("ChannelBalance", () => ({ remote_balance: { msat: state.remoteMsat } })),
    subscribeInvoices: (call: ServerWritableStream<Subscription, FakeInvoice>): void => {
      if (!begin("SubscribeInvoices", call)) return;
      if (state.error !== undefined) {
        call.emit("error", state.error);
        return;
      }
      const index = Number(call.request.settle_index);
      if (index > 0) for (const invoice of settledAfter(index)) call.write(invoice);
      streams.add(call);
      call.on("cancelled", () => streams.delete(call));
    },
  };
  let server: Server | undefined;
  const listen = async (at: number): Promise<number> => {
    server = new Server();
    server.addService(definition, service);
    const pair = { cert_chain: Buffer.from(certificate), private_key: Buffer.from(lndKey) };
    const credentials = ServerCredentials.createSsl(null, [pair]);
    const listening = server;
    return new Promise((resolve, reject) => {
      listening.bindAsync(`127.0.0.1:${at}`, credentials, (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
  };
  const port = await listen(0);
  /** Settles an invoice under the next index, or a given one, and says so to nobody. */
  const settle = (hash: string, index = ++state.settled): FakeInvoice => {
    const invoice = find(hash);
    invoice.state = "SETTLED";
    invoice.amt_paid_msat = invoice.value_msat;
    invoice.settle_date = String(Math.floor(Date.now() / 1000));
    invoice.settle_index = String(index);
    state.settled = Math.max(state.settled, index);
    return invoice;
  };
  /** Sends an invoice as it is to all who listen. */
  const announce = (hash: string): void => {
    for (const stream of streams) stream.write(find(hash));
  };
  const cut = async (): Promise<void> => {
    streams.clear();
    server?.forceShutdown();
  };
  return {
    state,
    calls,
    invoices,
    streams,
    port,
    /** Compressed, hex. */
    nodeKey: toHex(secp256k1.getPublicKey(NODE_SECRET, true)),
    connection: {
      kind: "lnd",
      socket: `localhost:${port}`,
      cert: Buffer.from(certificate).toString("base64"),
      macaroon: macaroons.selling,
    } satisfies LightningConnection,
    settle,
    announce,
    /** Settles an invoice, and whoever listens hears of it. */
    pay: (hash: string): void => {
      settle(hash);
      announce(hash);
    },
    /** Breaks all connections, and takes no new ones. */
    cut,
    mend: async (): Promise<void> => void (await listen(port)),
    close: cut,
  };
}

interface AddInvoice {
  readonly r_preimage: Buffer;
  readonly value_msat: string;
  readonly memo: string;
  readonly expiry: string;
}

function makeInvoice({ r_preimage, value_msat, memo, expiry }: AddInvoice, prefix: string): FakeInvoice {
  const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest();
  const hash = sha256(r_preimage);
  const fields = {
    prefix,
    amountMsat: BigInt(value_msat),
    timestamp: Math.floor(Date.now() / 1000),
    expirySeconds: Number(expiry),
    paymentHash: hash.toString("hex"),
    paymentSecret: randomBytes(32).toString("hex"),
    description: memo,
  };
  return {
    r_hash: hash,
    r_preimage,
    payment_request: encodeBolt11(fields, (digest) => nobleCurve.sign(digest, NODE_SECRET), { sha256 }),
    value_msat,
    state: "OPEN",
    amt_paid_msat: "0",
    settle_date: "0",
    settle_index: "0",
  };
}

/** Reaches this machine only, whatever the name. */
export function localReach(): BackendOptions & { readonly lookedUp: string[] } {
  const lookedUp: string[] = [];
  const unused = (): never => {
    throw new Error("lnd is reached by gRPC only");
  };
  return {
    lookedUp,
    clock: Date.now,
    reach: {
      lookUpAddress: async (host, port) => {
        lookedUp.push(`${host}:${port}`);
        return "127.0.0.1";
      },
      send: unused,
      webSocket: unused as unknown as BackendOptions["reach"]["webSocket"],
    },
  };
}
