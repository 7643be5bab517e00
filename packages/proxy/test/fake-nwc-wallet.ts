import { finalizeEvent, generateSecretKey, getPublicKey, type Event } from "nostr-tools/pure";
import { matchFilters, type Filter } from "nostr-tools/filter";
import * as nip04 from "nostr-tools/nip04";
import * as nip44 from "nostr-tools/nip44";
import { WebSocketServer, type WebSocket } from "ws";
import { makeRegtestInvoice, type RegtestInvoice } from "./regtest-invoices.ts";

type Encryption = "nip44_v2" | "nip04";

interface Kept extends RegtestInvoice {
  amount: number;
  settledAt: number | undefined;
}

export interface FakeWalletOptions {
  readonly encryption?: Encryption;
  readonly methods?: readonly string[];
  readonly notifications?: boolean;
}

/**
 * What a fake does wrong: `silent` answers nothing, `garbage` in a cipher that nobody reads, `odd` JSON that is no answer,
 * and in capitals the error of NIP-47 that each request gets.
 */
export type WalletFault =
  | "silent"
  | "garbage"
  | "odd"
  | "UNAUTHORIZED"
  | "RESTRICTED"
  | "NOT_IMPLEMENTED"
  | "RATE_LIMITED"
  | "INTERNAL"
  | "OTHER";

