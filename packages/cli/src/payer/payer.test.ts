import { createSandboxPayer } from "@x402-paywall/proxy/rails/sandbox";
import { createServer, type RequestListener } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { listen } from "../../../proxy/src/testing/listen.ts";
import { startApp, type TestApp } from "../../test/paywall-app.ts";
import { run } from "../../test/run-cli.ts";
import { CliError } from "../cli-error.ts";
import { readChallenge } from "./read-challenge.ts";
import { readUpTo } from "./read-up-to.ts";
import { createSandboxLightning, listPayUrls } from "./sandbox-lightning.ts";
import { streamAnswer } from "./stream-answer.ts";
import { openWallets } from "./wallets.ts";

let app: TestApp;
let bolt11: string;
const closing: (() => void)[] = [];
const { signal } = new AbortController();

beforeAll(async () => {
  app = await startApp();
  const header = (await fetch(`${app.origin}/weather`)).headers.get("www-authenticate") ?? "";
  [, bolt11 = ""] = /invoice="([^"]+)"/.exec(header) ?? [];
});
afterAll(() => app.close());
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return listen(server);
}

describe("readChallenge", () => {
  it("reads every wire, the price and where to pay", async () => {
    const answer = await fetch(`${app.origin}/weather`);
    const challenge = readChallenge(answer.headers, await answer.text(), Date.now() / 1000);
    expect(challenge).toEqual({
      offers: [
        { wire: "x402", amount: "0.01 USDC", network: "eip155:84532", isTest: true, isKnown: true },
        { wire: "l402", amount: "10 sat", network: "bitcoin:bcrt", isTest: true, isKnown: true },
        { wire: "mpp", amount: "10 sat", network: "bitcoin:bcrt", isTest: true, isKnown: true },
      ],
      mode: "test",
      usd: "0.01",
      detail: "Payment required",
      sandboxPay: `${app.origin}/.paywall/sandbox/pay`,
    });
  });

  it.each(["", "<html>", "[]", '{"links":7,"price":[],"mode":"free","detail":5}'])(
    "makes nothing of %j",
    (body) => {
      expect(readChallenge(new Headers(), body, 0)).toEqual({
        offers: [],
        mode: undefined,
        usd: undefined,
        detail: undefined,
        sandboxPay: undefined,
      });
    },
  );

  it("knows real money and other schemes from what the sandbox pays", () => {
    const base = { payTo: "0x1", maxTimeoutSeconds: 60, amount: "5" };
    const accepts = [
      { ...base, scheme: "exact", network: "eip155:8453", asset: "0xa", extra: { name: "USD Coin" } },
      { ...base, scheme: "upto", network: "eip155:84532", asset: "0xb", extra: {} },
      {
        ...base,
        scheme: "exact",
        network: "eip155:84532",
        asset: "0xc",
        extra: { assetTransferMethod: "permit2" },
      },
    ];
    const value = Buffer.from(JSON.stringify({ x402Version: 2, accepts })).toString("base64");
    expect(readChallenge(new Headers({ "payment-required": value }), "", 0).offers).toEqual([
      { wire: "x402", amount: "0.000005 USDC", network: "eip155:8453", isTest: false, isKnown: true },
      { wire: "x402", amount: "5 units of 0xb", network: "eip155:84532", isTest: true, isKnown: false },
      { wire: "x402", amount: "5 units of 0xc", network: "eip155:84532", isTest: true, isKnown: false },
    ]);
  });
});

