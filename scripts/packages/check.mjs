// `npm run check:packages`: builds and packs every package, and checks what would be published.
import { bootstrap, fail } from "../lib/bootstrap.mjs";

bootstrap(import.meta.url);
const { buildPackages } = await import("./lib/build.mjs");
const { packPackages } = await import("./lib/pack.mjs");
const { checkPackages } = await import("./lib/check.mjs");
try {
  buildPackages();
  const { failed } = await checkPackages(packPackages());
  process.exit(failed === 0 ? 0 : 1);
} catch (error) {
  fail(error.message);
}
