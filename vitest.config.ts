import { defineConfig } from "vitest/config";

// `source` makes the workspace packages resolve to their TypeScript sources, so tests need no build.
const resolve = { conditions: ["source", "node", "import", "default"] };

export default defineConfig({
  resolve,
  ssr: { resolve },
  test: {
    include: ["{packages,lib,gateway,demo,scripts,app,components}/**/*.test.ts", "*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    testTimeout: 20_000,
  },
});
