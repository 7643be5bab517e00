import { finalizeEvent, generateSecretKey, getPublicKey } from "nostr-tools/pure";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type WebSocket as ServerSocket, WebSocketServer } from "ws";
import { createEgressPolicy } from "../../../egress/policy.ts";
import { createNodeReach } from "../../../node/create-node-reach.ts";
import { Relay } from "./relay.ts";

const key = generateSecretKey();
const author = getPublicKey(key);
const sign = (by = key, content = "hello") =>
  finalizeEvent({ kind: 23195, tags: [["p", "aa"]], content, created_at: 1_800_000_000 }, by);

let server: WebSocketServer;
let url: string;
let reach: ReturnType<typeof createNodeReach>;
let socket: ServerSocket | undefined;
let said: unknown[][];
let onRequest: (message: unknown[], reply: (...answer: unknown[]) => void) => void;
beforeEach(async () => {
  said = [];
  onRequest = () => {};
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (connected) => {
    socket = connected;
    connected.on("message", (data) => {
      const message: unknown[] = JSON.parse(Buffer.isBuffer(data) ? data.toString() : "[]");
      said.push(message);
      onRequest(message, (...answer) => connected.send(JSON.stringify(answer)));
    });
  });
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  url = `ws://127.0.0.1:${port}`;
  reach = createNodeReach(createEgressPolicy({ allow: `127.0.0.1:${port}` }));
});
afterEach(async () => {
  for (const client of server.clients) client.terminate();
  server.close();
  await reach.close();
});

async function connect(onClose = () => {}) {
  const relay = new Relay(url, reach.webSocket, 1_000, onClose);
  await relay.opened;
  return relay;
}

describe("Relay", () => {
  it("delivers what was subscribed to and is signed, each once, and nothing else", async () => {
    const seen = new Set<string>();
    const contents: string[] = [];
    const wanted = sign();
    onRequest = ([kind, id], reply) => {
      if (kind !== "REQ") return;
      for (const event of [
        sign(generateSecretKey(), "of another"),
        { ...wanted, content: "changed" },
        wanted,
        wanted,
      ])
        reply("EVENT", id, event);
      reply("EVENT", "s99", sign(key, "of no subscription"));
      reply("EVENT", id, sign(key, "last"));
    };
    const relay = await connect();
    relay.subscribe([{ authors: [author] }], {
      onevent: ({ content }) => contents.push(content),
      alreadyHaveEvent: (id) => seen.has(id) || !seen.add(id),
    });
    await vi.waitFor(() => expect(contents).toContain("last"));
    expect(contents).toEqual(["hello", "last"]);
    relay.close();
  });

  it("stops when it is told to, and says so", async () => {
    const relay = await connect();
    const onclose = vi.fn<(reason: string) => void>();
    const onevent = vi.fn<() => void>();
    const subscription = relay.subscribe([{}], { onclose, onevent });
    await vi.waitFor(() => expect(said).toHaveLength(1));
    subscription.close("enough");
    subscription.close("enough");
    expect(onclose.mock.calls).toEqual([["enough"]]);
    socket?.send(JSON.stringify(["EVENT", "s1", sign()]));
    await vi.waitFor(() => expect(said).toContainEqual(["CLOSE", "s1"]));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(onevent).not.toHaveBeenCalled();
    relay.close();
  });

  it("is told when the relay ends a subscription", async () => {
    onRequest = ([, id], reply) => reply("CLOSED", id, "restricted: no");
    const relay = await connect();
    const reason = await new Promise((resolve) => relay.subscribe([{}], { onclose: resolve }));
    expect(reason).toBe("restricted: no");
    relay.close();
  });

  it("publishes, and hears whether it was taken", async () => {
    let taken = true;
    onRequest = (_, reply) => reply("OK", sign().id, taken, "because");
    const relay = await connect();
    expect(await relay.publish(sign())).toBe("because");
    taken = false;
    await expect(relay.publish(sign())).rejects.toThrow("because");
    relay.close();
    await expect(relay.publish(sign())).rejects.toThrow("No connection");
  });

  it("ends everything with its connection, once", async () => {
    const onClose = vi.fn<() => void>();
    const relay = await connect(onClose);
    const reason = new Promise((resolve) => relay.subscribe([{}], { onclose: resolve }));
    const publishing = relay.publish(sign());
    await vi.waitFor(() => expect(said).toHaveLength(2));
    socket?.terminate();
    expect(await reason).toBe("No connection");
    await expect(publishing).rejects.toThrow("No connection");
    relay.close();
    expect(onClose).toHaveBeenCalledTimes(1);
    const late = new Promise((resolve) => relay.subscribe([{}], { onclose: resolve }));
    expect(await late).toBe("No connection");
  });

  it("gives up on who does not shake hands", async () => {
    const onClose = vi.fn<() => void>();
    await expect(new Relay("ws://127.0.0.1:1", reach.webSocket, 100, onClose).opened).rejects.toThrow("TLS");
    server.options.verifyClient = () => {};
    const relay = new Relay(url, reach.webSocket, 100, onClose);
    await expect(relay.opened).rejects.toThrow("No connection");
    await vi.waitFor(() => expect(onClose).toHaveBeenCalledTimes(2));
  });
});
