import { describe, expect, it } from "vitest";
import { createTerminal } from "../../test/run-cli.ts";
import { createStyle } from "../output/style.ts";
import { describeChange } from "./diff.ts";
import { editEntry, findEntry, findPort } from "./edit-entry.ts";
import { editEnv, editGitignore, editManifest } from "./edit-files.ts";
import { editWrangler } from "./edit-wrangler.ts";
import type { Choices, Plan } from "./plan.ts";
import type { Project } from "./project.ts";

const EXPRESS = /^[ \t]*(?:const|let|var)\s+(\w+)(?:\s*:\s*[\w.]+)?\s*=\s*express\(\);?/gm;

function project(files: Readonly<Record<string, string>>, more: Partial<Project> = {}): Project {
  const manifestText = files["package.json"];
  return {
    dir: "/app",
    manifestText,
    manifest: manifestText === undefined ? {} : JSON.parse(manifestText),
    frameworks: ["express"],
    isTypeScript: "tsconfig.json" in files,
    isModule: false,
    isEmpty: false,
    packageManager: "npm",
    read: (path) => files[path],
    ...more,
  };
}

const choices: Choices = {
  framework: "express",
  price: "$0.01",
  route: "/weather",
  isTypeScript: false,
  mayEdit: true,
  packageManager: "npm",
  version: "1.2.3",
  secret: "5".repeat(64),
};

function edited(path: string, text: string, more: Readonly<Record<string, string>> = {}): string | undefined {
  const entry = findEntry(project({ [path]: text, ...more }), EXPRESS);
  if (entry === undefined) return undefined;
  return editEntry(entry, { names: "{ paywall }", from: `./paywall${entry.extension}` }, [
    `${entry.variable}.use(paywall)`,
  ]);
}

describe("the file that makes the app", () => {
  it.each([
    [
      "semicolons and double quotes",
      'import express from "express";\nconst app = express();\napp.get("/", x);\n',
      'import express from "express";\nimport { paywall } from "./paywall.js";\nconst app = express();\napp.use(paywall);\napp.get("/", x);\n',
    ],
    [
      "no semicolons, single quotes",
      "import express from 'express'\n\nconst server = express()\n",
      "import express from 'express'\nimport { paywall } from './paywall.js'\n\nconst server = express()\nserver.use(paywall)\n",
    ],
    [
      "require",
      'const express = require("express");\nconst app = express();\n',
      'const express = require("express");\nconst { paywall } = require("./paywall");\nconst app = express();\napp.use(paywall);\n',
    ],
    [
      "an import over several lines, after a comment",
      '// Server\nimport {\n  a,\n  b,\n} from "x";\nimport express from "express";\n\nlet app = express();\n',
      '// Server\nimport {\n  a,\n  b,\n} from "x";\nimport express from "express";\nimport { paywall } from "./paywall.js";\n\nlet app = express();\napp.use(paywall);\n',
    ],
    [
      "inside of a function",
      'const express = require("express");\nfunction make() {\n  const app = express();\n  return app;\n}\n',
      'const express = require("express");\nconst { paywall } = require("./paywall");\nfunction make() {\n  const app = express();\n  app.use(paywall);\n  return app;\n}\n',
    ],
  ])("keeps the style of its author: %s", (_, before, after) => {
    expect(edited("app.js", before)).toBe(after);
  });

  it.each([
    ['import a from "./a.js";', "{}", ".js"],
    ['import a from "./a.ts";', "{}", ".ts"],
    ['import a from "express";', '{"compilerOptions":{"allowImportingTsExtensions":true}}', ".ts"],
    ['import a from "express";', '{"compilerOptions":{"moduleResolution":"Bundler"}}', ""],
    ['import a from "express";', '{"compilerOptions":{"module":"NodeNext"}}', ".js"],
  ])("writes imports as TypeScript here wants them: %s with %s", (first, config, extension) => {
    const after = edited("src/app.ts", `${first}\nconst app: express.Express = express();\n`, {
      "tsconfig.json": config,
    });
    expect(after).toContain(`import { paywall } from "./paywall${extension}";`);
  });

  it.each([
    ["none", "const app = fastify();\n"],
    ["two", "const a = express();\nconst b = express();\n"],
    ["one that has a paywall", 'import "@x402-paywall/express";\nconst a = express();\n'],
  ])("is left alone where there is %s", (_, text) => {
    expect(edited("app.js", text)).toBeUndefined();
  });

  it("is the one that package.json names, if any", () => {
    const found = findEntry(
      project({
        "package.json": '{"main":"./lib/main.js"}',
        "lib/main.js": "const x = express()\n",
        "app.js": "const y = express()\n",
      }),
      EXPRESS,
    );
    expect(found).toMatchObject({ path: "lib/main.js", variable: "x" });
  });

  it.each([
    ["app.listen(8080)", 8080],
    ["await app.listen({ port: 4000 })", 4000],
    ["const PORT = process.env.PORT || 5000", 5000],
    ["process.env.PORT ?? '6000'", 6000],
    ["const port = 7000;", 7000],
    ["app.listen(port)", undefined],
  ])("says its port: %s", (text, port) => {
    expect(findPort(text)).toBe(port);
  });
});

