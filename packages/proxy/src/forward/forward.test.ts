import type { Server, Socket } from "node:net";
import { Readable } from "node:stream";
import type { ResponseHead } from "../decision.ts";
import type { Upstream } from "../endpoint.ts";
import { afterEach, describe, expect, it } from "vitest";
import { createEgress, createEgressPolicy } from "../egress/index.ts";
import type { Egress } from "../egress/index.ts";
import { listen } from "../testing/listen.ts";
import { createOpenPaywall } from "../testing/open-paywall.ts";
import type { GrantEnd, OpenPaywall } from "../testing/open-paywall.ts";
import { rawServer } from "../testing/raw-socket.ts";
import { forward } from "./forward.ts";
import type { Exchange, ForwardRequest, ResponseSink } from "./index.ts";

const open: { servers: Server[]; sockets: Set<Socket>; egresses: Egress[] } = {
  servers: [],
  sockets: new Set(),
  egresses: [],
};
afterEach(async () => {
  for (const socket of open.sockets) socket.destroy();
  for (const server of open.servers) server.close();
  await Promise.all(open.egresses.map((egress) => egress.destroy()));
  open.servers.length = open.egresses.length = 0;
  open.sockets.clear();
});

/** Answers each connection with these bytes once a request has come, then leaves it as it is or ends it. */
async function rawUpstream(answer: string | ((socket: Socket) => void), end = false): Promise<string> {
  const server = rawServer((socket) => {
    open.sockets.add(socket);
    socket.on("data", () => {
      if (typeof answer === "function") return answer(socket);
      socket.write(Buffer.from(answer, "latin1"));
      if (end) socket.end();
    });
  });
  open.servers.push(server);
  return listen(server);
}

interface Exchanged {
  readonly paywall: OpenPaywall;
  readonly exchange: Exchange;
  readonly log: string[];
  readonly ended: Promise<GrantEnd>;
  readonly sink: { accept: boolean };
}

async function exchangeWith(
  origin: string,
  request: Partial<ForwardRequest> = {},
  setup: {
    readonly commitDelayMs?: number;
    readonly upstream?: Partial<Upstream>;
    readonly accept?: boolean;
    readonly headers?: [string, string][];
  } = {},
): Promise<Exchanged> {
  const paywall = createOpenPaywall(origin, setup.upstream);
  paywall.commitDelayMs = setup.commitDelayMs ?? 0;
  const egress = createEgress(createEgressPolicy({ allow: new URL(origin).host }));
  open.egresses.push(egress);
  const method = request.method ?? "GET";
  const decision = await paywall.authorize({
    method,
    target: "/p/open/x",
    headers: setup.headers ?? [],
    host: "a",
    remoteAddress: "",
  });
  if (decision.kind !== "granted") throw new Error("not granted");
  const log: string[] = [];
  const state = { accept: setup.accept ?? true };
  let exchange: Exchange | undefined;
  const sink: ResponseSink = {
    head: (head: ResponseHead) => void log.push(`head ${head.status}`),
    write: (chunk) => {
      log.push(`write ${Buffer.from(chunk).toString("latin1").slice(0, 20)}`);
      return state.accept;
    },
    flush: () => void log.push("flush"),
    end: () => {
      log.push("end");
      exchange?.close(true);
    },
    abort: () => void log.push("abort"),
    answer: (head, body) =>
      void log.push(`answer ${head.status} ${JSON.parse(Buffer.from(body).toString()).code}`),
  };
  const ended = new Promise<GrantEnd>((resolve, reject) => {
    const onSettled = (): void => {
      const [end, second] = paywall.ends;
      if (end === undefined || second !== undefined)
        reject(new Error(`ends: ${JSON.stringify(paywall.ends)}`));
      else resolve(end);
    };
    exchange = forward(decision.grant, { method, body: request.body ?? null }, sink, {
      dispatcher: egress.dispatcher,
      onSettled,
    });
  });
  if (exchange === undefined) throw new Error("no exchange");
  return { paywall, exchange, log, ended, sink: state };
}

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

