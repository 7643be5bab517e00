// Which files pay through real Lightning nodes, and which of them only lnd can serve.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/bootstrap.mjs";

/**
 * Tests that cut, kill and bake start lnd themselves; where there is none, what is sold through `startNet` is tested.
 * @param nodes `lnd` or `ldk`
 * @returns {{ files: string[], leftOut: string[] }}
 */
export function listLightningTests(nodes) {
  const files = globSync("e2e/lightning/**/*.test.ts", { cwd: root });
  const needsLnd = (file) => readFileSync(join(root, file), "utf8").includes("nodes/start-lightning.ts");
  const leftOut = nodes === "ldk" ? files.filter(needsLnd) : [];
  return { files: files.filter((file) => !leftOut.includes(file)), leftOut };
}
