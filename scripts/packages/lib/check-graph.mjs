// Whether what is packed hangs together: every import resolves, every package imported is declared, nothing lies idle.
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { entryFiles } from "./workspace.mjs";

/** @returns sentences; none where all is well */
export async function checkGraph({ manifest, staged, files }) {
  const entries = entryFiles(manifest).map((path) => join(staged, path));
  if (entries.length === 0) return [];
  let inputs;
  try {
    inputs = await readInputs(entries, staged);
  } catch (error) {
    return (error.errors ?? [error]).map(
      ({ text, message, location }) => `${location?.file}: ${text ?? message}`,
    );
  }
  const imported = new Set(
    Object.values(inputs)
      .flatMap((input) => input.imports)
      .filter((edge) => edge.external)
      .map((edge) => edge.path),
  );
  return [...checkImports(manifest, imported), ...findIdle(staged, files, inputs)];
}

async function readInputs(entryPoints, staged) {
  const { metafile } = await build({
    entryPoints,
    absWorkingDir: staged,
    outdir: "out",
    bundle: true,
    write: false,
    metafile: true,
    packages: "external",
    // Not the workspace's, whose paths lead to sources.
    tsconfigRaw: {},
    format: "esm",
    platform: "node",
    logLevel: "silent",
  });
  return metafile.inputs;
}

function checkImports({ name, dependencies = {}, peerDependencies = {} }, imported) {
  const faults = [];
  const used = new Set([...imported].map(packageOf));
  for (const specifier of imported) {
    const wanted = packageOf(specifier);
    if (isBuiltin(specifier)) {
      if (!specifier.startsWith("node:")) faults.push(`it imports ${specifier} without node:`);
    } else if (wanted !== name && !(wanted in dependencies) && !(wanted in peerDependencies)) {
      faults.push(`it imports ${specifier} and does not depend on it`);
    }
  }
  for (const dependency of Object.keys(dependencies))
    if (!used.has(dependency)) faults.push(`it depends on ${dependency} and never imports it`);
  return faults;
}

function packageOf(specifier) {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** Modules that no entry reaches. Those of types alone are empty at run time, and their `.d.ts` may be needed. */
function findIdle(staged, files, inputs) {
  return files
    .map(({ path }) => path)
    .filter((path) => path.endsWith(".js") && !(path in inputs))
    .filter((path) => readFileSync(join(staged, path), "utf8").trim() !== "export {};")
    .map((path) => `${path} is packed, and no entry reaches it`);
}
