import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listen } from "../../proxy/src/testing/listen.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Stop } from "../src/terminal.ts";
import { startApp, type TestApp } from "./paywall-app.ts";
import { run, stopAfter } from "./run-cli.ts";

let app: TestApp;
let cwd: string;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "x402-pay-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const pay = (path: string, ...flags: string[]) => run(["pay", `${app.origin}${path}`, ...flags], { cwd });

describe("pay", () => {
  it.each(["x402", "l402", "mpp"])(
    "pays over %s: the steps on stderr, the answer alone on stdout",
    async (wire) => {
      const { code, stdout, stderr } = await pay("/weather", "--prefer", wire);
      expect({ code, stdout }).toEqual({ code: 0, stdout: '{"sky":"clear"}' });
      expect(stderr).toMatch(
        new RegExp(
          [
            `→ GET ${app.origin}/weather`,
            "← 402 Payment Required {2}\\$0\\.01 {2}TEST",
            " {4}x402 {2}0\\.01 USDC on eip155:84532 \\(TEST\\)",
            " {4}l402 {2}10 sat on bitcoin:bcrt \\(TEST\\)",
            " {4}mpp {3}10 sat on bitcoin:bcrt \\(TEST\\)",
            `· paying \\$0\\.01 over ${wire}`,
            "✓ paid",
            `→ GET ${app.origin}/weather {2}with the payment`,
            "← 200 {2}application/json, \\d+ ms",
            ` {2}receipt ${app.origin}/\\.paywall/r/rcp_.*`,
            " {2}15 bytes in \\d+ ms",
          ].join("\n"),
        ),
      );
    },
  );

  it("has nothing to pay where nothing costs", async () => {
    const { code, stdout, stderr } = await pay("/free");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "free" });
    expect(stderr).toContain("nothing to pay");
    expect(stderr).not.toContain("paying");
  });

  it("says each step as a line of JSON, the body too, and no credential", async () => {
    const { code, stdout, stderr, events } = await pay("/weather", "--json", "-w", "mpp");
    expect([code, stderr]).toEqual([0, ""]);
    expect(events().map(({ type }) => type)).toEqual([
      "request",
      "challenge",
      "paying",
      "paid",
      "request",
      "answer",
      "data",
      "end",
    ]);
    expect(events()[1]).toMatchObject({ mode: "test", usd: "0.01", offers: expect.any(Array) });
    expect(events()[2]).toEqual({ type: "paying", wire: "mpp", amountUsd: "10000" });
    expect(events()[5]).toMatchObject({
      status: 200,
      payment: { wire: "mpp", amountUsd: "10000" },
      receiptId: expect.stringMatching(/^rcp_/),
      receipt: { status: "success", method: "lightning" },
      contentType: "application/json",
    });
    expect(events()[6]).toEqual({ type: "data", text: '{"sky":"clear"}' });
    expect(events()[7]).toMatchObject({ bytes: 15 });
    expect(stdout).not.toMatch(/Payment eyJ|"preimage"|Bearer/);
  });

  it("sends method, headers and body, from the line, a file or stdin", async () => {
    const got: string[] = [];
    const server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => (text += String(chunk)));
      request.on("end", () => {
        got.push(`${request.method} ${request.headers["content-type"]} ${request.headers["x-a"]} ${text}`);
        response.end("ok");
      });
    });
    const origin = await listen(server);
    const { writeFileSync } = await import("node:fs");
    writeFileSync(join(cwd, "body.json"), '{"from":"file"}');
    const flags = ["-H", "X-A: 1", "-H", "X-B: 2"];
    await run(["pay", origin, "-d", '{"a":1}', ...flags], { cwd });
    await run(["pay", origin, "-X", "put", "-d", "@body.json", ...flags], { cwd });
    await run(["pay", origin, "-d", "@-", "-H", "content-type: text/csv", ...flags], { cwd, stdin: "a,b" });
    await run(["pay", origin, "-d", "plain words", ...flags], { cwd });
    server.close();
    expect(got).toEqual([
      'POST application/json 1 {"a":1}',
      'PUT application/json 1 {"from":"file"}',
      "POST text/csv 1 a,b",
      "POST text/plain;charset=utf-8 1 plain words",
    ]);
  });
});