describe("real money", () => {
  const live = (change: (offer: Record<string, unknown>) => void, keep = "payment-required") =>
    serve((_, response) => {
      void fetch(`${app.origin}/weather`).then((answer) => {
        const required = JSON.parse(
          Buffer.from(answer.headers.get("payment-required") ?? "", "base64").toString(),
        );
        change(required.accepts[0]);
        const value = Buffer.from(JSON.stringify(required)).toString("base64");
        response.writeHead(402, { [keep]: value }).end();
      });
    });

  it("is refused with a sentence, and nothing is signed", async () => {
    const origin = await live((offer) => {
      offer["network"] = "eip155:8453";
      offer["asset"] = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";
    });
    const { code, stderr, stdout } = await run(["pay", origin]);
    expect([code, stdout]).toEqual([5, ""]);
    expect(stderr).toContain(
      "error: This link wants money on eip155:8453; this wallet has none there, it pays TEST links alone.",
    );
    expect(stderr).toContain("→ Nothing was paid.");
    expect(stderr).not.toContain("✓ paid");
  });

  it("is refused where it is an invoice of the main network, whatever else the offer says", async () => {
    const invoice =
      "lnbc20u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqhp58yjmdan79s6qqdhdzgynm4zwqd5d7xmw5fk98klysy043l2ahrqs9qrsgq7ea976txfraylvgzuxs8kgcw23ezlrszfnh8r6qtfpr6cxga50aj6txm9rxrydzd06dfeawfk6swupvz4erwnyutnjq7x39ymw6j38gp7ynn44";
    const wallet = createSandboxLightning({ payUrls: () => [`${app.origin}/.paywall/sandbox/pay`], signal });
    await expect(wallet.payInvoice(invoice)).rejects.toThrow("not of a test network");
    await expect(wallet.payInvoice("lnbc1nonsense")).rejects.toThrow("not of a test network");
  });

  it("is another thing than an offer that is not understood, or none", async () => {
    const upto = await live((offer) => (offer["scheme"] = "upto"));
    expect((await run(["pay", upto])).stderr).toContain("The 402 has no offer that this wallet can pay.");
    const none = await serve((_, response) => void response.writeHead(402).end("{}"));
    const { code, stderr } = await run(["pay", none]);
    expect([code, stderr.includes("The 402 has no offer that can be read.")]).toEqual([5, true]);
    expect(stderr).toContain(`x402-paywall doctor ${none}`);
    const other = await live(() => undefined);
    const wire = await run(["pay", other, "--prefer", "mpp"]);
    expect([wire.code, wire.stderr.includes("The 402 has no offer over mpp.")]).toEqual([5, true]);
    expect(wire.stderr).toContain("name one of: x402.");
  });
});

describe("the sandbox's Lightning wallet", () => {
  it("asks one place after the other, until one is a wallet", async () => {
    const asked: string[] = [];
    const nothing = await serve((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(asked.length === 1 ? 404 : 405).end();
    });
    const payUrls = () => [
      `${nothing}/a`,
      "http://127.0.0.1:1/x",
      `${nothing}/b`,
      `${app.origin}/.paywall/sandbox/pay`,
    ];
    const { preimage } = await createSandboxLightning({ payUrls, signal }).payInvoice(bolt11);
    expect(preimage).toMatch(/^[0-9a-f]{64}$/);
    expect(asked).toEqual(["/a", "/b"]);
  });

  it("takes a refusal for an answer", async () => {
    const refusing = await serve((_, response) => {
      response
        .writeHead(422, { "content-type": "application/problem+json" })
        .end('{"detail":"It has expired."}');
    });
    const payUrls = () => [`${refusing}/pay`, `${app.origin}/.paywall/sandbox/pay`];
    await expect(createSandboxLightning({ payUrls, signal }).payInvoice(bolt11)).rejects.toThrow(
      `The TEST wallet at ${new URL(refusing).host} refused: It has expired.`,
    );
    const silent = await serve((_, response) => void response.writeHead(500).end("oops"));
    await expect(
      createSandboxLightning({ payUrls: () => [silent], signal }).payInvoice(bolt11),
    ).rejects.toThrow("status 500");
  });

  it("follows no redirect with the invoice", async () => {
    const away = await serve((_, response) => {
      response.writeHead(307, { location: `${app.origin}/.paywall/sandbox/pay` }).end();
    });
    await expect(
      createSandboxLightning({ payUrls: () => [away], signal }).payInvoice(bolt11),
    ).rejects.toThrow("No TEST wallet");
  });

  it.each<[string, string | undefined, string | undefined, readonly string[]]>([
    [
      "https://a.example/p/x",
      undefined,
      undefined,
      ["https://a.example/.paywall/sandbox/pay", "https://a.example/api/v1/sandbox/pay"],
    ],
    [
      "https://a.example/p/x",
      "https://app.example/api/v1/sandbox/pay",
      "https://mine.example",
      [
        "https://app.example/api/v1/sandbox/pay",
        "https://a.example/.paywall/sandbox/pay",
        "https://mine.example/api/v1/sandbox/pay",
        "https://a.example/api/v1/sandbox/pay",
      ],
    ],
    [
      "http://localhost:1/x",
      "/pay",
      undefined,
      [
        "http://localhost:1/pay",
        "http://localhost:1/.paywall/sandbox/pay",
        "http://localhost:1/api/v1/sandbox/pay",
      ],
    ],
  ])("is looked for at %s, %s, %s", (link, named, instance, urls) => {
    expect(listPayUrls({ link: new URL(link), named, instance })).toEqual(urls);
  });

  it.each([
    "http://localhost:3000/api",
    "http://127.0.0.1/x",
    "http://10.0.0.1/x",
    "http://[::1]/x",
    "http://169.254.169.254/latest",
    "http://router/x",
    "file:///etc/passwd",
    "not a url: //",
  ])("is not looked for at %s where a public link names it", (named) => {
    const urls = listPayUrls({ link: new URL("https://a.example/x"), named, instance: undefined });
    expect(urls.every((url) => url.startsWith("https://a.example/"))).toBe(true);
  });
});

