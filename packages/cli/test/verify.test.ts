import { issueReceipt, type Receipt } from "@x402-paywall/core";
import { createSigner } from "@x402-paywall/proxy/node";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listen } from "../../proxy/src/testing/listen.ts";
import { startApp, type TestApp } from "./paywall-app.ts";
import { run } from "./run-cli.ts";

let app: TestApp;
let cwd: string;
let url: string;
let jws: string;
let id: string;
let header: string;

beforeAll(async () => {
  app = await startApp();
  cwd = mkdtempSync(join(tmpdir(), "x402-verify-"));
  const { events } = await run(["pay", `${app.origin}/weather`, "--json", "-w", "l402"]);
  const answer = events().find(({ type }) => type === "answer") as {
    readonly receiptId: string;
    readonly receipt: { readonly jws: string; readonly url: string };
  };
  ({ url, jws } = answer.receipt);
  id = answer.receiptId;
  header = Buffer.from(JSON.stringify(answer.receipt)).toString("base64url");
});
afterAll(async () => {
  rmSync(cwd, { recursive: true });
  await app.close();
});

describe("verify", () => {
  it.each([
    ["its address", () => [url]],
    ["its address in another form", () => [url.replace("/.paywall/r/", "/r/")]],
    ["the address of the API", () => [url.replace("/.paywall/r/", "/api/v1/receipts/")]],
    ["an id and an instance", () => [id, "--instance", app.origin]],
    ["a JWS and an instance", () => [jws, "--instance", app.origin]],
    ["the value of Payment-Receipt", () => [header, "--instance", app.origin]],
    ["a JWS and keys", () => [jws, "--jwks", `${app.origin}/.paywall/jwks.json`]],
  ])("takes %s", async (_, argv) => {
    const { code, stdout } = await run(["verify", ...argv()], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("✓ This receipt is genuine.");
    expect(stdout).toContain(`receipt   ${id}`);
    expect(stdout).toContain("paid      $0.01  TEST");
    expect(stdout).toContain("settled   10 sat on regtest, over l402 (sandbox)");
  });

  it("takes stdin and files, too", async () => {
    writeFileSync(join(cwd, "receipt.jws"), `${jws}\n`);
    writeFileSync(join(cwd, "receipt.json"), JSON.stringify({ jws, other: 1 }));
    for (const name of ["receipt.jws", "receipt.json"])
      expect((await run(["verify", name, "--instance", app.origin], { cwd })).code).toBe(0);
    const piped = await run(["verify", "-", "--instance", app.origin], { cwd, stdin: `${jws}\n` });
    expect(piped.code).toBe(0);
  });

  it("needs no network with the keys in a file", async () => {
    writeFileSync(join(cwd, "keys.json"), await (await fetch(`${app.origin}/.paywall/jwks.json`)).text());
    const { code, json } = await run(["verify", jws, "--jwks", "keys.json", "--json"], { cwd });
    expect(code).toBe(0);
    expect(json()).toMatchObject({
      genuine: true,
      keysFrom: "keys.json",
      jws,
      receipt: {
        id,
        mode: "test",
        amount: "10000",
        wire: "l402",
        settled: { amount: "10000", unit: "msat" },
      },
    });
  });

  it("says how a payment by usage came to its amount", async () => {
    const signer = createSigner(new Uint8Array(32).fill(3));
    const receipt: Receipt = {
      id: "rcp_AAAAAAAAAAAAAAAAAAAAAA",
      mode: "live",
      endpointId: "ep",
      workspaceId: "ws",
      quoteId: "q",
      bindingHash: "b",
      rail: "stablecoin",
      wire: "x402",
      paymentKey: "k",
      payer: "0x11",
      amount: 600n,
      settled: { asset: "USDC", amount: "600", unit: "1e-6", network: "eip155:8453" },
      reference: "0x22",
      settledAt: 1_800_000_000,
      usage: { outputTokens: 300 },
    };
    const keys = {
      keys: [
        {
          kty: "OKP",
          crv: "Ed25519",
          kid: signer.kid,
          x: Buffer.from(signer.publicKey).toString("base64url"),
        },
      ],
    };
    writeFileSync(join(cwd, "own.json"), JSON.stringify(keys));
    const { stdout } = await run(["verify", issueReceipt(receipt, signer), "--jwks", "own.json"], { cwd });
    expect(stdout).toContain("paid      $0.0006  LIVE");
    expect(stdout).toContain("settled   0.0006 USDC on eip155:8453, over x402 (stablecoin)");
    expect(stdout).toContain("by        0x11");
    expect(stdout).toMatch(/usage {5}\{"outputTokens":"?300"?\}/);
    expect(stdout).toContain("when      2027-01-15T08:00:00.000Z");
  });
});

describe("what is not genuine", () => {
  const tampered = (): string => {
    const [head = "", payload = "", signature = ""] = jws.split(".");
    const json = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
    const changed = Buffer.from(JSON.stringify({ ...json, amount: "1" })).toString("base64url");
    return [head, changed, signature].join(".");
  };

  it("has a code of its own", async () => {
    const { code, stdout, stderr } = await run(["verify", tampered(), "--instance", app.origin]);
    expect([code, stdout]).toEqual([10, ""]);
    expect(stderr).toContain(
      "error: This receipt is not genuine: its signature does not fit to what it says.",
    );
    expect(stderr).toContain(`→ Checked with the keys of ${app.origin}`);
  });

  it("was signed by somebody else", async () => {
    const other = await startApp({ secret: "another-secret-0123456789abcdefghij" });
    const { code, stderr } = await run(["verify", jws, "--instance", other.origin]);
    await other.close();
    expect(code).toBe(10);
    expect(stderr).toContain("it was signed with a key that is not published");
  });

  it("is not believed for the keys that it brings along", async () => {
    // A receipt's own address is only asked where it is what the user gave.
    const { code, stderr } = await run(["verify", jws]);
    expect(code).toBe(2);
    expect(stderr).toContain("A JWS alone does not say where its keys are.");
  });

  it("is told as JSON", async () => {
    const { json } = await run(["verify", tampered(), "--instance", app.origin, "--json"]);
    expect(json()).toMatchObject({ error: { name: "not_verified", exitCode: 10 } });
  });
});

describe("what cannot be checked", () => {
  it.each([
    [["verify", "nonsense"], 2, "That is no receipt"],
    [["verify", "rcp_AAAAAAAAAAAAAAAAAAAAAA"], 2, "An id alone does not say where the receipt is."],
    [["verify", "a.b.c", "--jwks", "none.json"], 2, "none.json holds no keys."],
  ])("%j", async (argv, code, message) => {
    const ran = await run(argv, { cwd });
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(message);
  });

  it("has no such receipt", async () => {
    const { code, stderr } = await run(["verify", `${app.origin}/r/rcp_AAAAAAAAAAAAAAAAAAAAAA`]);
    expect(code).toBe(2);
    expect(stderr).toContain("shows no receipt.");
  });

  it("has nobody who answers, or who has keys", async () => {
    const server = createServer((_, response) => void response.writeHead(404).end());
    const origin = await listen(server);
    const without = await run(["verify", jws, "--instance", origin]);
    const url404 = await run(["verify", jws, "--jwks", `${origin}/keys`]);
    server.close();
    expect([without.code, url404.code]).toEqual([3, 3]);
    expect(without.stderr).toContain(`No keys are published at ${origin}.`);
    const gone = await run(["verify", `${origin}/r/rcp_AAAAAAAAAAAAAAAAAAAAAA`]);
    expect([gone.code, gone.stderr.includes("does not answer")]).toEqual([3, true]);
  });
});