describe("the budget", () => {
  it("stops before anything is paid, with a code of its own and a way out", async () => {
    const before = app.served.length;
    const { code, stdout, stderr } = await pay("/weather", "--budget", "0.009");
    expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
    expect(stderr).toContain("error: 0.01 USD is more than is left in total.");
    expect(stderr).toContain(
      "→ Nothing was paid. It costs 0.01 USD: raise --budget or --max-payment to 0.01.",
    );
    expect(stderr).not.toContain("paying");
    expect(app.served).toHaveLength(before);
  });

  it("holds for one payment, too", async () => {
    expect((await pay("/dear")).code).toBe(0);
    const { code, stderr } = await pay("/dear", "--max-payment", "0.5");
    expect(code).toBe(4);
    expect(stderr).toContain("more than one payment may cost");
  });

  it("is a dollar by default", async () => {
    const dear = await startApp({ routes: { "/x": "$1.01" } });
    const { code } = await run(["pay", `${dear.origin}/x`]);
    await dear.close();
    expect(code).toBe(4);
  });

  it("is told as JSON, too", async () => {
    const { code, events } = await pay("/weather", "--json", "--budget", "0");
    expect(code).toBe(4);
    expect(events().at(-1)).toEqual({
      error: {
        name: "budget",
        exitCode: 4,
        message: "0.01 USD is more than is left in total.",
        fix: expect.stringContaining("Nothing was paid."),
      },
    });
  });
});

describe("a dry run", () => {
  it.each(["x402", "l402"])("tells what would be paid over %s, and pays nothing", async (wire) => {
    const before = app.served.length;
    const { code, stdout, stderr } = await pay("/weather", "--dry-run", "-w", wire);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain(`Would pay $0.01 over ${wire}. Nothing was paid.`);
    expect(stderr).not.toContain("✓ paid");
    expect(app.served).toHaveLength(before);
  });

  it("asks the budget all the same", async () => {
    expect((await pay("/weather", "--dry-run", "--budget", "0.001")).code).toBe(4);
  });

  it("is one more event in JSON", async () => {
    const { events } = await pay("/weather", "--dry-run", "--json");
    expect(events().at(-1)).toEqual({ type: "dry-run", payment: { wire: "x402", amountUsd: "10000" } });
  });
});

describe("the answer", () => {
  it("goes into a file", async () => {
    const { code, stdout } = await pay("/bytes", "-o", "out.bin");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(readFileSync(join(cwd, "out.bin"))).toEqual(Buffer.from([0, 255, 254, 10]));
  });

  it("is base64 in JSON where it is not text", async () => {
    const { events } = await pay("/bytes", "--json");
    expect(events().find(({ type }) => type === "data")).toEqual({ type: "data", base64: "AP/+Cg==" });
  });

  it("does not garble a terminal: bytes that were paid for go into a file beside", async () => {
    const first = await run(["pay", `${app.origin}/bytes`], { cwd, isTty: true });
    const second = await run(["pay", `${app.origin}/bytes`], { cwd, isTty: true });
    expect([first.code, first.stdout, second.stdout]).toEqual([0, "", ""]);
    expect(first.stderr).toContain(`binary, so it goes to ${join(cwd, "bytes")}`);
    expect(readFileSync(join(cwd, "bytes.1"))).toHaveLength(4);
  });

  it("ends with a line break on a terminal alone", async () => {
    const tty = await run(["pay", `${app.origin}/weather`], { cwd, isTty: true });
    expect(tty.stdout).toBe('{"sky":"clear"}\n');
  });

  it("brings a token with a bundle, which goes into a file of its owner's alone and nowhere else", async () => {
    const { code, stdout, stderr } = await pay("/ten", "--save-token", "token");
    expect(code).toBe(0);
    const token = readFileSync(join(cwd, "token"), "utf8").trim();
    expect(token).toMatch(/^pw_/);
    expect(statSync(join(cwd, "token")).mode & 0o777).toBe(0o600);
    expect(stdout + stderr).not.toContain(token);
    expect(stderr).toContain("uses left: 9");
    const again = await pay("/ten", "-H", `Authorization: Bearer ${token}`);
    expect([again.code, again.stderr.includes("uses left: 8"), again.stderr.includes("paying")]).toEqual([
      0,
      true,
      false,
    ]);
  });

  it("says so where no token came", async () => {
    const { stderr } = await pay("/weather", "--save-token", "token");
    expect(stderr).toContain("no access token came");
    expect(existsSync(join(cwd, "token"))).toBe(false);
  });

  it("tells what a metered stream cost at its end", async () => {
    const { code, stdout, stderr } = await pay("/tokens");
    expect([code, stdout.match(/data: /g)?.length]).toEqual([0, 3]);
    expect(stderr).toMatch(/bytes in \d+ ms, charged \$0\.0006\n/);
    expect(stderr).toContain("balance, USD:");
  });
});

