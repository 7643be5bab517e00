import { afterAll, beforeAll, describe, expect, it } from "vitest";
import cases from "../../cases/raw-http.json" with { type: "json" };
import { startContractUpstream } from "../testing/contract-upstream.ts";
import type { ContractUpstream } from "../testing/contract-upstream.ts";
import { listen } from "../testing/listen.ts";
import { createOpenPaywall } from "../testing/open-paywall.ts";
import type { OpenPaywall } from "../testing/open-paywall.ts";
import { sendRaw } from "../testing/raw-socket.ts";
import { createEgress, createEgressPolicy, createGatewayServer } from "./index.ts";
import type { Egress, GatewayServer } from "./index.ts";

let upstream: ContractUpstream;
let paywall: OpenPaywall;
let gateway: GatewayServer;
let egress: Egress;
let port: number;

beforeAll(async () => {
  upstream = await startContractUpstream();
  paywall = createOpenPaywall(upstream.origin);
  egress = createEgress(createEgressPolicy({ allow: new URL(upstream.origin).host }));
  gateway = createGatewayServer(paywall, {
    egress,
    docsBase: "https://paywall.example/docs",
    headersTimeoutMs: 300,
  });
  port = Number(new URL(await listen(gateway.server)).port);
});
afterAll(async () => {
  await Promise.all([gateway.close(100), egress.destroy(), upstream.close()]);
});

function written(request: (typeof cases)[number]["request"]): string {
  if (typeof request === "string") return request;
  const [unit = "", times = 0] = request.repeat;
  return request.before + String(unit).repeat(Number(times)) + request.after;
}

const unpaid = {
  kind: "refused",
  head: { status: 402, headers: [["Content-Length", "0"]] },
  body: new Uint8Array(0),
} as const;

describe("raw requests to the server", () => {
  it.each(cases)("$id $name", async ({ request, status, statuses }) => {
    paywall.refuse = () => unpaid;
    paywall.seen.length = 0;
    const before = upstream.hits();
    const { text, closed } = await sendRaw(port, written(request));
    const found = [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map((match) => Number(match[1]));
    if (statuses === undefined) expect(status).toContain(found[0]);
    else expect(found).toEqual(statuses);
    if (statuses === undefined) expect(found).toHaveLength(1);
    // What is refused is refused whole: the engine sees nothing, the socket closes, the answer is a problem document.
    const [first = 0] = found;
    if (first !== 402) {
      expect(paywall.seen).toEqual([]);
      if (first !== 417) {
        expect(closed).toBe(true);
        expect(text.toLowerCase()).toContain("content-type: application/problem+json");
      }
    }
    expect(upstream.hits()).toBe(before);
    paywall.refuse = undefined;
  });

  it("B274 hands a name with an underscore to the engine but not to the upstream", async () => {
    const { text } = await sendRaw(
      port,
      "GET /p/open/echo HTTP/1.1\r\nHost: a\r\nX_Forwarded_For: canary\r\nConnection: close\r\n\r\n",
    );
    expect(text).toContain("200 OK");
    expect(text).not.toContain("canary");
  });

  it("B279 forwards the body of a GET with its framing, and leaves nothing in the socket", async () => {
    const get = "GET /p/open/hash HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
    const { text } = await sendRaw(
      port,
      `${get}GET /p/open/echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      500,
    );
    expect(text.match(/200 OK/g)).toHaveLength(2);
    expect(text).toContain('"bytes":5');
  });

  it("B265 ignores h2c, and the upstream sees no upgrade", async () => {
    const upgrade =
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n";
    const { text } = await sendRaw(port, `GET /p/open/echo HTTP/1.1\r\nHost: a\r\n${upgrade}\r\n`);
    expect(text).toContain("200 OK");
    expect(text.toLowerCase()).not.toMatch(/h2c|http2-settings/);
  });

  it("B544 closes what sends its headers too slowly", async () => {
    const started = performance.now();
    const { text, closed } = await sendRaw(port, "GET /p/open HTTP/1.1\r\nHost: a\r\nX-Slow", 2000);
    expect(closed).toBe(true);
    expect(text).toContain(" 408 ");
    expect(performance.now() - started).toBeLessThan(1500);
  });

  it("lets no random bytes crash it, or reach the upstream", async () => {
    const before = upstream.hits();
    const pieces = [
      "GET ",
      "POST ",
      "/p/open",
      " HTTP/1.1\r\n",
      "Host: a\r\n",
      "\r\n",
      "Transfer-Encoding: chunked\r\n",
      "Content-Length: 3\r\n",
      "\0",
      "ÿ",
      " ",
      "\n",
      "0\r\n\r\n",
      "http://x/",
    ];
    let seed = 7;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647);
    paywall.refuse = () => unpaid;
    for (let round = 0; round < 20; round++) {
      const batch = Array.from({ length: 15 }, () => {
        const text = Array.from({ length: 1 + (random() % 9) }, () => pieces[random() % pieces.length]).join(
          "",
        );
        return sendRaw(port, text, 20);
      });
      await Promise.all(batch);
    }
    paywall.refuse = undefined;
    expect(upstream.hits()).toBe(before);
    const { text } = await sendRaw(port, "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(text).toContain('{"status":"ok"}');
  });
});
