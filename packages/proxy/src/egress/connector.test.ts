import { createServer } from "node:http";
import type { Server } from "node:http";
import net from "node:net";
import type { AddressInfo } from "node:net";
import { Client } from "undici";
import type { buildConnector } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createConnector } from "./connector.ts";
import type { Resolver } from "./connector.ts";
import { createEgress } from "./egress.ts";
import { createEgressPolicy } from "./policy.ts";

let canary: Server;
let port = 0;
let hits = 0;

beforeAll(async () => {
  canary = createServer((request, response) => response.end(request.headers.host));
  canary.on("connection", () => hits++);
  await new Promise<void>((resolve) => canary.listen(0, "127.0.0.1", resolve));
  const address = canary.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(() => void canary.close());

const connectOnce = (connector: buildConnector.connector, hostname: string, to = port, protocol = "http:") =>
  new Promise<unknown>((resolve) => {
    connector({ hostname, host: `${hostname}:${to}`, protocol, port: String(to) }, (error, socket) => {
      socket?.destroy();
      resolve(error ?? socket?.remoteAddress);
    });
  });
const isDenied = expect.objectContaining({ code: "upstream_address_denied" });

/** Goes only where the guard let it: loopback for real, anything public is refused without a packet. */
function loopbackOnly(seen: string[]): typeof buildConnector {
  return (options = {}) => {
    const lookup = "lookup" in options ? options.lookup : undefined;
    return (request, callback) => {
      if (lookup === undefined) throw new Error("no lookup");
      lookup(request.hostname, { all: true }, (error, addresses) => {
        if (error !== null) return callback(error, null);
        const list = Array.isArray(addresses) ? addresses : [];
        for (const { address } of list) {
          seen.push(address);
          if (address.startsWith("127.") || address === "::1") net.connect(port, address);
        }
        return callback(Object.assign(new Error("not tried"), { code: "ECONNREFUSED" }), null);
      });
    };
  };
}

describe("createConnector", () => {
  it.each(["127.0.0.1", "[::1]", "::ffff:127.0.0.1", "0.0.0.0", "169.254.169.254", "10.0.0.1"])(
    "refuses the literal %s, for which Node asks no lookup",
    async (literal) => {
      const before = hits;
      const connector = createConnector(createEgressPolicy());
      expect(await connectOnce(connector, literal)).toEqual(isDenied);
      expect(await connectOnce(connector, literal, port, "https:")).toEqual(isDenied);
      expect(hits).toBe(before);
    },
  );

  it.each([
    ["B154 all records private", ["10.0.0.5"]],
    ["B155 one public, one private", ["93.184.216.34", "127.0.0.1"]],
    ["B158 a CNAME to the metadata service", ["169.254.169.254"]],
    ["a private one behind the eighth", [...Array.from({ length: 8 }, () => "93.184.216.34"), "127.0.0.1"]],
    ["loopback", ["127.0.0.1"]],
    ["IPv6 loopback", ["::1"]],
    ["not an address", ["localhost"]],
    ["no address", []],
  ])("%s", async (_, answer) => {
    const seen: string[] = [];
    const connector = createConnector(createEgressPolicy(), {
      resolve: async () => answer,
      build: loopbackOnly(seen),
    });
    const before = hits;
    expect(await connectOnce(connector, "api.creator-site.com")).toEqual(isDenied);
    const real = createConnector(createEgressPolicy(), { resolve: async () => answer });
    expect(await connectOnce(real, "api.creator-site.com")).toEqual(isDenied);
    expect(seen).toEqual([]);
    expect(hits).toBe(before);
  });

  it("B160 takes at most 8 of 65 addresses", async () => {
    const seen: string[] = [];
    const answer = Array.from({ length: 65 }, (_, at) => `93.184.216.${at}`);
    await connectOnce(
      createConnector(createEgressPolicy(), { resolve: async () => answer, build: loopbackOnly(seen) }),
      "a.creator-site.com",
    );
    expect(seen).toEqual(answer.slice(0, 8));
  });

  it("never reaches loopback in 1,000 tries of a resolver that flips", async () => {
    let asked = 0;
    const flip: Resolver = async () => (asked++ % 2 === 0 ? ["93.184.216.34"] : ["127.0.0.1"]);
    const seen: string[] = [];
    const connector = createConnector(createEgressPolicy(), { resolve: flip, build: loopbackOnly(seen) });
    const before = hits;
    for (let i = 0; i < 1000; i++) await connectOnce(connector, "rebind.creator-site.com");
    expect(asked).toBe(1000);
    expect(new Set(seen)).toEqual(new Set(["93.184.216.34"]));
    expect(hits).toBe(before);
  });

  it("does not believe the socket", async () => {
    // A connector that ignores the lookup stands for whatever sends a socket elsewhere than it was told.
    const astray: typeof buildConnector = () => (_request, callback) => {
      const socket = net.connect(port, "127.0.0.1", () => callback(null, socket));
    };
    const connector = createConnector(createEgressPolicy(), {
      resolve: async () => ["93.184.216.34"],
      build: astray,
    });
    expect(await connectOnce(connector, "api.creator-site.com")).toEqual(isDenied);
  });

  it("opens exactly what the operator opened, under its name", async () => {
    const policy = createEgressPolicy({ allow: `127.0.0.1:${port},api.internal:${port}` });
    const connect = createConnector(policy, { resolve: async () => ["127.0.0.1"] });
    expect(await connectOnce(connect, "127.0.0.1")).toBe("127.0.0.1");
    expect(await connectOnce(connect, "other.internal")).toEqual(isDenied);
    expect(await connectOnce(connect, "127.0.0.1", port + 1)).toEqual(isDenied);
    const client = new Client(`http://api.internal:${port}`, { connect });
    const { body } = await client.request({ path: "/", method: "GET" });
    expect(await body.text()).toBe(`api.internal:${port}`);
    await client.close();
  });

  it("refuses its own address and port even where it was opened", async () => {
    const policy = createEgressPolicy({
      allow: `127.0.0.1:${port},own.internal:${port}`,
      self: [`http://localhost:${port}`],
    });
    const connector = createConnector(policy, { resolve: async () => ["127.0.0.1"] });
    const before = hits;
    expect(await connectOnce(connector, "127.0.0.1")).toEqual(isDenied);
    expect(await connectOnce(connector, "own.internal")).toEqual(isDenied);
    expect(hits).toBe(before);
  });

  it("calls a name without addresses unreachable", async () => {
    const resolve: Resolver = async () =>
      Promise.reject(Object.assign(new Error("no"), { code: "ENOTFOUND" }));
    const result = await connectOnce(
      createConnector(createEgressPolicy(), { resolve }),
      "gone.creator-site.com",
    );
    expect(result).toMatchObject({ code: "upstream_unreachable" });
  });
});

describe("inspect", () => {
  const policyFor = (server: Server) => createEgressPolicy({ allow: `127.0.0.1:${portOf(server)}` });
  const portOf = (server: Server): number => {
    const address: AddressInfo | string | null = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  };
  const serve = async (listener: Parameters<typeof createServer>[1]): Promise<Server> => {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return server;
  };

  it("reads the head and the first bytes, follows nothing, and gives up in time", async () => {
    let asked = 0;
    const server = await serve((request, response) => {
      asked++;
      if (request.url === "/redirect") return void response.writeHead(302, { location: "/other" }).end();
      if (request.url === "/hang") return;
      response.writeHead(200, { "content-type": "text/plain" });
      const timer = setInterval(() => response.write("x".repeat(1000)), 5);
      response.on("close", () => clearInterval(timer));
    });
    const egress = createEgress(policyFor(server));
    const base = `http://127.0.0.1:${portOf(server)}`;
    const stream = await egress.inspect(`${base}/stream`, { maxBytes: 2500 });
    expect(stream).toMatchObject({ status: 200, truncated: true });
    expect(stream.body.length).toBe(2500);
    expect(stream.headers).toContainEqual(["content-type", "text/plain"]);
    expect(await egress.inspect(`${base}/redirect`)).toMatchObject({ status: 302, truncated: false });
    expect(await egress.inspect(`${base}/stream`, { timeoutMs: 40 })).toMatchObject({
      status: 200,
      truncated: true,
    });
    await expect(egress.inspect(`${base}/hang`, { timeoutMs: 40 })).rejects.toMatchObject({
      code: "upstream_timeout",
    });
    await expect(egress.inspect("http://127.0.0.1:1/")).rejects.toMatchObject({
      code: "upstream_url_rejected",
    });
    expect(asked).toBe(4);
    await egress.destroy();
    server.closeAllConnections();
    server.close();
  });
});
