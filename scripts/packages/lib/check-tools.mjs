// What the two linters of published packages say about a tarball.
import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/** @returns every message of publint, suggestions included */
export async function askPublint({ tarball }) {
  const data = readFileSync(tarball);
  const bytes = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  // Where everything lies in a tarball of npm's.
  const options = { pkgDir: "package", pack: { tarball: bytes }, strict: true, level: "suggestion" };
  const { messages, pkg } = await publint(options);
  return messages.map(
    (message) => `publint: ${message.type}: ${formatMessage(message, pkg, { color: false })}`,
  );
}

/** The resolutions that `attw --profile esm-only` leaves out: those that cannot load ESM anyway. */
const ignoredResolutions = new Set(["node10", "node16-cjs"]);

/** @returns what `attw --profile esm-only` finds */
export async function askTypesWrong({ tarball }) {
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
  if (!analysis.types) return ["attw: it has no types"];
  return analysis.problems
    .filter((problem) => !ignoredResolutions.has(problem.resolutionKind))
    .map((problem) => `attw: ${JSON.stringify(problem)}`);
}
