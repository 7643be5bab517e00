import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../src/cli.ts";
import { configPath } from "../src/config/config-file.ts";
import { type FakeInstance, goodKey, startInstance } from "./fake-instance.ts";
import { startApp } from "./paywall-app.ts";
import { createTerminal, type RunOptions } from "./run-cli.ts";
import { expressTypeScript } from "./starters.ts";

const ENTER = "\r";
const DOWN = "\u001b[B";
const CTRL_C = "\u0003";

/** What somebody answers: for each question that shows this text, these keys. */
type Answers = readonly (readonly [question: string, ...keys: readonly string[]])[];

/** A terminal in front of which somebody sits. */
async function ask(argv: readonly string[], answers: Answers, options: RunOptions = {}) {
  const { terminal, read } = createTerminal({ ...options, isTty: true });
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => stdin,
    ref: () => stdin,
    unref: () => stdin,
  });
  const running = runCli(argv, { ...terminal, stdin });
  let shown = 0;
  for (const [question, ...keys] of answers) {
    for (let turn = 0; !read().stderr.slice(shown).includes(question); turn++) {
      if (turn > 300) throw new Error(`"${question}" was not asked: ${read().stderr}`);
      // oxlint-disable-next-line no-await-in-loop -- a question comes when the one before is answered
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    shown = read().stderr.length;
    for (const key of keys) {
      stdin.write(key);
      // oxlint-disable-next-line no-await-in-loop -- nobody types that fast
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
  return { code: await running, ...read() };
}

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "x402-prompts-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

describe("init", () => {
  it("asks what it cannot find out", async () => {
    const { code, stdout } = await ask(
      ["init", "--no-install"],
      [
        ["Which framework?", DOWN, ENTER],
        ["In which language?", DOWN, ENTER],
        ["What does a request cost", ENTER],
      ],
      { cwd },
    );
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, "server.js"), "utf8")).toContain("Fastify(");
    expect(stdout).not.toContain("Which framework?");
  });

  it("says what is wrong with an answer, and asks again", async () => {
    await ask(
      ["init", "--no-install", "--framework", "express", "--typescript"],
      [
        ["What does a request cost", "x", ENTER],
        ["Write US dollars", "\u007f", ENTER],
      ],
      { cwd },
    );
    expect(readFileSync(join(cwd, "server.ts"), "utf8")).toContain('"$0.01"');
  });

  it("shows a change of the user's code before it makes it, and takes a no", async () => {
    const text = expressTypeScript.files["src/index.ts"] ?? "";
    const files: Readonly<Record<string, string>> = { ...expressTypeScript.files, "index.ts": text };
    for (const path of ["package.json", "tsconfig.json", "index.ts"] as const)
      writeFileSync(join(cwd, path), files[path] ?? "");
    const { stderr } = await ask(
      ["init", "--no-install", "--price", "0.01"],
      [["Edit index.ts like this?", DOWN, ENTER]],
      { cwd },
    );
    expect(stderr).toContain("app.use(paywall);");
    expect(readFileSync(join(cwd, "index.ts"), "utf8")).toBe(text);
    expect(existsSync(join(cwd, "paywall-server.ts"))).toBe(true);
  });

  it("is left with Ctrl-C, and nothing is written", async () => {
    const { code, stderr } = await ask(["init"], [["Which framework?", CTRL_C]], { cwd });
    expect(code).toBe(130);
    expect(stderr).toMatch(/stopped:.* Cancelled\./);
    expect(existsSync(join(cwd, "package.json"))).toBe(false);
  });

  it("asks nothing with --yes, with --json, or where it is no person", async () => {
    for (const [flags, env] of [
      [["--yes"], {}],
      [["--json"], {}],
      [[], { CI: "true" }],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one folder
      const { code } = await ask(["init", "--no-install", ...flags], [], { cwd, env });
      expect([flags, env, code]).toEqual([flags, env, 2]);
    }
  });
});

describe("keys use", () => {
  let instance: FakeInstance;
  beforeEach(async () => {
    instance = await startInstance();
  });
  afterEach(() => instance.close());

  it("asks for the instance and the key, and shows no letter of the key", async () => {
    const env = { XDG_CONFIG_HOME: cwd };
    const { code, stdout, stderr } = await ask(
      ["keys", "use"],
      [
        ["Which instance?", instance.origin, ENTER],
        ["API key", goodKey, ENTER],
      ],
      { env },
    );
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain("kkkkk");
    expect(readFileSync(configPath({ env }), "utf8")).toContain(goodKey);
  });
});

describe("pay with a key of one's own", () => {
  const env = { X402_PAYWALL_EVM_KEY: "4f".repeat(32) };

  it("asks before it signs, and pays nothing after a no", async () => {
    const app = await startApp();
    const argv = ["pay", `${app.origin}/weather`, "--wallet", "evm-key"];
    const no = await ask(argv, [["Pay $0.01 over x402?", DOWN, ENTER]], { env });
    const yes = await ask(argv, [["Pay $0.01 over x402?", ENTER]], { env });
    await app.close();
    expect([no.code, no.stdout]).toEqual([130, ""]);
    expect([yes.code, yes.stdout]).toEqual([0, '{"sky":"clear"}\n']);
    expect(app.served).toHaveLength(1);
  });
});
