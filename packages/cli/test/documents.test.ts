import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CliRun } from "../src/commands/invocation.ts";
import { flatten, describeTree } from "../src/completion/describe-tree.ts";
import { topics } from "../src/doctor/checks/index.ts";
import { describeExitCodes, exitCodes } from "../src/exit-codes.ts";
import { createProgram } from "../src/program.ts";
import { createTerminal } from "./run-cli.ts";

const root = join(import.meta.dirname, "../../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const program = createProgram(new CliRun(createTerminal().terminal));
const commands = flatten(describeTree(program)).filter(({ path }) => path.length > 0);

describe("the README", () => {
  const readme = read("packages/cli/README.md");

  it("has the table of exit codes, and help has the same", () => {
    const rows = [...readme.matchAll(/^\| (\d+) +\| (.+?) +\|$/gm)].map(([, code, meaning]) => [
      Number(code),
      meaning,
    ]);
    const table = Object.values(exitCodes).map(({ code, meaning }) => [code, meaning]);
    expect(rows).toEqual(table);
    for (const { code, meaning } of Object.values(exitCodes))
      expect(describeExitCodes()).toContain(`${String(code).padEnd(5)}${meaning}`);
    expect(new Set(table.map(([code]) => code)).size).toBe(table.length);
  });

  it("names every command", () => {
    for (const { path } of commands)
      if (path.length === 1) expect(readme).toMatch(new RegExp(`^\\| \`${path[0]}\\b`, "m"));
  });

  it("counts the checks rightly", () => {
    expect(topics.flatMap(({ checks }) => checks)).toHaveLength(40);
  });
});

describe("docs/cli.md", () => {
  const page = read("docs/cli.md");

  it("has every command, and every flag of it", () => {
    for (const { path, options } of commands) {
      expect([path, page.includes(path.length === 1 ? `## ${path[0]}` : path.join(" "))]).toEqual([
        path,
        true,
      ]);
      for (const { long } of options)
        if (long !== "--help" && long !== "--version")
          expect([path, long, page.includes(long)]).toEqual([path, long, true]);
    }
  });

  it("names no flag that is not there", () => {
    const known = new Set([...commands.flatMap(({ options }) => options.map(({ long }) => long)), "--help"]);
    const named = [...page.matchAll(/(?<![\w-])--[a-z][\w-]*/g)].map(([flag]) => flag);
    // Of Node, in the line that runs the sources.
    expect(
      named.filter((flag) => !known.has(flag) && flag !== "--conditions" && flag !== "--max-payment"),
    ).toEqual([]);
  });
});

describe("docs/doctor.md", () => {
  const page = read("docs/doctor.md");

  it("has every check in order, word by word: links lead there", () => {
    const ids = [...page.matchAll(/^### (.+)$/gm)].map(([, id]) => id);
    expect(ids).toEqual(topics.flatMap(({ checks }) => checks.map(({ id }) => id)));
    const flat = (text: string): string => text.replaceAll(/[\\`*_]/g, "").replaceAll(/\s+/g, " ");
    for (const { checks } of topics)
      for (const { title, severity, meaning, fix } of checks)
        for (const text of [`${title}. (${severity})`, meaning, `→ ${fix}`])
          expect(flat(page)).toContain(flat(text));
  });
});