describe("forward: answers", () => {
  it("commits before the first byte and finishes after the last", async () => {
    const { log, ended } = await exchangeWith(await rawUpstream(OK), {}, { commitDelayMs: 60 });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(log).toEqual([]);
    expect(await ended).toEqual({ end: "finish", complete: true, bytes: 2 });
    expect(log).toEqual(["head 200", "write hi", "end"]);
  });

  it("loses nothing of an upstream that hangs up while the grant commits", async () => {
    const body = "x".repeat(300_000);
    const closing = `HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${body}`;
    const { ended } = await exchangeWith(await rawUpstream(closing, true), {}, { commitDelayMs: 80 });
    expect(await ended).toEqual({ end: "finish", complete: true, bytes: body.length });
  });

  it("sends the head on when no byte of the body is there yet", async () => {
    const { log, exchange, ended } = await exchangeWith(
      await rawUpstream("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"),
    );
    await expect.poll(() => log).toEqual(["head 200", "flush"]);
    exchange.close(false);
    expect(await ended).toEqual({ end: "finish", complete: false, bytes: 0 });
  });

  it("takes up to 16 interim answers and drops them", async () => {
    const hint = "HTTP/1.1 103 Early Hints\r\nLink: </evil.js>; rel=preload\r\n\r\n";
    const few = await exchangeWith(await rawUpstream(hint.repeat(16) + OK));
    expect(await few.ended).toMatchObject({ complete: true });
    const many = await exchangeWith(await rawUpstream(hint.repeat(17) + OK));
    expect(await many.ended).toEqual({ end: "fail", code: "upstream_invalid" });
    expect(many.log).toEqual(["answer 502 upstream_invalid"]);
  });

  it("drops trailers", async () => {
    const chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n2\r\nhi\r\n0\r\nX: y\r\n\r\n";
    const { log, ended } = await exchangeWith(await rawUpstream(chunked));
    expect(await ended).toMatchObject({ complete: true, bytes: 2 });
    expect(log).toEqual(["head 200", "write hi", "end"]);
  });

  it("stops the upstream while the payer takes nothing, and gives up on one who never does", async () => {
    let sent = 0;
    const origin = await rawUpstream((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
      const block = Buffer.alloc(65_536);
      const pump = (): void => {
        while (sent < 100_000_000 - block.length) {
          sent += block.length;
          if (!socket.write(block)) return void socket.once("drain", pump);
        }
      };
      pump();
    });
    const { log, ended } = await exchangeWith(
      origin,
      {},
      { accept: false, upstream: { idleTimeoutMs: 300 } },
    );
    const end = await ended;
    expect(end).toMatchObject({ end: "finish", complete: false });
    expect(log.at(-1)).toBe("abort");
    expect(log.filter((line) => line.startsWith("write"))).toHaveLength(1);
    expect(sent).toBeLessThan(20_000_000);
  });
});

describe("forward: failures", () => {
  it.each([
    ["B339 bare LF", "HTTP/1.1 200 OK\nX: y\n\n"],
    ["B340 NUL in a value", "HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n"],
    ["B341 a header of 40 KB", `HTTP/1.1 200 OK\r\nX: ${"a".repeat(40_000)}\r\nContent-Length: 0\r\n\r\n`],
    ["B342 two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nhi"],
    [
      "B343 length and chunked",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["B347 status 099", "HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n"],
    ["B347 status 999", "HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n"],
    ["B348 unsolicited 101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"],
    ["B349 garbage", "garbage garbage garbage\r\n\r\n"],
    ["a header without end", `HTTP/1.1 200 OK\r\n${"X: y\r\n".repeat(20_000)}`],
    ["TLS where HTTP is expected", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1"],
    ["HTTP/2", "\x00\x00\x12\x04\x00\x00\x00\x00\x00"],
  ])("%s is upstream_invalid", async (_, answer) => {
    const { ended, log } = await exchangeWith(await rawUpstream(answer));
    expect(await ended).toEqual({ end: "fail", code: "upstream_invalid" });
    expect(log).toEqual(["answer 502 upstream_invalid"]);
  });

  it("B353 is a timeout where no head comes", async () => {
    const { ended } = await exchangeWith(
      await rawUpstream(() => undefined),
      {},
      { upstream: { headTimeoutMs: 100 } },
    );
    expect(await ended).toEqual({ end: "fail", code: "upstream_timeout" });
  });

  it("is a timeout where every socket is taken", async () => {
    const origin = await rawUpstream(() => undefined);
    const paywall = createOpenPaywall(origin, { headTimeoutMs: 80 });
    const egress = createEgress(createEgressPolicy({ allow: new URL(origin).host }), { connections: 1 });
    open.egresses.push(egress);
    const ends = await Promise.all([0, 1, 2].map(() => endOf(paywall, egress)));
    expect(ends).toEqual(["upstream_timeout", "upstream_timeout", "upstream_timeout"]);
  });

  it("tells refused, reset and denied apart", async () => {
    const origin = await rawUpstream((socket) => socket.resetAndDestroy());
    expect(await (await exchangeWith(origin)).ended).toMatchObject({ code: "upstream_unreachable" });
    expect(await (await exchangeWith("http://127.0.0.1:9")).ended).toMatchObject({
      code: "upstream_unreachable",
    });
    const closed = createEgress(createEgressPolicy());
    open.egresses.push(closed);
    expect(await endOf(createOpenPaywall(origin), closed)).toBe("upstream_address_denied");
    expect(await endOf(createOpenPaywall("https://169.254.169.254"), closed)).toBe("upstream_address_denied");
  });

  it.each([
    ["B345 a short body", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello"],
    ["a chunked body without end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"],
    ["a broken chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nZZ\r\n"],
  ])("%s breaks the payer's answer too", async (_, answer) => {
    const { ended, log } = await exchangeWith(await rawUpstream(answer, true));
    expect(await ended).toEqual({ end: "finish", complete: false, bytes: 5 });
    expect(log).toEqual(["head 200", "write hello", "abort"]);
  });

  it("breaks off a body that stalls", async () => {
    const stall = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello";
    const { ended, log } = await exchangeWith(
      await rawUpstream(stall),
      {},
      { upstream: { idleTimeoutMs: 100 } },
    );
    expect(await ended).toEqual({ end: "finish", complete: false, bytes: 5 });
    expect(log.at(-1)).toBe("abort");
  });

  it("B344 gives a second answer on the wire to nobody", async () => {
    const evil = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL";
    const origin = await rawUpstream(OK + evil);
    const paywall = createOpenPaywall(origin);
    const egress = createEgress(createEgressPolicy({ allow: new URL(origin).host }), { connections: 2 });
    open.egresses.push(egress);
    const bodies: string[] = [];
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 20 }, () => endOf(paywall, egress, bodies)));
    }
    expect(bodies.length).toBeGreaterThan(50);
    expect(bodies.join("")).not.toContain("EVIL");
  });
});

