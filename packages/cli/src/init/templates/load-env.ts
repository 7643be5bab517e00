/** For frameworks that do not read `.env` by themselves. */
export const loadEnvLines: readonly string[] = [
  "try {",
  "  process.loadEnvFile();",
  "} catch {",
  "  // Without a .env the environment itself counts.",
  "}",
];
