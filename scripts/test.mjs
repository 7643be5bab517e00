// `npm test`: installs, then every check and test, browser included. Ends with `N passed, N failed`.
import { bootstrap } from "./lib/bootstrap.mjs";

bootstrap(import.meta.url);
const { runAll } = await import("./lib/test-run.mjs");
process.exit((await runAll()) ? 0 : 1);