describe("forward: requests", () => {
  it("closes the upstream within 100 ms of the payer's leaving, at every step", async () => {
    for (const answer of ["", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"]) {
      let closedAt = 0;
      const origin = await rawUpstream((socket) => {
        socket.on("close", () => (closedAt = performance.now()));
        if (answer !== "") socket.write(answer);
      });
      const { exchange, ended } = await exchangeWith(origin, {}, { commitDelayMs: answer === "" ? 0 : 30 });
      await new Promise((resolve) => setTimeout(resolve, 15));
      const left = performance.now();
      exchange.close(false);
      expect(await ended).toEqual({ end: "finish", complete: false, bytes: 0 });
      await expect.poll(() => closedAt, { interval: 2 }).toBeGreaterThan(0);
      expect(closedAt - left).toBeLessThan(100);
    }
  });

  it("never sends a request twice, whatever happens to its body", async () => {
    let connections = 0;
    const origin = await rawUpstream((socket) => {
      connections++;
      socket.resetAndDestroy();
    });
    const body = Readable.from([Buffer.from("abc")], { objectMode: false });
    const post = await exchangeWith(origin, { method: "POST", body });
    expect(await post.ended).toMatchObject({ end: "fail" });
    const get = await exchangeWith(origin);
    expect(await get.ended).toMatchObject({ end: "fail" });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(connections).toBe(2);
  });

  it("refuses a body that is longer than it says, and sends no byte more", async () => {
    const seen: Buffer[] = [];
    const server = rawServer((socket) => {
      open.sockets.add(socket);
      socket.on("data", (chunk) => seen.push(chunk));
    });
    open.servers.push(server);
    const body = Readable.from([Buffer.from("abcSMUGGLED")], { objectMode: false });
    const { ended } = await exchangeWith(
      await listen(server),
      { method: "POST", body },
      { headers: [["Content-Length", "3"]] },
    );
    expect(await ended).toMatchObject({ end: "fail" });
    expect(Buffer.concat(seen).toString()).not.toContain("SMUGGLED");
  });
});

/** One GET; resolves to the failure's code or `ok`. */
async function endOf(paywall: OpenPaywall, egress: Egress, bodies: string[] = []): Promise<string> {
  const decision = await paywall.authorize({
    method: "GET",
    target: "/p/open/x",
    headers: [],
    host: "a",
    remoteAddress: "",
  });
  if (decision.kind !== "granted") throw new Error("not granted");
  const { grant } = decision;
  return new Promise((resolve) => {
    const sink: ResponseSink = {
      head: () => undefined,
      write: (chunk) => bodies.push(Buffer.from(chunk).toString()) > 0,
      flush: () => undefined,
      end: () => {
        exchange.close(true);
        resolve("ok");
      },
      abort: () => resolve("abort"),
      answer: (_, body) => resolve(String(JSON.parse(Buffer.from(body).toString()).code)),
    };
    const exchange = forward(grant, { method: "GET", body: null }, sink, egress);
  });
}
