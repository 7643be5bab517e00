/** `npm run -s pay -- URL …`: the CLI's `pay` (see `--help`), with the TEST wallet of the instance at APP_URL. */
import process from "node:process";

const { APP_URL, PORT = "3000" } = process.env;
process.argv.splice(2, 0, "pay", "--instance", APP_URL ?? `http://localhost:${PORT}`);
await import("../packages/cli/src/main.ts");
