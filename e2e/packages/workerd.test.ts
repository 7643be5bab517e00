import { join } from "node:path";
import { build } from "esbuild";
import type { Metafile } from "esbuild";
import { Miniflare } from "miniflare";
import { formatPaymentRequired } from "@x402-paywall/core";
import type { PaymentRequirements } from "@x402-paywall/core";
import { afterEach, describe, expect, inject, it } from "vitest";
import { buy } from "./consumers/pay.ts";

const { folder } = inject("installed");
let runtime: Miniflare | undefined;

afterEach(async () => {
  await runtime?.dispose();
  runtime = undefined;
});

describe("in workerd, without compatibility flags", () => {
  it("core mints and verifies a token and parses a 402", async () => {
    const { script, metafile } = await bundle("core-worker.ts");
    expectPlain(metafile);
    runtime = start(script);
    const required = formatPaymentRequired({
      x402Version: 2,
      resource: { url: "http://a.test/" },
      accepts: [offer],
    });
    const answer = await runtime.dispatchFetch("http://worker.test/", {
      method: "POST",
      body: JSON.stringify({ required }),
    });
    expect(await answer.json()).toEqual({
      hasQuote: true,
      wrongPreimage: "verification_failed",
      challenge: 'L402 macaroon="',
      x402: "10000",
      client: "function",
    });
  });

  it("a worker with prices answers who paid, and its bundle holds nothing of Node", async () => {
    const { script, metafile } = await bundle("worker.ts");
    expectPlain(metafile);
    runtime = start(script);
    const worker = runtime;
    const send = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
      const { url, method, headers: fields, body } = new Request(input, init);
      const headers = Object.fromEntries(fields);
      const text = body === null ? {} : { body: await new Response(body).text() };
      const answer = await worker.dispatchFetch(url, { method, headers, ...text });
      return new Response(await answer.arrayBuffer(), {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
      });
    };
    expect(await buy("http://worker.test/weather", send)).toEqual({ unpaid: 402, paid: 200, body: "sunny" });
  });
});

const offer: PaymentRequirements = {
  scheme: "exact",
  network: "eip155:84532",
  amount: "10000",
  asset: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
  payTo: "0x1111111111111111111111111111111111111111",
  maxTimeoutSeconds: 300,
  extra: { name: "USDC", version: "2" },
};

/** As wrangler bundles: for workerd, with nothing left to be found at run time. */
async function bundle(file: string): Promise<{ readonly script: string; readonly metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(folder, "consumers", file)],
    absWorkingDir: folder,
    outfile: "out.js",
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    // Computed imports of optional peers find nothing in a Worker.
    logLevel: "error",
  });
  return { script: outputFiles[0]?.text ?? "", metafile };
}

/** No module of Node's and nothing that only Node needs. */
function expectPlain({ inputs }: Metafile): void {
  const imports = Object.values(inputs).flatMap((input) => input.imports);
  expect(imports.filter((edge) => edge.external === true).map(({ path }) => path)).toEqual([]);
  expect(
    Object.keys(inputs).filter((path) => /node_modules\/undici\/|\/proxy\/dist\/(node|egress)\//.test(path)),
  ).toEqual([]);
}

function start(script: string): Miniflare {
  return new Miniflare({
    modules: true,
    script,
    compatibilityDate: "2026-07-01",
    bindings: { PAYWALL_SECRET: "x".repeat(32) },
  });
}
