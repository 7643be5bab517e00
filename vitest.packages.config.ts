import { defineConfig } from "vitest/config";

/** Tests of what would be published: packed, installed into an empty folder, used from there. */
export default defineConfig({
  test: {
    include: ["e2e/packages/**/*.test.ts"],
    globalSetup: ["e2e/packages/install-packages.ts"],
    testTimeout: 30_000,
  },
});
