import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = import.meta.dirname;
const sources = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
);

it("core imports nothing but itself", () => {
  expect(sources.length).toBeGreaterThan(40);
  for (const name of sources) {
    const text = readFileSync(join(root, name), "utf8");
    const targets = [...text.matchAll(/\bfrom "([^"]+)"|\bimport\("([^"]+)"\)|^import "([^"]+)"/gm)];
    for (const [, from, dynamic, bare] of targets) {
      expect(`${name}: ${from ?? dynamic ?? bare}`).toMatch(/: \.{1,2}\/[a-z0-9/.-]+\.ts$/);
    }
  }
});
