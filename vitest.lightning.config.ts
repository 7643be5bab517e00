import { defineConfig } from "vitest/config";
import { listLightningTests } from "./scripts/lightning/lightning-tests.mjs";

const resolve = { conditions: ["source", "node", "default"] };
const { files, leftOut } = listLightningTests(process.env["PAYWALL_LIGHTNING"]);
if (leftOut.length > 0) process.stdout.write(`Left out, because they need lnd: ${leftOut.join(", ")}\n`);

/** Payments through real Lightning nodes; `npm run test:lightning` says which. Each file starts its own. */
export default defineConfig({
  resolve,
  ssr: { resolve },
  test: {
    include: files,
    globalSetup: ["./vitest.global-setup.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