describe("what goes wrong", () => {
  it("is unreachable: no server, no such name", async () => {
    const server = createServer();
    const closed = await listen(server);
    server.close();
    const refused = await run(["pay", closed]);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(`error: ${closed} does not answer: nothing listens there.`);
    expect(refused.stderr).toContain("→ Start the server, or check the port.");
    const unknown = await run(["pay", "http://x402-paywall.invalid/"]);
    expect([unknown.code, /the name is not known|cannot be looked up/.test(unknown.stderr)]).toEqual([
      3,
      true,
    ]);
  });

  it("is an error of the server, paid or not", async () => {
    const free = await pay("/nothing");
    expect([free.code, free.stdout]).toEqual([8, "nothing here"]);
    expect(free.stderr).toContain("error: The server answered 404.");
    const paid = await pay("/fails");
    expect([paid.code, paid.stdout]).toEqual([8, "it broke"]);
    expect(paid.stderr).toContain("The receipt says whether it was charged");
  });

  it("is an answer that breaks off after it was paid", async () => {
    const { code, stdout, stderr } = await pay("/broken");
    expect([code, stdout]).toEqual([7, "the start"]);
    expect(stderr).toMatch(/error: The answer broke off after 9 bytes/);
  });

  it("is a server that takes the payment and asks again", async () => {
    const server = createServer((_, response) => {
      void fetch(`${app.origin}/weather`).then((answer) => {
        response.writeHead(402, { "payment-required": answer.headers.get("payment-required") ?? "" });
        response.end("more");
      });
    });
    const origin = await listen(server);
    const { code, stdout, stderr } = await run(["pay", origin]);
    server.close();
    expect([code, stdout]).toEqual([6, "more"]);
    expect(stderr).toContain("The server took the payment and still asks for one.");
  });

  it("is a wallet that nobody has: an invoice of another server", async () => {
    const answer = await fetch(`${app.origin}/weather`);
    const header = answer.headers.get("www-authenticate") ?? "";
    const server = createServer((request, response) => {
      if (request.method === "POST") return void response.writeHead(404).end();
      response.writeHead(402, { "www-authenticate": header }).end();
    });
    const origin = await listen(server);
    const { code, stderr } = await run(["pay", origin]);
    expect(code).toBe(6);
    expect(stderr).toContain("error: No TEST wallet takes the invoice");
    const helped = await run(["pay", origin, "--instance", app.origin]);
    server.close();
    expect(helped.code).toBe(6);
    expect(stderr).toContain("Nothing was paid.");
  });

  it("is a Ctrl-C: stopped, cleanly", async () => {
    const signal = stopAfter(400, new Stop("cancelled"));
    const { code, stdout, stderr } = await run(["pay", `${app.origin}/slow`], { signal });
    expect(code).toBe(130);
    expect(stdout).toContain("data: 0");
    expect(stderr).toContain("stopped: Cancelled.");
  });

  it.each([
    [["pay"], "missing required argument 'url'."],
    [["pay", "ftp://x"], "The URL is no http(s) URL: ftp://x"],
    [["pay", "localhost:1", "--budget", "1,5"], "Write US dollars with at most six decimals"],
    [["pay", "localhost:1", "--prefer", "paypal"], "Name one or more of x402, l402, mpp."],
    [["pay", "localhost:1", "--wallet", "gold"], "Allowed choices are sandbox, evm-key."],
    [["pay", "localhost:1", "-H", "no colon"], "A -H is no header."],
    [["pay", "localhost:1", "-X", "GET", "-d", "x"], "A GET has no body."],
    [["pay", "localhost:1", "-X", "G E T"], "is no method."],
    [["pay", "localhost:1", "-d", "@none"], "cannot be read."],
    [["pay", "localhost:1", "--instance", "x"], "--instance is no http(s) URL"],
    [["pay", "localhost:1", "--bugdet", "1"], "unknown option '--bugdet'."],
  ])("is the command line: %j", async (argv, message) => {
    const { code, stderr, stdout } = await run(argv, { cwd });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr).toContain("→ ");
  });
});