/** A wallet of NIP-47 and the relay that it listens at: money that is made up, ciphers that are real. */
export interface FakeWallet {
  readonly uri: string;
  /** Of the relay: `host:port`. */
  readonly authority: string;
  fault: WalletFault | undefined;
  /** Milliseconds before an answer. */
  delayMs: number;
  /** How often a payment is told. */
  notifications: number;
  /** Lists by the time when an invoice was made, as some wallets do. */
  listsByCreation: boolean;
  readonly asked: string[];
  readonly connections: number;
  pay(bolt11: string, msat?: number): RegtestInvoice;
  /** Sends what is no message of a relay to everybody. */
  babble(): void;
  drop(): void;
  /** Refuses connections until it is up again. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

const RECEIVING = ["get_info", "make_invoice", "lookup_invoice", "list_transactions"];

export async function openFakeWallet(options: FakeWalletOptions = {}): Promise<FakeWallet> {
  const { encryption = "nip44_v2", methods = RECEIVING } = options;
  const walletKey = generateSecretKey();
  const appKey = generateSecretKey();
  const wallet = getPublicKey(walletKey);
  const app = getPublicKey(appKey);
  const conversation = nip44.getConversationKey(walletKey, app);
  const kept = new Map<string, Kept>();
  const subscriptions = new Map<WebSocket, Map<string, Filter[]>>();
  let connections = 0;

  const encrypt = (content: string): string =>
    encryption === "nip04" ? nip04.encrypt(walletKey, app, content) : nip44.encrypt(content, conversation);
  const decrypt = (content: string): string =>
    encryption === "nip04" ? nip04.decrypt(walletKey, app, content) : nip44.decrypt(content, conversation);
  const sign = (kind: number, tags: string[][], content: string): Event =>
    finalizeEvent({ kind, tags, content, created_at: Math.floor(Date.now() / 1000) }, walletKey);
  const info = sign(
    13194,
    [
      ["encryption", encryption],
      ...(options.notifications === false ? [] : [["notifications", "payment_received"]]),
    ],
    methods.join(" "),
  );
  const broadcast = (event: Event): void => {
    for (const [socket, filters] of subscriptions)
      for (const [id, wanted] of filters)
        if (matchFilters(wanted, event)) socket.send(JSON.stringify(["EVENT", id, event]));
  };

  const toTransaction = (invoice: Kept) => ({
    type: "incoming",
    state: invoice.settledAt === undefined ? "pending" : "settled",
    invoice: invoice.bolt11,
    description: invoice.description,
    preimage: invoice.settledAt === undefined ? "" : invoice.preimage,
    payment_hash: invoice.paymentHash,
    amount: invoice.amount,
    fees_paid: 0,
    created_at: invoice.createdAt,
    expires_at: invoice.expiresAt,
    settled_at: invoice.settledAt ?? null,
  });
  const perform = (method: string, params: Record<string, unknown>): object => {
    if (!methods.includes(method)) return { error: { code: "RESTRICTED", message: "no" } };
    if (method === "get_info")
      return { result: { alias: "Fake", pubkey: wallet, network: "regtest", methods } };
    if (method === "make_invoice") {
      const made = makeRegtestInvoice(
        BigInt(Number(params["amount"])),
        String(params["description"]),
        Number(params["expiry"]),
      );
      const invoice = { ...made, amount: Number(made.amountMsat), settledAt: undefined };
      kept.set(made.paymentHash, invoice);
      return { result: toTransaction(invoice) };
    }
    if (method === "lookup_invoice") {
      const invoice = kept.get(String(params["payment_hash"]));
      if (invoice === undefined) return { error: { code: "NOT_FOUND", message: "no" } };
      return { result: toTransaction(invoice) };
    }
    const timeOf = (invoice: Kept) => (fake.listsByCreation ? invoice.createdAt : (invoice.settledAt ?? 0));
    const transactions = [...kept.values()]
      .toReversed()
      .filter((invoice) => invoice.settledAt !== undefined && timeOf(invoice) >= Number(params["from"] ?? 0))
      .toSorted((a, b) => timeOf(b) - timeOf(a));
    const offset = Number(params["offset"] ?? 0);
    return {
      result: {
        transactions: transactions.slice(offset, offset + Number(params["limit"] ?? 10)).map(toTransaction),
        total_count: transactions.length,
      },
    };
  };

  const answer = (request: Event): void => {
    const { method, params } = JSON.parse(decrypt(request.content));
    fake.asked.push(method);
    if (fake.fault === "silent") return;
    const failing = fake.fault !== undefined && fake.fault === fake.fault.toUpperCase();
    const result = failing ? { error: { code: fake.fault, message: "no" } } : perform(method, params);
    const plain = JSON.stringify({ result_type: method, ...result });
    const content = fake.fault === "garbage" ? "Zm9v" : encrypt(fake.fault === "odd" ? "null" : plain);
    const reply = sign(
      23195,
      [
        ["p", app],
        ["e", request.id],
      ],
      content,
    );
    setTimeout(() => broadcast(reply), fake.delayMs);
  };

  const onMessage = (socket: WebSocket, text: string): void => {
    const [kind, first, ...rest] = JSON.parse(text);
    const own = subscriptions.get(socket);
    if (kind === "REQ") {
      own?.set(first, rest);
      if (matchFilters(rest, info)) socket.send(JSON.stringify(["EVENT", first, info]));
      socket.send(JSON.stringify(["EOSE", first]));
    } else if (kind === "CLOSE") own?.delete(first);
    else if (kind === "EVENT") {
      socket.send(JSON.stringify(["OK", first.id, true, ""]));
      if (first.pubkey === app && first.kind === 23194) answer(first);
    }
  };
  let relay = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  const serve = async (): Promise<number> => {
    relay.on("connection", (socket) => {
      connections++;
      subscriptions.set(socket, new Map());
      socket.on("message", (data) => onMessage(socket, Buffer.isBuffer(data) ? data.toString() : ""));
      socket.on("close", () => subscriptions.delete(socket));
    });
    if (relay.address() === null) await new Promise((resolve) => relay.once("listening", resolve));
    const address = relay.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  };
  const port = await serve();
  const secret = Buffer.from(appKey).toString("hex");

  const fake: FakeWallet = {
    uri: `nostr+walletconnect://${wallet}?relay=ws://127.0.0.1:${port}&secret=${secret}`,
    authority: `127.0.0.1:${port}`,
    fault: undefined,
    delayMs: 0,
    notifications: options.notifications === false ? 0 : 1,
    listsByCreation: false,
    asked: [],
    get connections() {
      return connections;
    },
    pay: (bolt11, msat) => {
      const invoice = [...kept.values()].find((each) => each.bolt11 === bolt11);
      if (invoice === undefined) throw new Error("No such invoice");
      invoice.amount = msat ?? invoice.amount;
      invoice.settledAt = Math.floor(Date.now() / 1000);
      const plain = { notification_type: "payment_received", notification: toTransaction(invoice) };
      for (let time = 0; time < fake.notifications; time++)
        broadcast(sign(encryption === "nip04" ? 23196 : 23197, [["p", app]], encrypt(JSON.stringify(plain))));
      return invoice;
    },
    babble: () => {
      for (const [socket, filters] of subscriptions) {
        for (const text of ["{", "null", "[]", '["EVENT"]', '["NOTICE","hello"]', '["OK"]', "\0"])
          socket.send(text);
        for (const id of filters.keys())
          socket.send(JSON.stringify(["EVENT", id, { kind: 23197, tags: [["p"]] }]));
      }
    },
    drop: () => {
      for (const client of relay.clients) client.terminate();
    },
    down: async () => {
      fake.drop();
      await new Promise((resolve) => relay.close(resolve));
    },
    up: async () => {
      relay = new WebSocketServer({ port, host: "127.0.0.1" });
      await serve();
    },
    close: () => fake.down(),
  };
  return fake;
}
