import { createServer } from "node:http";
import type { Server } from "node:http";
import { once } from "node:events";
import net from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { createEgressPolicy } from "../egress/policy.ts";
import { listen } from "../testing/listen.ts";
import { createNodeReach } from "./create-node-reach.ts";

let canary: Server;
let port = 0;
let hits = 0;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  canary = createServer((request, response) => {
    if (request.url === "/moved") response.writeHead(302, { location: "/elsewhere" }).end();
    else if (request.url === "/silent") return;
    else response.end(`${request.headers["content-type"]} ${request.headers.host}`);
  });
  canary.on("connection", () => hits++);
  new WebSocketServer({ server: canary }).on("connection", (socket, request) => {
    socket.send(request.headers.authorization ?? "nobody");
    socket.on("message", () => socket.send("x".repeat(2_000_000)));
  });
  port = Number(new URL(await listen(canary)).port);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((reach) => reach.close()));
});
afterAll(() => {
  canary.closeAllConnections();
  canary.close();
});

const RESOLVED: Record<string, string> = {
  "rebinding.example.com": "127.0.0.1",
  "good.example.com": "93.184.216.34",
};

function reachTo(allow: string, resolve?: (hostname: string) => Promise<readonly string[]>) {
  const answer = async (hostname: string) => [RESOLVED[hostname] ?? "10.0.0.1"];
  const reach = createNodeReach(createEgressPolicy({ allow }), { resolve: resolve ?? answer });
  open.push(reach);
  return reach;
}
const get = (url: string) => ({ method: "GET", url, timeoutMs: 500 }) as const;
const refusal = (host: string) =>
  expect.objectContaining({
    failure: "unreachable",
    message: expect.stringContaining(`${host} is not a public address`),
  });

function fails(socket: WebSocket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.addEventListener("open", () => resolve(false));
    socket.addEventListener("error", () => resolve(true));
  });
}

describe("createNodeReach", () => {
  it("looks up an address once and says which it is", async () => {
    let asked = 0;
    const reach = reachTo("", async () => (asked++ === 0 ? ["93.184.216.34"] : ["127.0.0.1"]));
    expect(await reach.lookUpAddress("Node.Example.com.", 10_009)).toBe("93.184.216.34");
    expect(asked).toBe(1);
    await expect(reach.lookUpAddress("node.example.com", 10_009)).rejects.toEqual(
      refusal("node.example.com:10009"),
    );
  });

  it.each([
    "127.0.0.1",
    "::1",
    "[::1]",
    "0x7f.1",
    "2130706433",
    "10.1.2.3",
    "169.254.169.254",
    "::ffff:10.0.0.1",
  ])("refuses the literal %s everywhere", async (host) => {
    const before = hits;
    const reach = reachTo("");
    const url = `https://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${port}`;
    const named = expect.objectContaining({
      failure: "unreachable",
      message: expect.stringContaining("EGRESS_ALLOW"),
    });
    await expect(reach.lookUpAddress(host, port)).rejects.toEqual(named);
    await expect(reach.send(get(url))).rejects.toEqual(named);
    expect(await fails(new reach.webSocket(url.replace("https", "wss")))).toBe(true);
    expect(hits).toBe(before);
  });

  it("refuses a name whose address is private, with no packet sent", async () => {
    const before = hits;
    const reach = reachTo("");
    const url = `https://rebinding.example.com:${port}`;
    await expect(reach.lookUpAddress("rebinding.example.com", port)).rejects.toEqual(
      refusal(`rebinding.example.com:${port}`),
    );
    await expect(reach.send(get(url))).rejects.toEqual(refusal(`rebinding.example.com:${port}`));
    expect(await fails(new reach.webSocket(url.replace("https", "wss")))).toBe(true);
    expect(hits).toBe(before);
  });

  it("uses no answer of which one address is private", async () => {
    const reach = reachTo("", async () => ["93.184.216.34", "127.0.0.1"]);
    await expect(reach.lookUpAddress("good.example.com", port)).rejects.toEqual(
      refusal(`good.example.com:${port}`),
    );
  });

  it("goes where the operator allows it, with what was to be said, and follows nobody", async () => {
    const reach = reachTo(`127.0.0.1:${port}, rebinding.example.com:${port}`);
    expect(await reach.lookUpAddress("127.0.0.1", port)).toBe("127.0.0.1");
    expect(await reach.lookUpAddress("rebinding.example.com", port)).toBe("127.0.0.1");
    const form = {
      method: "POST",
      body: "a=b",
      contentType: "application/x-www-form-urlencoded",
      timeoutMs: 500,
    } as const;
    expect(await reach.send({ ...form, url: `http://rebinding.example.com:${port}/` })).toEqual({
      status: 200,
      body: `application/x-www-form-urlencoded rebinding.example.com:${port}`,
    });
    expect(await reach.send(get(`http://127.0.0.1:${port}/moved`))).toMatchObject({ status: 302 });
    const socket = new reach.webSocket(`ws://127.0.0.1:${port}`, { headers: { authorization: "Basic abc" } });
    const [message] = await once(socket, "message");
    expect(message).toMatchObject({ data: "Basic abc" });
    socket.close();
  });

  it("says nothing without TLS to others, and speaks HTTP to no other service's port", async () => {
    const reach = reachTo("");
    const plain = expect.objectContaining({
      failure: "unreachable",
      message: expect.stringContaining("TLS"),
    });
    await expect(reach.send(get("http://good.example.com/"))).rejects.toEqual(plain);
    expect(() => new reach.webSocket("ws://good.example.com/")).toThrow("TLS");
    await expect(reach.send(get("https://good.example.com:6379/"))).rejects.toThrow("6379");
    expect(() => new reach.webSocket("wss://good.example.com:25/")).toThrow("25");
  });

  it("tells apart what went wrong", async () => {
    const tcp = net.createServer((socket) => void socket.end("SSH-2.0-x\r\n")).listen(0, "127.0.0.1");
    await once(tcp, "listening");
    const address = tcp.address();
    const other = typeof address === "object" && address !== null ? address.port : 0;
    const reach = reachTo(`127.0.0.1:${port},127.0.0.1:${other},127.0.0.1:1`);
    const failureOf = async (url: string) =>
      reach.send(get(url)).catch(({ failure }: { failure: string }) => failure);
    expect(await failureOf(`http://127.0.0.1:${port}/silent`)).toBe("timeout");
    expect(await failureOf(`http://127.0.0.1:${other}/`)).toBe("malformed");
    expect(await failureOf("http://127.0.0.1:1/")).toBe("unreachable");
    tcp.close();
  });

  it("reads no message above its limit", async () => {
    const reach = reachTo(`127.0.0.1:${port}`);
    const socket = new reach.webSocket(`ws://127.0.0.1:${port}`);
    await once(socket, "message");
    const closed = once(socket, "close");
    let size = 0;
    socket.addEventListener("message", ({ data }) => (size = String(data).length));
    socket.send("more");
    await closed;
    expect(size).toBe(0);
  });
});
