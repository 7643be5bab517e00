import { createHash, randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  status,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { encodeBolt11 } from "@x402-paywall/core";
import { nodeCrypto } from "@x402-paywall/proxy/node";
import type { Curve } from "@x402-paywall/proxy/rails/sandbox";
import { freePort } from "../rig/free-port.ts";
import { makeSelfSigned } from "./self-signed.ts";

/** How the events of a payment get lost, or do not. */
export interface PayMood {
  /** How often its event is sent; 0: never, also not to who subscribes later. Default 1. */
  readonly times?: number;
  /** Lookups go on saying that it is open. */
  readonly lags?: boolean;
}

/** An lnd whose events misbehave. Its invoices and what was paid are in the rig's process, and never lost. */
export interface FakeLnd {
  /** `host:port`. */
  readonly socket: string;
  /** Base64 of the PEM. */
  readonly cert: string;
  readonly charges: readonly { readonly paymentHash: string; readonly at: number; readonly msat: bigint }[];
  /** Hex; `undefined`: another one has made it. */
  preimageOf(bolt11: string): string | undefined;
  /** Money arrives for these at once; their events go out in the order that is given. @param order Places in the list. */
  pay(bolt11s: readonly string[], mood?: PayMood, order?: readonly number[]): void;
  /** All connections break, and none is taken until `up`. */
  down(): void;
  up(): Promise<void>;
  stop(): void;
}

interface Invoice {
  readonly bolt11: string;
  readonly memo: string;
  readonly preimage: Buffer;
  readonly hash: Buffer;
  readonly msat: bigint;
  readonly createdAt: number;
  readonly expiry: number;
  readonly addIndex: number;
  settled?: { readonly at: number; readonly index: number; readonly times: number; readonly lags: boolean };
}

interface AddRequest {
  readonly memo: string;
  readonly r_preimage: Buffer;
  readonly value: string;
  readonly value_msat: string;
  readonly expiry: string;
}

interface SubscribeRequest {
  readonly settle_index: string;
}

type Stream = ServerWritableStream<SubscribeRequest, object>;

const DEFAULT_EXPIRY = 3_600;

export async function startFakeLnd(curve: Curve): Promise<FakeLnd> {
  const { cert, key } = makeSelfSigned();
  const port = await freePort();
  const node = new FakeNode(curve);
  const credentials = ServerCredentials.createSsl(null, [
    { cert_chain: Buffer.from(cert), private_key: Buffer.from(key) },
  ]);
  let server: Server | undefined;
  const up = async (): Promise<void> => {
    const next = new Server();
    next.addService(lightningService, node.methods);
    await new Promise<void>((resolve, reject) => {
      next.bindAsync(`127.0.0.1:${port}`, credentials, (error) =>
        error === null ? resolve() : reject(error),
      );
    });
    server = next;
  };
  const down = (): void => {
    node.forgetStreams();
    server?.forceShutdown();
    server = undefined;
  };
  await up();
  return {
    socket: `127.0.0.1:${port}`,
    cert: Buffer.from(cert).toString("base64"),
    charges: node.charges,
    preimageOf: (bolt11) => node.find(bolt11)?.preimage.toString("hex"),
    pay: (bolt11s, mood, order) => node.pay(bolt11s, mood, order),
    down,
    up,
    stop: down,
  };
}

const protos = createRequire(import.meta.url).resolve("lightning/grpc/protos/lightning.proto");
const lightningService = loadService("lnrpc.Lightning");

function loadService(name: string) {
  const loaded = loadSync("lightning.proto", {
    includeDirs: [dirname(protos)],
    keepCase: true,
    longs: String,
    defaults: true,
  })[name];
  if (loaded === undefined || "format" in loaded) throw new Error(`There is no service ${name}`);
  return loaded;
}

class FakeNode {
  readonly charges: { paymentHash: string; at: number; msat: bigint }[] = [];
  readonly #curve: Curve;
  readonly #key = new Uint8Array(randomBytes(32));
  readonly #byHash = new Map<string, Invoice>();
  readonly #byText = new Map<string, Invoice>();
  readonly #streams = new Set<Stream>();
  #settled = 0;

  constructor(curve: Curve) {
    this.#curve = curve;
  }

  readonly methods = {
    addInvoice: (call: ServerUnaryCall<AddRequest, object>, reply: sendUnaryData<object>) => {
      const { bolt11, hash, addIndex } = this.#add(call.request);
      const added = {
        r_hash: hash,
        payment_request: bolt11,
        add_index: addIndex,
        payment_addr: randomBytes(32),
      };
      reply(null, added);
    },
    lookupInvoice: (call: ServerUnaryCall<{ r_hash: Buffer }, object>, reply: sendUnaryData<object>) => {
      const invoice = this.#byHash.get(call.request.r_hash.toString("hex"));
      if (invoice === undefined) reply({ code: status.NOT_FOUND, details: "unable to locate invoice" });
      else reply(null, toRpc(invoice, invoice.settled?.lags !== true));
    },
    subscribeInvoices: (stream: Stream) => {
      const after = Number(stream.request.settle_index);
      const missed = [...this.#byHash.values()].filter(
        ({ settled }) => after > 0 && settled !== undefined && settled.index > after && settled.times > 0,
      );
      for (const invoice of missed.toSorted(byIndex)) stream.write(toRpc(invoice, true));
      this.#streams.add(stream);
      stream.on("cancelled", () => this.#streams.delete(stream));
    },
  };

  find(bolt11: string): Invoice | undefined {
    return this.#byText.get(bolt11);
  }

  pay(
    bolt11s: readonly string[],
    { times = 1, lags = false }: PayMood = {},
    order?: readonly number[],
  ): void {
    const at = Date.now();
    const paid = bolt11s.flatMap((bolt11) => this.find(bolt11) ?? []);
    if (paid.length < bolt11s.length) throw new Error("This node has made no such invoice");
    for (const invoice of paid) {
      invoice.settled ??= { at, index: ++this.#settled, times, lags };
      this.charges.push({ paymentHash: invoice.hash.toString("hex"), at, msat: invoice.msat });
    }
    const sent = (order ?? paid.map((_, place) => place)).flatMap((place) => paid[place] ?? []);
    for (const stream of this.#streams)
      for (const invoice of sent) for (let time = 0; time < times; time++) stream.write(toRpc(invoice, true));
  }

  forgetStreams(): void {
    this.#streams.clear();
  }

  #add({ memo, r_preimage: given, value, value_msat: valueMsat, expiry }: AddRequest): Invoice {
    const preimage = given.length === 32 ? given : randomBytes(32);
    const hash = createHash("sha256").update(preimage).digest();
    const createdAt = Math.floor(Date.now() / 1000);
    const msat = BigInt(valueMsat) + BigInt(value) * 1000n;
    const seconds = Number(expiry) || DEFAULT_EXPIRY;
    const fields = {
      prefix: "bcrt",
      amountMsat: msat,
      timestamp: createdAt,
      expirySeconds: seconds,
      paymentHash: hash.toString("hex"),
      paymentSecret: randomBytes(32).toString("hex"),
      description: memo,
    };
    const bolt11 = encodeBolt11(fields, (digest) => this.#curve.sign(digest, this.#key), nodeCrypto);
    const addIndex = this.#byHash.size + 1;
    const invoice = { bolt11, memo, preimage, hash, msat, createdAt, expiry: seconds, addIndex };
    this.#byHash.set(fields.paymentHash, invoice);
    this.#byText.set(bolt11, invoice);
    return invoice;
  }
}

function byIndex(one: Invoice, other: Invoice): number {
  return (one.settled?.index ?? 0) - (other.settled?.index ?? 0);
}

/** `lnrpc.Invoice`. @param tells Whether it says that it was paid. */
function toRpc(invoice: Invoice, tells: boolean): object {
  const { bolt11, memo, preimage, hash, msat, createdAt, expiry, addIndex } = invoice;
  const settled = tells ? invoice.settled : undefined;
  return {
    memo,
    r_preimage: preimage,
    r_hash: hash,
    value: `${msat / 1000n}`,
    value_msat: `${msat}`,
    settled: settled !== undefined,
    creation_date: createdAt,
    settle_date: settled === undefined ? 0 : Math.floor(settled.at / 1000),
    payment_request: bolt11,
    expiry,
    cltv_expiry: 80,
    add_index: addIndex,
    settle_index: settled?.index ?? 0,
    amt_paid_sat: settled === undefined ? 0 : `${msat / 1000n}`,
    amt_paid_msat: settled === undefined ? 0 : `${msat}`,
    state: settled === undefined ? "OPEN" : "SETTLED",
    payment_addr: hash,
  };
}
