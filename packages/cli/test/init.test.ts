import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { frameworks } from "../src/init/project.ts";
import { run } from "./run-cli.ts";
import {
  cloudflareToml,
  createCloudflare,
  createNextApp,
  expressGenerator,
  expressTypeScript,
  type Starter,
  starters,
} from "./starters.ts";

let cwd: string;
beforeEach(() => {
  cwd = join(mkdtempSync(join(tmpdir(), "x402-init-")), "app");
  mkdirSync(cwd);
});
afterEach(() => rmSync(dirname(cwd), { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
}

/** All files with their text; secrets and the long migration in short. */
function read(): Readonly<Record<string, string>> {
  const paths = readdirSync(cwd, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(cwd, join(entry.parentPath, entry.name)))
    .toSorted();
  const short = (path: string): string =>
    readFileSync(join(cwd, path), "utf8")
      .replace(/PAYWALL_SECRET=[0-9a-f]{64}/, "PAYWALL_SECRET=<64 hex digits>")
      .replace(/^create table[\s\S]*$/, "<the migration>\n");
  return Object.fromEntries(paths.map((path) => [path, short(path)]));
}

/** What is new or another one than before. */
function changed(before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(read()).filter(([path, text]) => before[path] !== text));
}

const init = (...flags: string[]) => run(["init", "--no-install", ...flags], { cwd });

describe("an empty folder", () => {
  it.each(
    frameworks.flatMap((framework) => [
      [framework, "TypeScript", []] as const,
      [framework, "JavaScript", ["--no-typescript"]] as const,
    ]),
  )("becomes a project with %s in %s", async (framework, _, flags) => {
    const { code } = await init("--framework", framework, ...flags);
    expect(code).toBe(0);
    expect(read()).toMatchSnapshot();
  });

  it("is a folder that is not there yet, and its name the project's", async () => {
    const { code } = await run(["init", "My Shop", "--framework", "express", "--no-install"], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(join(cwd, "My Shop/package.json"), "utf8"))).toMatchObject({
      name: "my-shop",
    });
  });

  it("may hold a repository already", async () => {
    write({ ".git/HEAD": "ref: refs/heads/main\n" });
    await init("--framework", "express");
    expect(existsSync(join(cwd, "server.ts"))).toBe(true);
  });

  it("needs to be told the framework", async () => {
    const { code, stderr } = await init();
    expect(code).toBe(2);
    expect(stderr).toContain("No framework was found");
    expect(stderr).toContain("Name one: --framework express, fastify, next, workers.");
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("takes price, path and package manager from flags", async () => {
    const { json } = await init(
      "--framework",
      "express",
      "--price",
      "0.25",
      "--route",
      "/v1/today",
      "--package-manager",
      "pnpm",
      "--json",
    );
    expect(readFileSync(join(cwd, "server.ts"), "utf8")).toContain('"GET /v1/today": "$0.25"');
    expect(json()).toMatchObject({
      framework: "express",
      dryRun: false,
      installed: false,
      url: "http://localhost:3000/v1/today",
      steps: ["pnpm install", "pnpm start", "npx x402-paywall pay http://localhost:3000/v1/today"],
    });
  });
});

describe("a project that is there", () => {
  it.each(starters.map((starter) => [starter.name, starter] as const))(
    "%s: what changes",
    async (_, starter) => {
      write(starter.files);
      const { code, json } = await init("--json");
      expect(code).toBe(0);
      expect(changed(starter.files)).toMatchSnapshot("files");
      const { dir: __, ...told } = json();
      expect(told).toMatchSnapshot("result");
    },
  );

  it.each(starters.map((starter) => [starter.name, starter] as const))(
    "%s: examples have 15 lines at most",
    async (_, starter) => {
      write(starter.files);
      await init();
      for (const [path, text] of Object.entries(changed(starter.files))) {
        if (!/paywall[^/]*\.[jt]s$|route\.[jt]s$/.test(path)) continue;
        const lines = text
          .split("\n")
          .filter((line) => line.trim() !== "" && !/^(?:interface|  \w+: [\w]+;$|\})/.test(line));
        expect([path, lines.length <= 17]).toEqual([path, true]);
      }
    },
  );

  it("keeps files of the user's as they are with --no-edit", async () => {
    write(expressGenerator.files);
    const { json } = await init("--no-edit", "--json");
    expect(readFileSync(join(cwd, "app.js"), "utf8")).toBe(expressGenerator.files["app.js"]);
    expect(existsSync(join(cwd, "paywall-server.js"))).toBe(true);
    expect(json()["byHand"]).toEqual([
      "paywall-server.js is an example beside your app: mount the same paywall there with app.use().",
    ]);
  });

  it("says what is left to do where a Worker has settings of its own", async () => {
    const vars = createCloudflare.files["wrangler.jsonc"]?.replace('\t// "vars"', '\t, "vars"') ?? "";
    write({ ...createCloudflare.files, "wrangler.jsonc": vars });
    const { json } = await init("--json");
    expect(readFileSync(join(cwd, "wrangler.jsonc"), "utf8")).toBe(vars);
    expect(json()["byHand"]).toEqual([
      'Give wrangler.jsonc main = "src/paywall.ts", a D1 binding DB, a var PUBLIC_URL and a cron trigger of a minute.',
      expect.stringContaining("Before you deploy"),
    ]);
  });

  it("does not guess between two apps in one file", async () => {
    write({ ...expressTypeScript.files, "src/index.ts": "const a = express();\nconst b = express();\n" });
    await init();
    expect(readFileSync(join(cwd, "src/index.ts"), "utf8")).toBe(
      "const a = express();\nconst b = express();\n",
    );
    expect(existsSync(join(cwd, "paywall-server.ts"))).toBe(true);
  });

  it("takes what it finds first, and says that there is more", async () => {
    write({ ...expressTypeScript.files, ...createNextApp.files });
    const { stderr } = await init();
    expect(stderr).toContain("Found next.");
    rmSync(cwd, { recursive: true });
    mkdirSync(cwd);
    write({ "package.json": '{"dependencies":{"express":"5","fastify":"5"}}' });
    expect((await init()).stderr).toContain("Found fastify (and express; --framework chooses).");
  });
});

describe("files that are there", () => {
  const withNote = (starter: Starter, path: string, text: string) =>
    write({ ...starter.files, [path]: text });

  it("are not overwritten, and then nothing is written at all", async () => {
    withNote(expressGenerator, "paywall.js", "mine\n");
    const before = read();
    const { code, stderr } = await init();
    expect(code).toBe(12);
    expect(stderr).toContain("error: paywall.js is there already, with something else in it.");
    expect(read()).toEqual(before);
  });

  it("are with --force", async () => {
    withNote(expressGenerator, "paywall.js", "mine\n");
    expect((await init("--force")).code).toBe(0);
    expect(readFileSync(join(cwd, "paywall.js"), "utf8")).toContain("createPaywall");
  });

  it("are added to: .env keeps its secret, .gitignore its lines", async () => {
    write({
      ...expressGenerator.files,
      ".env": "PAYWALL_SECRET=my-own\nOTHER=1",
      ".gitignore": "node_modules",
    });
    await init();
    expect(readFileSync(join(cwd, ".env"), "utf8")).toBe(
      "PAYWALL_SECRET=my-own\nOTHER=1\nPUBLIC_URL=http://localhost:3000\n",
    );
    expect(readFileSync(join(cwd, ".gitignore"), "utf8")).toBe("node_modules\n.env\n");
  });

  it("keep their indentation and versions: package.json", async () => {
    const text =
      '{\n\t"name": "app",\n\t"dependencies": {\n\t\t"@x402-paywall/widget": "9.9.9",\n\t\t"express": "5"\n\t}\n}\n';
    write({ "package.json": text });
    await init("--no-edit");
    expect(readFileSync(join(cwd, "package.json"), "utf8")).toBe(
      '{\n\t"name": "app",\n\t"dependencies": {\n\t\t"@x402-paywall/express": "^0.1.0",\n\t\t"@x402-paywall/widget": "9.9.9",\n\t\t"express": "5"\n\t}\n}\n',
    );
  });

  it("are for their owner alone where they hold a secret, which is a fresh one each time", async () => {
    await init("--framework", "express");
    const secret = readFileSync(join(cwd, ".env"), "utf8");
    expect(statSync(join(cwd, ".env")).mode & 0o777).toBe(0o600);
    rmSync(cwd, { recursive: true });
    mkdirSync(cwd);
    await init("--framework", "workers");
    expect(statSync(join(cwd, ".dev.vars")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(cwd, ".dev.vars"), "utf8")).not.toBe(secret);
  });

  it("get no second paywall", async () => {
    write(expressGenerator.files);
    await init();
    const once = read();
    const { code, stderr } = await init();
    expect(code).toBe(12);
    expect(stderr).toContain("This project has @x402-paywall/express already.");
    expect(read()).toEqual(once);
  });

  it("that are broken are said to be", async () => {
    write({ "package.json": "{" });
    const { code, stderr } = await init();
    expect([code, stderr.includes("package.json is not valid JSON.")]).toEqual([2, true]);
  });
});

describe("a dry run", () => {
  it("shows each change line by line, without the secret, and writes nothing", async () => {
    write(expressGenerator.files);
    const before = read();
    const { code, stderr, stdout } = await init("--dry-run");
    expect(code).toBe(0);
    expect(read()).toEqual(before);
    const lines = stderr.split("\n");
    expect(lines.slice(lines.indexOf("edit app.js"), lines.indexOf("change package.json"))).toEqual([
      "edit app.js",
      "    ",
      "    var indexRouter = require('./routes/index');",
      "  + const { paywall } = require('./paywall');",
      "    ",
      "    var app = express();",
      "  + app.use(paywall);",
      "  + app.get('/weather', (_request, response) => response.json({ sky: 'clear', celsius: 21 }));",
      "    ",
      "    app.use(express.json());",
    ]);
    expect(stderr).toContain("create .env\n  + PAYWALL_SECRET=…\n");
    expect(stderr).not.toMatch(/[0-9a-f]{64}/);
    expect(stdout).toContain("Nothing was written. Without --dry-run, go on with:");
  });

  it("is one document in JSON", async () => {
    write(cloudflareToml.files);
    const { json, stderr } = await init("--dry-run", "--json");
    expect(stderr).toBe("");
    expect(json()).toMatchObject({
      framework: "workers",
      dryRun: true,
      changes: [
        { path: "paywall.js", action: "create" },
        { path: "migrations/0001_paywall.sql", action: "create" },
        { path: "wrangler.toml", action: "change" },
        { path: ".dev.vars", action: "create" },
        { path: "package.json", action: "change" },
        { path: ".gitignore", action: "create" },
      ],
    });
  });
});

describe("the installation", () => {
  it("is done by the package manager of the lock file, and its failure told", async () => {
    write({ ...expressGenerator.files, "yarn.lock": "" });
    const bin = join(dirname(cwd), "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "yarn"), '#!/bin/sh\necho "yarn $*"\nexit ${FAIL:-0}\n', { mode: 0o755 });
    const path = process.env["PATH"];
    process.env["PATH"] = `${bin}:${path}`;
    try {
      const { code, stderr, stdout } = await run(["init"], { cwd });
      expect(code).toBe(0);
      expect(stderr).toContain("yarn install\n");
      expect(stdout).not.toContain("yarn install");
      expect(stdout).toContain("yarn start");
      process.env["FAIL"] = "3";
      const failed = await run(["init", "--force"], { cwd });
      expect(failed.code).toBe(1);
      expect(failed.stderr).toContain("error: yarn install failed: it ended with code 3.");
    } finally {
      process.env["PATH"] = path;
      delete process.env["FAIL"];
    }
  });
});

it.each([
  [["--route", "/Weather"], "is no path for the example."],
  [["--route", "weather"], "is no path for the example."],
  [["--route", "/a/../b"], "is no path for the example."],
  [["--price", "1 EUR"], "Write US dollars"],
  [["--framework", "koa"], "Allowed choices are express, fastify, next, workers."],
  [["--package-manager", "deno"], "Allowed choices are npm, pnpm, yarn, bun."],
])("%j is refused", async (flags, said) => {
  const { code, stderr } = await init("--framework", "express", ...flags);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
  expect(readdirSync(cwd)).toEqual([]);
});
