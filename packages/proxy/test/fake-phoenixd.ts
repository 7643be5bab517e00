import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { WebSocketServer } from "ws";
import { listen } from "../src/testing/listen.ts";
import { makeRegtestInvoice, type RegtestInvoice } from "./regtest-invoices.ts";

interface Kept extends RegtestInvoice {
  receivedSat: number;
  feesMsat: number;
  completedAt: number | undefined;
}

/** What a fake does wrong: `hang` answers nothing, `starting` 503, `garbage` no JSON, `no-events` refuses the stream. */
export type PhoenixdFault = "hang" | "starting" | "garbage" | "no-events";

/** phoenixd's HTTP API as version 0.8 has it, with money that is made up. */
export interface FakePhoenixd {
  readonly url: string;
  readonly limited: string;
  readonly full: string;
  fault: PhoenixdFault | undefined;
  /** Milliseconds that its clock is off. */
  skewMs: number;
  readonly requests: { readonly method: string; readonly path: string; readonly body: string }[];
  /** @param feesMsat What its liquidity costs, taken out of what arrives. */
  pay(bolt11: string, sat?: number, feesMsat?: number): RegtestInvoice;
  /** Refuses connections until it is up again. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

export async function openFakePhoenixd(): Promise<FakePhoenixd> {
  const kept = new Map<string, Kept>();
  const events = new WebSocketServer({ noServer: true });
  const credential = (request: IncomingMessage): string =>
    Buffer.from(request.headers.authorization?.slice("Basic ".length) ?? "", "base64")
      .toString()
      .slice(1);
  const isAllowed = (request: IncomingMessage): boolean =>
    [fake.limited, fake.full].includes(credential(request));

  const server = createServer(async (request, response) => {
    const body = await text(request);
    const url = new URL(request.url ?? "/", "http://phoenixd");
    const say = (status: number, answer: unknown) =>
      response.writeHead(status).end(typeof answer === "string" ? answer : JSON.stringify(answer, null, 4));
    fake.requests.push({ method: request.method ?? "", path: url.pathname, body });
    if (fake.fault === "hang") return;
    if (fake.fault === "starting") return void say(503, "starting");
    if (!isAllowed(request)) return void say(401, "Invalid authentication (use basic auth …)");
    if (fake.fault === "garbage") return void say(200, "<html>");
    if (url.pathname === "/payinvoice")
      return void (credential(request) === fake.full
        ? say(400, "Request parameter invoice is missing")
        : say(401, "Invalid authentication (use basic auth …)"));
    if (url.pathname === "/createinvoice") {
      if (request.headers["content-type"] !== "application/x-www-form-urlencoded") return void say(415, "");
      const form = new URLSearchParams(body);
      const description = form.get("description") ?? "";
      if (description === "" || description.length > 128) return void say(400, "description is too long");
      const amountSat = Number(form.get("amountSat"));
      const made = makeRegtestInvoice(
        BigInt(amountSat) * 1000n,
        description,
        Number(form.get("expirySeconds")),
      );
      kept.set(made.paymentHash, { ...made, receivedSat: 0, feesMsat: 0, completedAt: undefined });
      return void say(200, { amountSat, paymentHash: made.paymentHash, serialized: made.bolt11 });
    }
    if (url.pathname === "/getinfo")
      return void say(200, {
        nodeId: "02".padEnd(66, "a"),
        channels: [
          { state: "Normal", balanceSat: 10, inboundLiquiditySat: 1_013_562, capacitySat: 1_015_160 },
        ],
        chain: "regtest",
        version: "0.8.0",
      });
    if (url.pathname === "/payments/incoming") {
      const number = (name: string, otherwise: number) => Number(url.searchParams.get(name) ?? otherwise);
      const paid = [...kept.values()]
        .toReversed()
        .filter(({ completedAt }) => completedAt !== undefined && completedAt >= number("from", 0))
        .toSorted((a, b) => (b.completedAt ?? 0) - (a.completedAt ?? 0));
      const offset = number("offset", 0);
      return void say(200, paid.slice(offset, offset + number("limit", 20)).map(toPayment));
    }
    const found = kept.get(/^\/payments\/incoming\/(\w+)$/.exec(url.pathname)?.[1] ?? "");
    return void (found === undefined ? say(404, "Not found") : say(200, toPayment(found)));
  });
  server.on("upgrade", (request, socket, head) => {
    if (!isAllowed(request) || request.url !== "/websocket" || fake.fault !== undefined)
      return void socket.end("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    events.handleUpgrade(request, socket, head, () => {});
  });
  const fake: FakePhoenixd = {
    url: "",
    limited: "a".repeat(64),
    full: "b".repeat(64),
    fault: undefined,
    skewMs: 0,
    requests: [],
    pay: (bolt11, sat, feesMsat = 0) => {
      const invoice = [...kept.values()].find((each) => each.bolt11 === bolt11);
      if (invoice === undefined) throw new Error("No such invoice");
      const sentMsat = sat === undefined ? Number(invoice.amountMsat) : sat * 1000;
      invoice.receivedSat = Math.floor((sentMsat - feesMsat) / 1000);
      invoice.feesMsat = feesMsat;
      invoice.completedAt = Date.now() + fake.skewMs;
      const { paymentHash, receivedSat: amountSat } = invoice;
      const event = JSON.stringify({ type: "payment_received", amountSat, paymentHash });
      if (fake.fault !== "no-events") for (const client of events.clients) client.send(event);
      return invoice;
    },
    down: async () => {
      for (const client of events.clients) client.terminate();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    up: () =>
      new Promise((resolve) => server.listen(Number(new URL(fake.url).port), "127.0.0.1", () => resolve())),
    close: () => fake.down(),
  };
  return Object.assign(fake, { url: await listen(server) });
}

function toPayment(invoice: Kept): object {
  const { completedAt } = invoice;
  return {
    type: "incoming_payment",
    subType: "lightning",
    paymentHash: invoice.paymentHash,
    preimage: invoice.preimage,
    description: invoice.description,
    invoice: invoice.bolt11,
    isPaid: completedAt !== undefined,
    isExpired: completedAt === undefined && Date.now() > invoice.expiresAt * 1000,
    requestedSat: Number(invoice.amountMsat / 1000n),
    receivedSat: invoice.receivedSat,
    fees: invoice.feesMsat,
    expiresAt: invoice.expiresAt * 1000,
    createdAt: invoice.createdAt * 1000,
    ...(completedAt === undefined ? {} : { completedAt }),
  };
}
