import { defineConfig } from "vitest/config";

const resolve = { conditions: ["source", "node", "default"] };

/** `x402-paywall init` on fresh projects of each framework, with the tarballs that would be published. */
export default defineConfig({
  resolve,
  ssr: { resolve },
  test: {
    include: ["e2e/starters/**/*.test.ts"],
    globalSetup: ["e2e/starters/set-up.ts"],
    fileParallelism: false,
    testTimeout: 240_000,
  },
});
