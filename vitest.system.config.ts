import { defineConfig } from "vitest/config";

/** Black-box tests against the instance that `npm test` started; they share it, so they run one file at a time. */
export default defineConfig({
  resolve: { conditions: ["source", "node", "default"] },
  ssr: { resolve: { conditions: ["source", "node", "default"] } },
  test: {
    include: ["e2e/system/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 30_000,
    globalSetup: ["e2e/system/endpoints.ts"],
  },
});
