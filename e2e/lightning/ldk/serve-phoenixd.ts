import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { LdkInvoice, LdkPair } from "./start-ldk-pair.ts";

const MAX_DESCRIPTION = 128;
const DEFAULT_EXPIRY_SECONDS = 3_600;

interface Incoming extends LdkInvoice {
  readonly description: string;
  readonly sats: bigint;
  /** Milliseconds. */
  readonly createdAt: number;
  readonly expiresAt: number;
  receivedMsat?: bigint;
  completedAt?: number;
}

export type ServedPhoenixd = Awaited<ReturnType<typeof servePhoenixd>>;

/**
 * The creator's LDK node behind phoenixd's HTTP API (https://phoenix.acinq.co/server/api), as far as selling uses it: invoices,
 * what came in, the event stream. `limitedPassword` may do that; `password` may also ask for payments, which are refused.
 */
export async function servePhoenixd(node: LdkPair) {
  const password = randomBytes(16).toString("hex");
  const limitedPassword = randomBytes(16).toString("hex");
  const payments = new Map<string, Incoming>();
  const listeners = new Set<Duplex>();

  const create = (form: URLSearchParams): Answer => {
    const description = form.get("description");
    const sats = form.get("amountSat");
    if (description === null || description.length > MAX_DESCRIPTION || !/^[1-9]\d{0,15}$/.test(sats ?? ""))
      return { status: 400, body: "Request parameter is missing or too long" };
    const expirySeconds = Number(form.get("expirySeconds") ?? DEFAULT_EXPIRY_SECONDS);
    const invoice = node.createInvoice(BigInt(sats ?? 0), description, expirySeconds);
    const createdAt = Date.now();
    const expiresAt = createdAt + expirySeconds * 1_000;
    payments.set(invoice.paymentHash, {
      ...invoice,
      description,
      sats: BigInt(sats ?? 0),
      createdAt,
      expiresAt,
    });
    const { paymentHash, bolt11: serialized } = invoice;
    return { status: 200, body: { amountSat: Number(sats), paymentHash, serialized } };
  };

  const list = (query: URLSearchParams): Answer => {
    const [from, limit, offset] = ["from", "limit", "offset"].map((name) => query.get(name));
    const listed = [...payments.values()]
      .filter((payment) => query.get("all") === "true" || payment.completedAt !== undefined)
      .filter((payment) => (payment.completedAt ?? payment.createdAt) >= Number(from ?? 0))
      .toSorted((a, b) => (b.completedAt ?? b.createdAt) - (a.completedAt ?? a.createdAt))
      .slice(Number(offset ?? 0), Number(offset ?? 0) + Number(limit ?? 20));
    return { status: 200, body: listed.map(showPayment) };
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const rights = readRights(request, password, limitedPassword);
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://phoenixd");
    const what = `${request.method} ${pathname}`;
    if (rights === "none" || (rights === "limited" && what === "POST /payinvoice"))
      return { status: 401, body: "Invalid authentication" };
    if (what === "POST /payinvoice") return { status: 400, body: "Missing parameter: invoice" };
    if (what === "POST /createinvoice") return create(new URLSearchParams(await readText(request)));
    if (what === "GET /payments/incoming") return list(searchParams);
    if (what === "GET /getinfo") return { status: 200, body: showInfo(node) };
    const payment = payments.get(/^GET \/payments\/incoming\/([0-9a-f]{64})$/.exec(what)?.[1] ?? "");
    if (payment !== undefined) return { status: 200, body: showPayment(payment) };
    return { status: 404, body: "Unknown endpoint (check api doc)" };
  };

  node.received.on("payment", (paymentHash, amountMsat) => {
    const payment = payments.get(paymentHash);
    if (payment === undefined) return;
    payment.receivedMsat = amountMsat;
    payment.completedAt = Date.now();
    const amountSat = Number(amountMsat / 1_000n);
    for (const socket of listeners)
      socket.write(toFrame(JSON.stringify({ type: "payment_received", amountSat, paymentHash })));
  });
  const server = createServer((request, response) => {
    answer(request).then(
      (given) => respond(response, given),
      (error: unknown) => respond(response, { status: 500, body: String(error) }),
    );
  });
  server.on("upgrade", (request, socket) => {
    if (request.url !== "/websocket" || readRights(request, password, limitedPassword) === "none") {
      socket.end("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    listeners.add(socket);
    socket.on("error", () => undefined);
    // What the client says is its goodbye.
    socket.on("data", () => socket.end());
    socket.on("close", () => listeners.delete(socket));
    socket.write(acceptWebSocket(request.headers["sec-websocket-key"] ?? ""));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("phoenixd has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    password,
    limitedPassword,
    async close(): Promise<void> {
      for (const socket of listeners) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

interface Answer {
  readonly status: number;
  /** A string is sent as it is, all else as JSON. */
  readonly body: unknown;
}

function respond(response: ServerResponse, { status, body }: Answer): void {
  const isText = typeof body === "string";
  response.writeHead(status, { "content-type": isText ? "text/plain" : "application/json" });
  response.end(isText ? body : JSON.stringify(body));
}

/** Basic authentication, in which the name means nothing. */
function readRights(
  request: IncomingMessage,
  password: string,
  limitedPassword: string,
): "none" | "limited" | "full" {
  const [scheme, credentials] = (request.headers.authorization ?? "").split(" ");
  if (scheme !== "Basic") return "none";
  const given = Buffer.from(credentials ?? "", "base64")
    .toString()
    .replace(/^[^:]*:/, "");
  if (given === password) return "full";
  return given === limitedPassword ? "limited" : "none";
}

/** Absent is what is not there: phoenixd leaves nulls out. */
function showPayment(payment: Incoming): object {
  const { paymentHash, preimage, description, bolt11: invoice, completedAt, createdAt } = payment;
  return {
    type: "incoming_payment",
    subType: "lightning",
    paymentHash,
    preimage,
    description,
    invoice,
    isPaid: completedAt !== undefined,
    isExpired: completedAt === undefined && Date.now() > payment.expiresAt,
    requestedSat: Number(payment.sats),
    receivedSat: Number((payment.receivedMsat ?? 0n) / 1_000n),
    fees: 0,
    ...(completedAt === undefined ? {} : { completedAt }),
    expiresAt: payment.expiresAt,
    createdAt,
  };
}

function showInfo(node: LdkPair): object {
  const channel = {
    state: "Normal",
    balanceSat: Number(node.balanceMsat() / 1_000n),
    inboundLiquiditySat: Number(node.inboundMsat() / 1_000n),
  };
  return { nodeId: node.nodeId, channels: [channel], chain: "regtest", version: "0.7.1" };
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** RFC 6455, 4.2.2. */
function acceptWebSocket(key: string): string {
  const proof = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const upgrade = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
  return `${upgrade}Sec-WebSocket-Accept: ${proof}\r\n\r\n`;
}

/** One unmasked text frame of 126 to 65,535 bytes, or shorter (RFC 6455, 5.2). */
function toFrame(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = bytes.length < 126 ? [0x81, bytes.length] : [0x81, 126, bytes.length >> 8, bytes.length & 255];
  return Buffer.concat([Buffer.from(head), bytes]);
}
