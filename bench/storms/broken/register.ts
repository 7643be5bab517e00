/**
 * `--import` of a gateway that is broken on purpose: puts the faults of `STORM_MUTATION` into the sources as they are
 * loaded. Refuses to start where one of them does not fit the sources any more.
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { breakSource } from "./break-source.ts";
import { mutations } from "./mutations.ts";

const root = new URL("../../../", import.meta.url);
const wanted = process.env["STORM_MUTATION"];
const mutation = mutations.find(({ id }) => id === wanted);
if (mutation === undefined) throw new Error(`There is no mutation ${wanted}`);

const broken = new Map<string, string>();
for (const [file, edits] of Map.groupBy(mutation.edits, (edit) => edit.file)) {
  const url = new URL(file, root);
  broken.set(url.href, breakSource(readFileSync(url, "utf8"), edits));
}

registerHooks({
  load(url, context, nextLoad) {
    const source = broken.get(url);
    if (source === undefined) return nextLoad(url, context);
    return { format: "module-typescript", source, shortCircuit: true };
  },
});
