// What a published package.json says: the workspace's own, without what only the workspace understands.
import { join } from "node:path";
import { root } from "../../lib/bootstrap.mjs";
import { readJson } from "./workspace.mjs";

const workspaceOnly = new Set(["private", "scripts", "devDependencies", "exports"]);

/**
 * In the workspace packages are `private`, so that no `npm publish` can send sources by mistake, and have the condition
 * `source`, which names files that are not published. Where the project lives is said once, in the root's manifest.
 */
export function toPublishedManifest({ folder, manifest }) {
  const { repository, homepage, bugs } = readJson(join(root, "package.json"));
  return {
    ...Object.fromEntries(Object.entries(manifest).filter(([key]) => !workspaceOnly.has(key))),
    exports: withoutSource(manifest.exports),
    files: [...manifest.files, "CHANGELOG.md"],
    homepage: `${homepage}/tree/main/packages/${folder}#readme`,
    bugs,
    repository: { ...repository, directory: `packages/${folder}` },
    publishConfig: { access: "public" },
  };
}

function withoutSource(value) {
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([condition]) => condition !== "source")
      .map(([condition, target]) => [condition, withoutSource(target)]),
  );
}
