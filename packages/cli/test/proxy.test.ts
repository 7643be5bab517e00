import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listen } from "../../proxy/src/testing/listen.ts";
import { Stop } from "../src/terminal.ts";
import { createTerminal, run, type RunOptions } from "./run-cli.ts";
import { runCli } from "../src/cli.ts";

let upstream: Server;
let origin: string;
let seen: string[];

beforeEach(async () => {
  seen = [];
  upstream = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (request.url === "/v1/stream") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
      return void setTimeout(() => response.end("data: 2\n\n"), 200);
    }
    response.setHeader("content-type", "application/json");
    response.end('{"celsius":21}');
  });
  origin = await listen(upstream);
});
afterEach(() => {
  upstream.closeAllConnections();
  upstream.close();
});

interface Running {
  readonly link: string;
  readonly read: () => { readonly stdout: string; readonly stderr: string };
  readonly events: () => readonly Record<string, unknown>[];
  stop(): Promise<number>;
}

async function proxy(flags: readonly string[], options: RunOptions = {}): Promise<Running> {
  const controller = new AbortController();
  const { terminal, read } = createTerminal({ ...options, signal: controller.signal });
  const running = runCli(["proxy", `${origin}/v1`, "--price", "0.01", "--port", "0", ...flags], terminal);
  const both = (): string => read().stdout + read().stderr;
  for (let turn = 0; !/http:\/\/localhost:\d+\/127-0-0-1/.test(both()); turn++) {
    if (turn > 200) throw new Error(`not ready: ${both()}`);
    // oxlint-disable-next-line no-await-in-loop -- it says when it is ready
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const [link = ""] = /http:\/\/localhost:\d+\/127-0-0-1/.exec(both()) ?? [];
  return {
    link,
    read,
    events: () =>
      read()
        .stdout.split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    stop: () => {
      controller.abort(new Stop("cancelled"));
      return running;
    },
  };
}

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 400));

