import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { readExample } from "./readme-example.ts";
import { runProcess } from "./run-process.ts";
import { runtimes } from "./runtimes.ts";

const { folder, packages } = inject("installed");

describe.each(runtimes)("README examples on $name", ({ node = "" }) => {
  it.skipIf(node === "").each(packages)("of $name runs and prints what it says", async (entry) => {
    const { language, code, output } = readExample(entry.readme);
    const file = `readme-${entry.folder}-${node.length}.${language}`;
    writeFileSync(join(folder, file), code);
    const outcome = await runProcess(node, [file], { cwd: folder, until: output });
    expect(outcome.stderr.replace(/^\(node:\d+\) ExperimentalWarning.*\n\(Use .*\n/, "")).toBe("");
    expect(outcome.code ?? 0).toBe(0);
    if (output !== undefined) expect(outcome.stdout).toContain(output);
  });
});

describe("readExample", () => {
  const block = (info: string, text: string): string => `\`\`\`${info}\n${text}\n\`\`\`\n`;

  it("takes the marked block and the output behind it", () => {
    const markdown = `# Name\n${block("sh", "npm i")}${block("ts runnable", "run();")}is\n${block("text output", "done")}`;
    expect(readExample(markdown)).toEqual({ language: "ts", code: "run();\n", output: "done" });
  });

  it("takes no block that is not marked, and no two", () => {
    expect(() => readExample(block("ts", "run();"))).toThrow("has 0");
    expect(() => readExample(block("ts runnable", "a") + block("js runnable", "b"))).toThrow("has 2");
  });
});
