import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./start-example.ts";

const docs = readdirSync(join(root, "docs")).filter((file) =>
  /^(quick-start-.*|metering|in-your-app)\.md$/.test(file),
);
const folder = join(root, "test-results", "docs");

/**
 * The files of a page's `ts` blocks: a block that begins with a comment `// path` is that file, any other goes on with the one
 * before.
 */
function readFiles(markdown: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  let path = "page.ts";
  for (const [, code = ""] of markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)) {
    path = /^\/\/ (\S+\.ts)\n/.exec(code)?.[1] ?? path;
    files.set(path, (files.get(path) ?? "") + code);
  }
  return files;
}

describe("code in the documentation", () => {
  it("compiles, all of a page together", { timeout: 60_000 }, () => {
    rmSync(folder, { recursive: true, force: true });
    for (const page of docs)
      for (const [path, code] of readFiles(readFileSync(join(root, "docs", page), "utf8"))) {
        const file = join(folder, page.replace(/\.md$/, ""), path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, `${code}\nexport {};\n`);
      }
    const config = {
      extends: "../../tsconfig.json",
      compilerOptions: { paths: {}, plugins: [], incremental: false },
      include: ["**/*.ts", "**/.paywall/**/*.ts"],
      exclude: [],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    const { stdout } = spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" });
    expect(stdout).toBe("");
  });

  it("is there on each page of a framework", () => {
    const starts = docs.filter((page) => page.startsWith("quick-start-"));
    expect(starts.length).toBe(4);
    for (const page of starts)
      expect(readFiles(readFileSync(join(root, "docs", page), "utf8")).size).toBeGreaterThan(0);
  });
});

describe("links in the documentation", () => {
  it.each([...docs, "README.md"])("of %s lead somewhere", (page) => {
    const markdown = readFileSync(join(root, "docs", page), "utf8");
    const targets = [...markdown.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target = ""]) => target);
    const missing = targets.filter((target) => !leads(page, target));
    expect(missing).toEqual([]);
  });
});

function leads(page: string, target: string): boolean {
  const { pathname, hash } = new URL(target, `file://${root}/docs/${page}`);
  try {
    const text = pathname.endsWith("/") ? readdirSync(pathname).join() : readFileSync(pathname, "utf8");
    const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => `#${slugOf(heading)}`);
    return hash === "" || headings.includes(hash);
  } catch {
    return false;
  }
}

/** As GitHub makes it. */
function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, "")
    .replaceAll(" ", "-");
}
