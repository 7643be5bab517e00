// Sizes: of tarballs, and of what an entry adds to somebody's bundle.
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { root } from "../../lib/bootstrap.mjs";
import { bundleLimits, packageLimits } from "../limits.mjs";

/** @returns rows `{ what, measured, limit }` in kB, each value with its limit */
export function measurePackage({ folder, name, size, unpackedSize }) {
  const limits = packageLimits[folder] ?? {};
  return [
    { what: `${name}, packed`, measured: size / 1024, limit: limits.packedKb },
    { what: `${name}, unpacked`, measured: unpackedSize / 1024, limit: limits.unpackedKb },
  ];
}

/** @returns the same rows for bundles of `import *`, minified and gzipped */
export async function measureBundles() {
  return Promise.all(
    Object.entries(bundleLimits).map(async ([entry, limit]) => {
      const { outputFiles } = await build({
        stdin: { contents: `export * from ${JSON.stringify(entry)};`, resolveDir: root },
        bundle: true,
        write: false,
        minify: true,
        format: "esm",
        target: "es2024",
        // Not the workspace's, whose paths lead to sources.
        tsconfigRaw: {},
        logLevel: "silent",
      });
      const measured = gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length / 1024;
      return { what: `${entry}, bundled, gzip`, measured, limit };
    }),
  );
}

/** @returns sentences for the rows that are over their limit */
export function checkSizes(rows) {
  return rows
    .filter(({ measured, limit }) => limit !== undefined && measured > limit)
    .map(({ what, measured, limit }) => `${what} is ${measured.toFixed(1)} kB; ${limit} kB are allowed`);
}

export function formatSizes(rows) {
  const width = Math.max(...rows.map(({ what }) => what.length));
  return rows
    .map(
      ({ what, measured, limit }) =>
        `${what.padEnd(width)}  ${measured.toFixed(1).padStart(7)} kB of ${String(limit ?? "–").padStart(4)}`,
    )
    .join("\n");
}