describe("proxy", () => {
  it("says where it is, what it costs, and how it is paid; with a QR code", async () => {
    const { link, read, stop } = await proxy([]);
    const { stderr, stdout } = read();
    expect(stdout).toBe("");
    expect(stderr).toContain(`${link}  $0.01 per request  TEST`);
    expect(stderr).toContain(`in front of ${origin}/v1;`);
    expect(stderr).toContain(`curl -i ${link}`);
    expect(stderr).toContain(`x402-paywall pay ${link}`);
    expect(stderr).toMatch(/█▀▀▀▀▀█|█ ▄▄▄▄▄ █/);
    expect(await stop()).toBe(0);
    expect(read().stderr).toContain("closing");
  });

  it("asks, is paid, passes on exactly what is below the link, and logs each request", async () => {
    const { link, read, stop } = await proxy(["--no-qr"]);
    expect((await fetch(`${link}/x?y=1`)).status).toBe(402);
    const paid = await run(["pay", `${link}/x?y=1`]);
    const itself = await run(["pay", link, "-w", "l402"]);
    expect([paid.stdout, itself.stdout]).toEqual(['{"celsius":21}', '{"celsius":21}']);
    expect(seen).toEqual(["GET /v1/x?y=1", "GET /v1"]);
    await soon();
    await stop();
    const { stderr } = read();
    expect(stderr).not.toMatch(/█/);
    expect(stderr).toMatch(/ {2}402 {2}challenge GET {4}\/127-0-0-1\/x {2}\d+ ms {2}\d+ B\n/);
    expect(stderr).toMatch(
      / {2}200 {2}paid {6}GET {4}\/127-0-0-1\/x {2}\d+ ms {2}14 B {2}\$0\.01 x402 {2}rcp_/,
    );
    expect(stderr).toMatch(/ {2}200 {2}paid {6}GET {4}\/127-0-0-1 {2}\d+ ms {2}14 B {2}\$0\.01 l402 {2}rcp_/);
  });

  it("passes streams on while they are made", async () => {
    const { link, stop } = await proxy([]);
    const { events } = await run(["pay", `${link}/stream`, "--json"]);
    await stop();
    expect(
      events()
        .filter(({ type }) => type === "data")
        .map(({ text }) => text),
    ).toEqual(["data: 1\n\n", "data: 2\n\n"]);
  });

  it("is one line of JSON for each event", async () => {
    const { link, events, stop, read } = await proxy(["--json"]);
    await run(["pay", link]);
    await soon();
    await stop();
    expect(read().stderr).toBe("");
    expect(events()[0]).toEqual({
      type: "ready",
      link,
      upstream: `${origin}/v1`,
      price: "$0.01 per request",
      mode: "test",
      pay: `x402-paywall pay ${link}`,
      curl: `curl -i ${link}`,
    });
    expect(events().filter(({ type }) => type === "request")).toMatchObject([
      { method: "GET", status: 402, kind: "challenge", amount: null, receiptId: null },
      {
        status: 200,
        kind: "paid",
        wire: "x402",
        amount: "10000",
        bytesOut: 14,
        receiptId: expect.stringMatching(/^rcp_/),
      },
    ]);
  });

  it("shows people a page on which they can pay, and which then opens", async () => {
    const { link, stop } = await proxy([]);
    const page = await fetch(link, { headers: { accept: "text/html" } });
    expect([page.status, page.headers.get("content-type")]).toEqual([402, "text/html; charset=utf-8"]);
    expect(await page.text()).toContain("<title>");
    const asked = await fetch(link);
    const { links } = (await asked.json()) as {
      readonly links: { readonly unlock: string; readonly sandboxPay: string };
    };
    const header = asked.headers.get("www-authenticate") ?? "";
    const [, token = "", bolt11 = ""] = /macaroon="([^"]+)", invoice="([^"]+)"/.exec(header) ?? [];
    const json = { "content-type": "application/json" };
    const wallet = await fetch(links.sandboxPay, {
      method: "POST",
      headers: json,
      body: JSON.stringify({ bolt11 }),
    });
    const { preimage } = (await wallet.json()) as { readonly preimage: string };
    const unlocked = await fetch(new URL(links.unlock, link), {
      method: "POST",
      headers: json,
      body: JSON.stringify({ token, preimage }),
    });
    expect(unlocked.status).toBe(204);
    const cookie = (unlocked.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const opened = await fetch(link, { headers: { cookie } });
    expect([opened.status, await opened.text()]).toEqual([200, '{"celsius":21}']);
    await stop();
  });

  it("leads to the link from its root, and has nothing else", async () => {
    const { link, stop } = await proxy([]);
    const root = new URL("/", link);
    const answer = await fetch(root, { redirect: "manual" });
    expect([answer.status, answer.headers.get("location")]).toEqual([307, "/127-0-0-1"]);
    expect((await fetch(new URL("/127-0-0-12", link))).status).toBe(404);
    expect((await fetch(new URL("/.paywall/jwks.json", link))).status).toBe(200);
    expect((await fetch(new URL("/healthz", link))).status).toBe(200);
    await stop();
    expect(seen).toEqual([]);
  });

  it.each([
    [["--model", "bundle", "--uses", "5"], "5 requests for $0.01"],
    [["--model", "pass", "--hours", "2"], "2 hours"],
    [["--model", "metered", "--output-tokens", "2"], "$2.00 per 1M output tokens"],
    [["--model", "pay-what-you-want"], "$0.01"],
  ])("has every model: %j", async (flags, said) => {
    const { read, stop } = await proxy([...flags, "--json"]);
    await stop();
    expect(JSON.stringify(read().stdout)).toContain(said);
  });

  it("names the public origin where it is behind another server", async () => {
    const controller = new AbortController();
    const { terminal, read } = createTerminal({ signal: controller.signal });
    const running = runCli(
      ["proxy", origin, "--price", "1", "--port", "0", "--public-url", "https://tunnel.example/"],
      terminal,
    );
    await soon();
    controller.abort(new Stop("cancelled"));
    await running;
    expect(read().stderr).toContain("https://tunnel.example/127-0-0-1  $1.00 per request");
  });

  it("tells of an upstream that is away; nobody is charged", async () => {
    const { link, read, stop } = await proxy([]);
    upstream.closeAllConnections();
    upstream.close();
    const asked = await fetch(link);
    expect(asked.status).toBe(402);
    const { code } = await run(["pay", link, "--json"], { signal: AbortSignal.timeout(2500) });
    expect(code).not.toBe(0);
    await stop();
    expect(read().stderr).toMatch(new RegExp(`! ${origin}: .*ECONNREFUSED`));
    expect(read().stderr).not.toContain("$0.01 x402");
  });
});

describe("what proxy does not start with", () => {
  it("is a port that is taken", async () => {
    const { port } = new URL(origin);
    const { code, stderr } = await run([
      "proxy",
      "https://api.example.com",
      "--price",
      "0.01",
      "--port",
      port,
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain(
      `error: Port ${port} is taken.\n  → Name another with --port, or 0 for any free one.`,
    );
  });

  it("is an address that is not its own", async () => {
    const { code, stderr } = await run([
      "proxy",
      origin,
      "--price",
      "0.01",
      "--port",
      "0",
      "--host",
      "192.0.2.1",
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain("Name an address of this machine with --host.");
  });

  it("is itself", async () => {
    const free = createServer();
    const { port } = new URL(await listen(free));
    await new Promise((resolve) => free.close(resolve));
    const { code, stderr } = await run([
      "proxy",
      `http://localhost:${port}/x`,
      "--price",
      "0.01",
      "--port",
      port,
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain("The upstream is this gateway itself.");
  });

  it.each([
    [["proxy", "http://localhost:1"], "It has no price."],
    [["proxy", "nonsense", "--price", "1"], "The URL is no http(s) URL: nonsense"],
    [["proxy", "http://localhost:1", "--price", "1", "--port", "99999"], "Write a port"],
    [["proxy", "http://localhost:1", "--price", "1", "--public-url", "x"], "--public-url is no http(s) URL"],
    [["proxy", "http://localhost:1", "--price", "1", "--model", "gift"], "Allowed choices are"],
  ])("%j", async (argv, said) => {
    const { code, stderr } = await run(argv);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });
});
