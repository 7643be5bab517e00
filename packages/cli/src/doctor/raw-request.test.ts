import { createServer, type IncomingMessage } from "node:http";
import { createServer as createSocketServer, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { listen } from "../../../proxy/src/testing/listen.ts";
import { rawRequest, type RawRequest } from "./raw-request.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(onSocket: (socket: Socket, head: string) => void): Promise<URL> {
  const server = createSocketServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (data) => onSocket(socket, data.toString("latin1")));
  });
  const origin = new URL(await listen(server));
  closing.push(() => server.close());
  return origin;
}

const ask = (origin: URL, more: Partial<RawRequest> = {}) =>
  rawRequest({
    origin,
    target: "/",
    method: "GET",
    headers: [],
    signal: new AbortController().signal,
    ...more,
  });

it.each(["//a/./b/%2e%2e/c;x=1", "/a\\b", "/a?b?c", "/a#b", "http://other/x", "/%00"])(
  "sends %s byte for byte",
  async (target) => {
    let line = "";
    const origin = await serve((socket, head) => {
      [line = ""] = head.split("\r\n");
      socket.end("HTTP/1.1 402 P\r\nContent-Length: 0\r\n\r\n");
    });
    expect((await ask(origin, { target })).status).toBe(402);
    expect(line).toBe(`GET ${target} HTTP/1.1`);
  },
);

it("sends a header twice that is named twice, and those of its own only where they are not named", async () => {
  let sent: readonly string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    sent = request.rawHeaders;
    response.end();
  });
  const origin = new URL(await listen(server));
  closing.push(() => server.close());
  await ask(origin, {
    headers: [
      ["Authorization", "a"],
      ["Authorization", "b"],
      ["Accept", "x/y"],
      ["Host", "other.example"],
    ],
  });
  const pairs = sent.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${sent[at + 1]}`] : []));
  expect(pairs).toEqual(
    expect.arrayContaining(["authorization: a", "authorization: b", "accept: x/y", "host: other.example"]),
  );
  expect(pairs.filter((pair) => pair.startsWith("accept"))).toHaveLength(1);
});

it("keeps the lines of the answer as they came", async () => {
  const origin = await serve((socket) =>
    socket.end("HTTP/1.1 402 P\r\nWWW-Authenticate: A\r\nwww-authenticate: B\r\nContent-Length: 2\r\n\r\nok"),
  );
  const { headers, body } = await ask(origin);
  expect(headers.slice(0, 2)).toEqual([
    ["WWW-Authenticate", "A"],
    ["www-authenticate", "B"],
  ]);
  expect(Buffer.from(body).toString()).toBe("ok");
});

it("does not follow, and does not decode", async () => {
  const origin = await serve((socket) =>
    socket.end("HTTP/1.1 302 F\r\nLocation: /x\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
  );
  const answer = await ask(origin);
  expect([answer.status, Buffer.from(answer.body).toString()]).toEqual([302, "abc"]);
});

it("measures when the first byte came, and when the last", async () => {
  const origin = await serve((socket) => {
    socket.write("HTTP/1.1 200 O\r\n\r\n");
    setTimeout(() => socket.write("a"), 60);
    setTimeout(() => socket.end("b"), 160);
  });
  const { headMs, firstMs = 0, endMs, chunks } = await ask(origin);
  expect(headMs).toBeLessThan(firstMs);
  expect(endMs - firstMs).toBeGreaterThan(50);
  expect(chunks).toBe(2);
});

it("reads no more than it may", async () => {
  const origin = await serve((socket) => {
    socket.write("HTTP/1.1 200 O\r\n\r\n");
    const timer = setInterval(() => socket.write("x".repeat(1000)), 5);
    socket.on("close", () => clearInterval(timer));
  });
  const answer = await ask(origin, { maxBytes: 2500 });
  expect([answer.truncated, answer.body.length >= 2500]).toEqual([true, true]);
});

it("takes headers that are too long for Node, to say how long they are", async () => {
  const origin = await serve((socket) =>
    socket.end(`HTTP/1.1 402 P\r\nX: ${"x".repeat(60_000)}\r\nContent-Length: 0\r\n\r\n`),
  );
  expect((await ask(origin)).headers[0]?.[1]).toHaveLength(60_000);
});

it("gives up on silence, and on a broken answer with what there was", async () => {
  const silent = await serve(() => undefined);
  await expect(ask(silent, { timeoutMs: 60 })).rejects.toMatchObject({ code: "ETIMEDOUT" });
  const broken = await serve((socket) => {
    socket.write("HTTP/1.1 200 O\r\nContent-Length: 10\r\n\r\nhalf");
    setTimeout(() => socket.destroy(), 20);
  });
  const answer = await ask(broken);
  expect([answer.truncated, Buffer.from(answer.body).toString()]).toEqual([true, "half"]);
});

it("stops when it is told to", async () => {
  const origin = await serve(() => undefined);
  const controller = new AbortController();
  const asked = ask(origin, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(asked).rejects.toThrow();
});