describe("package.json", () => {
  const plan: Plan = {
    changes: [],
    dependencies: { b: "^1", c: "^1" },
    devDependencies: {},
    scripts: { start: "node x", dev: "node y" },
    url: "",
    start: [],
    byHand: [],
  };

  it("gets what is missing, in order, and keeps what is there", () => {
    const before =
      '{\n    "dependencies": {\n        "d": "4",\n        "b": "9"\n    },\n    "scripts": {\n        "start": "mine"\n    }\n}\n';
    const { after } = editManifest(project({ "package.json": before }), plan, "x");
    expect(JSON.parse(after)).toEqual({
      dependencies: { b: "9", c: "^1", d: "4" },
      scripts: { start: "mine", dev: "node y" },
    });
    expect(after).toContain('\n        "c": "^1"');
  });

  it("stays byte for byte where nothing is missing", () => {
    const before = '{"dependencies":{"b":"1","c":"1"},   "scripts":{"start":"","dev":""}}';
    const change = editManifest(project({ "package.json": before }), plan, "x");
    expect(change.after).toBe(before);
  });
});

describe("lists of lines", () => {
  it("get only what they have not", () => {
    const env = editEnv(project({ ".env": "export PAYWALL_SECRET = x" }), choices, "http://localhost:1");
    expect(env.after).toBe("export PAYWALL_SECRET = x\nPUBLIC_URL=http://localhost:1\n");
    expect(editEnv(project({ ".env": "PAYWALL_SECRET=\nPUBLIC_URL=\n" }), choices, "u").after).toBe(
      "PAYWALL_SECRET=\nPUBLIC_URL=\n",
    );
    // A commented line is none.
    expect(editEnv(project({ ".env": "#PAYWALL_SECRET=x\n" }), choices, "u").after).toContain(
      `\nPAYWALL_SECRET=${choices.secret}\n`,
    );
  });

  it.each([
    [".env\n", ".env\n"],
    [".env*\n", ".env*\n"],
    ["/.env\n", "/.env\n"],
    ["node_modules", "node_modules\n.env\n"],
    ["", ".env\n"],
  ])("ignore %j", (before, after) => {
    expect(editGitignore(project({ ".gitignore": before }), [".env"]).after).toBe(after);
  });
});

describe("settings of a Worker", () => {
  const edit = (path: string, text: string): string | undefined => {
    const [, main] = /"?main"?\s*[:=]\s*"([^"]+)"/.exec(text) ?? [];
    return editWrangler({ path, text, main }, "src/paywall.ts");
  };

  it.each([
    ["wrangler.jsonc", '{\n  "main": "src/index.ts",\n  "vars": {}\n}\n'],
    ["wrangler.jsonc", '{\n  "main": "src/index.ts",\n  "d1_databases": []\n}\n'],
    ["wrangler.toml", 'main = "a.js"\n[vars]\nX = 1\n'],
    ["wrangler.toml", 'main = "a.js"\n[[d1_databases]]\nbinding = "X"\n'],
    ["wrangler.toml", 'main = "a.js"\n[triggers]\ncrons = []\n'],
    ["wrangler.json", '{ "name": "assets only" }'],
  ])("of its owner stay: %s %j", (path, text) => {
    expect(edit(path, text)).toBeUndefined();
  });

  it("that are commented out are none", () => {
    expect(edit("wrangler.toml", 'main = "a.js"\n# [vars]\n')).toContain("[vars]\nPUBLIC_URL");
    expect(
      edit("wrangler.jsonc", '{\n  /* "vars": {} */\n  // "triggers": {}\n  "main": "a.js"\n}\n'),
    ).toContain('"triggers"');
  });

  it("stay valid JSON where they were", () => {
    const text = edit("wrangler.json", '{\n  "name": "x",\n  "main": "a.js",\n  "limits": {}\n}\n') ?? "";
    expect(JSON.parse(text)).toMatchObject({
      name: "x",
      main: "src/paywall.ts",
      limits: {},
      d1_databases: [{ binding: "DB" }],
      vars: { PUBLIC_URL: "http://localhost:8787" },
      triggers: { crons: ["* * * * *"] },
    });
  });
});

describe("a change, shown", () => {
  const { terminal } = createTerminal();
  const style = createStyle(terminal.stderr, terminal, false);
  const show = (before: string | undefined, after: string, kind: "create" | "edit" = "edit") =>
    describeChange({ path: "x", before, after, kind }, style);

  it("has lines that come, go and stay near them", () => {
    expect(show("a\nb\nc\nd\ne\nf\n", "a\nb\nc\nD\ne\nf\n")).toBe(
      "edit x\n    b\n    c\n  - d\n  + D\n    e\n    f",
    );
  });

  it("is told for new and for kept files", () => {
    expect(show(undefined, "a\n", "create")).toBe("create x\n  + a");
    expect(show("a\n", "a\n")).toBe("keep x");
  });

  it("hides secrets, also those of others", () => {
    expect(show("SECRET=a\n", "SECRET=a\nMY_SECRET_2 = b\nexport_x=1\n")).toBe(
      "edit x\n    SECRET=…\n  + MY_SECRET_2 = …\n  + export_x=1",
    );
  });
});
