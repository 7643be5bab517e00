// `npm run build:packages`: `dist/` of every package, as it will be published.
import { bootstrap, fail } from "../lib/bootstrap.mjs";

bootstrap(import.meta.url);
const { buildPackages } = await import("./lib/build.mjs");
try {
  const started = Date.now();
  const packages = buildPackages();
  process.stdout.write(`Built ${packages.length} packages in ${Date.now() - started} ms.\n`);
} catch (error) {
  fail(error.message);
}
