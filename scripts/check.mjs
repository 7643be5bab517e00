// `npm run check`: every static check, no test.
import { bootstrap } from "./lib/bootstrap.mjs";

bootstrap(import.meta.url);
const { generateClient } = await import("./db/generate.mjs");
const { runChecks } = await import("./lib/checks.mjs");
generateClient();
const { failed } = runChecks();
process.exit(failed === 0 ? 0 : 1);