describe("wallets", () => {
  const { payInvoice } = createSandboxLightning({ payUrls: () => [], signal });

  it("has a fresh key, or that of the environment", () => {
    const sandbox = openWallets("sandbox", {}, { payInvoice });
    expect(sandbox.lightning).toBeDefined();
    const env = { X402_PAYWALL_EVM_KEY: `0x${"4f".repeat(32)}` };
    const own = openWallets("evm-key", env, { payInvoice });
    expect(own.evm.address).toBe(createSandboxPayer({ privateKey: new Uint8Array(32).fill(0x4f) }).address);
    expect(own.lightning).toBeUndefined();
  });

  it.each([
    [{}, "is not set."],
    [{ X402_PAYWALL_EVM_KEY: "secret-but-short" }, "is no private key."],
  ])("%j", (env, said) => {
    const open = (): unknown => openWallets("evm-key", env, { payInvoice });
    expect(open).toThrow(CliError);
    expect(open).toThrow(said);
    expect(open).not.toThrow("secret-but-short");
  });

  it("signs with a key of the user's only after a yes", async () => {
    const env = { X402_PAYWALL_EVM_KEY: "4f".repeat(32) };
    const asked = await run(["pay", `${app.origin}/weather`, "--wallet", "evm-key"], { env });
    expect([asked.code, asked.stdout]).toEqual([2, ""]);
    expect(asked.stderr).toContain("Nobody can be asked whether to pay.");
    const told = await run(["pay", `${app.origin}/weather`, "--wallet", "evm-key", "--yes"], { env });
    expect([told.code, told.stdout]).toEqual([0, '{"sky":"clear"}']);
    expect(told.stderr).not.toContain("4f4f");
  });
});

describe("bodies", () => {
  it("are read up to a limit, and the other half of a clone stays whole", async () => {
    const response = new Response("x".repeat(1000));
    const half = response.clone();
    expect(await readUpTo(half, 10)).toBe("x".repeat(10));
    expect((await response.text()).length).toBe(1000);
    expect(await readUpTo(new Response(null), 10)).toBe("");
  });

  const events = (text: string): Response =>
    new Response(text, { headers: { "content-type": "text/event-stream" } });
  const receipt = Buffer.from(
    JSON.stringify({ status: "success", method: "x402", timestamp: "t", reference: "r", charged: "0.5" }),
  ).toString("base64url");

  it.each([
    [`data: 1\n\n: payment-receipt ${receipt}\n\n`, "0.5"],
    [`data: 1\n\nevent: payment-receipt\ndata: ${receipt}\n\n`, "0.5"],
    [`data: : payment-receipt ${receipt}\n\n`, undefined],
    ["data: 1\n\n: payment-receipt nonsense\n\n", undefined],
    ["data: 1\n\n", undefined],
  ])("have their receipt at the end of a stream: %#", async (text, charged) => {
    const chunks: Uint8Array[] = [];
    const write = async (chunk: Uint8Array): Promise<void> => void chunks.push(chunk);
    const streamed = await streamAnswer(events(text), write, { signal, wasPaid: true });
    expect([streamed.bytes, streamed.receipt?.charged]).toEqual([text.length, charged]);
    expect(Buffer.concat(chunks).toString()).toBe(text);
  });

  it("say how far they came where they break off", async () => {
    const broken = (): Response =>
      new Response(
        new ReadableStream({
          pull(controller) {
            controller.enqueue(Buffer.from("abc"));
            controller.error(Object.assign(new Error("gone"), { code: "ECONNRESET" }));
          },
        }),
      );
    const write = async (): Promise<void> => undefined;
    await expect(streamAnswer(broken(), write, { signal, wasPaid: true })).rejects.toMatchObject({
      exit: "paid_without_answer",
    });
    await expect(streamAnswer(broken(), write, { signal, wasPaid: false })).rejects.toMatchObject({
      exit: "unreachable",
      message: expect.stringContaining("(ECONNRESET)"),
    });
  });
});
