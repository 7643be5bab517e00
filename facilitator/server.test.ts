import { once } from "node:events";
import { connect } from "node:net";
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Facilitator } from "./facilitator.ts";
import { createFacilitatorServer } from "./server.ts";

const token = "a-token-that-nobody-guesses-0123456789";
const state = { stopping: false, calls: 0 };
const facilitator: Facilitator = {
  verify: async () => {
    state.calls += 1;
    throw new TypeError("https://rpc.example/SECRET broke");
  },
  settle: async () => {
    state.calls += 1;
    return { success: false, transaction: "", network: "eip155:1" };
  },
  supported: () => ({ kinds: [], extensions: [], signers: {} }),
  faults: async () => new Map([["eip155:1", undefined]]),
};
const lines: string[] = [];
const server = createFacilitatorServer({
  facilitator,
  tokenDigest: createHash("sha256").update(token).digest(),
  log: { info: () => undefined, error: (message) => lines.push(message) },
  isStopping: () => state.stopping,
});
let url = "";
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const json = { "content-type": "application/json", authorization: `Bearer ${token}` };
const address = `0x${"a".repeat(40)}`;
const requirements = {
  scheme: "exact",
  network: "eip155:1",
  asset: address,
  amount: "1",
  payTo: address,
  maxTimeoutSeconds: 1,
};
const authorization = {
  from: address,
  to: address,
  value: "1",
  validAfter: "0",
  validBefore: "1",
  nonce: `0x${"0".repeat(64)}`,
};
const good = JSON.stringify({
  paymentPayload: {
    x402Version: 2,
    accepted: requirements,
    payload: { signature: "0x00", authorization },
  },
  paymentRequirements: requirements,
});

it.each<[number, string, RequestInit & { path?: string }]>([
  [401, "unauthorized", { headers: { "content-type": "application/json" }, body: good }],
  [401, "unauthorized", { headers: { ...json, authorization: `Bearer ${token}x` }, body: good }],
  [401, "unauthorized", { headers: { ...json, authorization: `Basic ${token}` }, body: good }],
  [401, "unauthorized", { headers: { ...json, authorization: "" }, body: "not JSON" }],
  [404, "not_found", { path: "/", headers: json, body: good }],
  [404, "not_found", { path: "/toString", headers: json, body: good }],
  [405, "method_not_allowed", { path: "/supported", headers: json, body: good }],
  [405, "method_not_allowed", { method: "GET", headers: json }],
  [415, "unsupported_media_type", { headers: { ...json, "content-type": "text/plain" }, body: good }],
  [400, "bad_request", { headers: json, body: "{" }],
  [400, "bad_request", { headers: json, body: new Uint8Array([0x22, 0xff, 0x22]) }],
  [413, "payload_too_large", { headers: json, body: JSON.stringify("x".repeat(65_536)) }],
  [422, "validation_failed", { headers: json, body: "[]" }],
])("%i %s", async (status, code, { path = "/settle", ...init }) => {
  const before = state.calls;
  const answer = await fetch(url + path, { method: "POST", ...init });
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(await answer.json()).toMatchObject({ status, code });
  expect(state.calls).toBe(before);
});

it("a body without a length is cut off at 64 KiB", async () => {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const head = `POST /settle HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`;
  socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
  const chunk = "x".repeat(16_384);
  let answer = "";
  socket.on("data", (data) => (answer += data.toString()));
  socket.on("error", () => undefined);
  for (let sent = 0; sent < 6; sent++) socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
  await expect.poll(() => answer).toContain("413");
  socket.destroy();
});

it("a fault of ours shows nothing of itself", async () => {
  const answer = await fetch(`${url}/verify`, { method: "POST", headers: json, body: good });
  const text = await answer.text();
  expect(answer.status).toBe(500);
  expect(text).not.toMatch(/SECRET|TypeError/);
  expect(lines).toEqual(["A request failed"]);
});

it("health and readiness need no token; who is about to stop is not ready", async () => {
  const read = async (path: string) => {
    const answer = await fetch(url + path);
    return [answer.status, await answer.json()];
  };
  expect(await read("/healthz")).toEqual([200, { status: "ok" }]);
  expect(await read("/supported")).toEqual([200, { kinds: [], extensions: [], signers: {} }]);
  expect(await read("/readyz")).toEqual([200, { status: "ok", networks: { "eip155:1": "ok" } }]);
  state.stopping = true;
  expect(await read("/readyz")).toMatchObject([503, { status: "not ready" }]);
});
