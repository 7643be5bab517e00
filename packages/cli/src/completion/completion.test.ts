import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { createTerminal, run } from "../../test/run-cli.ts";
import { CliRun } from "../commands/invocation.ts";
import { createProgram } from "../program.ts";
import { describeTree, flatten } from "./describe-tree.ts";
import { completionScript } from "./scripts.ts";

const tree = describeTree(createProgram(new CliRun(createTerminal().terminal)));
const bash = completionScript("bash", tree);

/** What a Tab offers behind these words. */
function complete(...words: readonly string[]): readonly string[] {
  const list = words.map((word) => `'${word}'`).join(" ");
  const script = `${bash}\nCOMP_WORDS=(x402-paywall ${list}); COMP_CWORD=${words.length}; _x402_paywall; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8", cwd: "/" });
  if (stderr !== "") throw new Error(stderr);
  return stdout.split("\n").filter((line) => line !== "");
}

describe("bash", () => {
  it("offers commands and flags as they are declared", () => {
    expect(complete("")).toEqual(expect.arrayContaining(["init", "pay", "doctor", "--json", "--version"]));
    expect(complete("d")).toEqual(["doctor"]);
    expect(complete("keys", "")).toEqual(
      expect.arrayContaining(["list", "use", "check", "remove", "create", "revoke"]),
    );
    expect(complete("keys", "use", "--s")).toEqual(["--stdin"]);
    expect(complete("pay", "http://x", "--b")).toEqual(["--budget"]);
    expect(complete("pay", "--n")).toEqual(["--no-color"]);
  });

  it("offers what a flag takes, and files where it knows nothing", () => {
    expect(complete("init", "--framework", "")).toEqual(["express", "fastify", "next", "workers"]);
    expect(complete("completion", "x", "et")).toEqual(["etc"]);
  });

  it("takes no word of an argument for a command", () => {
    expect(complete("pay", "doctor", "--pa")).toEqual([]);
  });
});

describe("other shells", () => {
  it("know every command and flag, too", () => {
    for (const shell of ["zsh", "fish"] as const) {
      const script = completionScript(shell, tree);
      for (const { path, options } of flatten(tree)) {
        if (path.length > 0) expect(script).toContain(path.at(-1));
        for (const { long } of options) expect(script).toContain(long.slice(2));
      }
    }
  });

  it("have balanced quotes, whatever a description says", () => {
    const odd = { path: ["x"], summary: "it's a \\ colon: here", options: [], children: [] };
    const script = completionScript("fish", { path: [], summary: "", options: [], children: [odd] });
    expect(script).toContain("-d 'its a  colon - here'");
    for (const line of completionScript("zsh", tree).split("\n"))
      expect([line, (line.match(/'/g)?.length ?? 0) % 2]).toEqual([line, 0]);
  });
});

describe("completion", () => {
  it("prints a script", async () => {
    const { code, stdout } = await run(["completion", "bash"]);
    expect([code, stdout]).toEqual([0, bash]);
    const { json } = await run(["completion", "fish", "--json"]);
    expect(json()).toMatchObject({
      shell: "fish",
      script: expect.stringContaining("complete -c x402-paywall"),
    });
  });

  it("knows three shells", async () => {
    const { code, stderr } = await run(["completion", "tcsh"]);
    expect([code, stderr.includes("Allowed choices are bash, zsh, fish.")]).toEqual([2, true]);
  });
});
