import { defineConfig } from "vitest/config";

// `source` makes the workspace packages resolve to their TypeScript sources, so tests need no build.
// Not `import`: vitest hands them to Node, and there `require` would be given modules.
const resolve = { conditions: ["source", "node", "default"] };

export default defineConfig({
  resolve,
  ssr: { resolve },
  test: {
    include: [
      "{bench,packages,lib,gateway,facilitator,jobs,demo,scripts,app,components,prisma}/**/*.test.ts",
      "e2e/adapters/**/*.test.ts",
      "e2e/examples/*.test.ts",
      "e2e/chain/*.test.ts",
      "*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**"],
    globalSetup: ["./vitest.global-setup.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
