import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listen } from "../../proxy/src/testing/listen.ts";
import { configPath } from "../src/config/config-file.ts";
import { type FakeInstance, goodKey, startInstance } from "./fake-instance.ts";
import { run, type RunOptions } from "./run-cli.ts";

let instance: FakeInstance;
let home: string;
let env: Readonly<Record<string, string>>;

beforeEach(async () => {
  instance = await startInstance();
  home = mkdtempSync(join(tmpdir(), "x402-config-"));
  env = { XDG_CONFIG_HOME: home };
});
afterEach(() => {
  instance.close();
  rmSync(home, { recursive: true });
});

const cli = (argv: readonly string[], options: RunOptions = {}) =>
  run(argv, { ...options, env: { ...env, ...options.env } });

describe("keys use", () => {
  it("checks the key, stores it for its owner alone, and uses that instance from then on", async () => {
    const used = await cli(["keys", "use", "--instance", instance.origin, "--stdin"], {
      stdin: `${goodKey}\n`,
    });
    expect([used.code, used.stderr]).toEqual([0, ""]);
    expect(used.stdout).toBe(
      `✓ ${instance.origin} as ada@example.com in Ada's. Stored in ${join(home, "x402-paywall", "config.json")}.\n`,
    );
    const path = configPath({ env });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
      current: instance.origin,
      keys: { [instance.origin]: goodKey },
    });
    expect((await cli(["add", "https://api.example.com", "--price", "0.01"])).code).toBe(0);
  });

  it("takes the key from the environment", async () => {
    const { code } = await cli(["keys", "use", "--instance", instance.origin], {
      env: { X402_PAYWALL_KEY: goodKey },
    });
    expect(code).toBe(0);
  });

  it("stores nothing in a dry run, or where the key does not work", async () => {
    const dry = await cli(["keys", "use", "--instance", instance.origin, "--stdin", "--dry-run"], {
      stdin: goodKey,
    });
    expect([dry.code, dry.stdout.includes("It works; nothing was stored.")]).toEqual([0, true]);
    const wrong = `pk_${"w".repeat(43)}`;
    const refused = await cli(["keys", "use", "--instance", instance.origin, "--stdin"], { stdin: wrong });
    expect(refused.code).toBe(11);
    expect(refused.stderr).toContain("refused: Sign in first");
    expect(refused.stderr).toContain(`make another at ${instance.origin}/app/developers`);
    expect(existsSync(configPath({ env }))).toBe(false);
  });

  it("never prints a key, also not one that is none", async () => {
    const typo = "pk_tooshort_but_secret";
    const outputs = [
      await cli(["keys", "use", "--instance", instance.origin, "--stdin"], { stdin: typo }),
      await cli(["keys", "use", "--instance", instance.origin, "--stdin"], { stdin: goodKey }),
      await cli(["keys", "list"]),
      await cli(["keys", "check", "--json"]),
      await cli(["keys", "list", "--json"]),
    ];
    expect(outputs.map(({ code }) => code)).toEqual([2, 0, 0, 0, 0]);
    for (const { stdout, stderr } of outputs) {
      expect(stdout + stderr).not.toContain(typo);
      expect(stdout + stderr).not.toContain(goodKey);
    }
  });

  it("sends no key over a line that others can read, and follows no redirect with it", async () => {
    const plain = await cli(["keys", "use", "--instance", "http://paywall.example", "--stdin"], {
      stdin: goodKey,
    });
    expect([plain.code, plain.stderr.includes("is not encrypted")]).toEqual([2, true]);
    const server = createServer(
      (_, response) => void response.writeHead(302, { location: `${instance.origin}/api/v1/me` }).end(),
    );
    const origin = await listen(server);
    const { code } = await cli(["keys", "use", "--instance", origin, "--stdin"], { stdin: goodKey });
    server.close();
    expect([code, instance.received]).toEqual([3, []]);
  });

  it("asks nobody where nobody is there", async () => {
    const without = await cli(["keys", "use", "--instance", instance.origin]);
    expect([without.code, without.stderr.includes("Set X402_PAYWALL_KEY, or send it to --stdin.")]).toEqual([
      2,
      true,
    ]);
    expect((await cli(["keys", "use"])).stderr).toContain("No instance is named.");
  });
});

describe("keys", () => {
  const other = `pk_${"o".repeat(43)}`;
  beforeEach(() => {
    mkdirSync(join(home, "x402-paywall"));
    writeFileSync(
      configPath({ env }),
      JSON.stringify({
        current: instance.origin,
        keys: { [instance.origin]: goodKey, "https://other.example": other },
      }),
    );
  });

  it("list shows which are stored, and which is used", async () => {
    const { stdout, code } = await cli(["keys", "list"]);
    expect(code).toBe(0);
    expect(stdout).toBe(`* ${instance.origin}  pk_kkkk…\n  https://other.example  pk_oooo…\n`);
    const { json } = await cli(["keys", "list", "--json"]);
    expect(json()["keys"]).toEqual([
      { instance: instance.origin, key: "pk_kkkk…", current: true },
      { instance: "https://other.example", key: "pk_oooo…", current: false },
    ]);
  });

  it("check asks the instance", async () => {
    const { stdout } = await cli(["keys", "check"]);
    expect(stdout).toBe(`✓ pk_kkkk… works at ${instance.origin}, as ada@example.com.\n`);
    expect(instance.received).toEqual([
      { method: "GET", path: "/api/v1/me", authorization: `Bearer ${goodKey}`, body: undefined },
    ]);
  });

  it("remove forgets one, and goes on with another", async () => {
    const dry = await cli(["keys", "remove", "--dry-run"]);
    expect(dry.stdout).toContain("Nothing was changed.");
    const { code, stdout } = await cli(["keys", "remove"]);
    expect([code, stdout]).toEqual([
      0,
      `Forgotten here. To end the key itself: ${instance.origin}/app/developers\n`,
    ]);
    expect(JSON.parse(readFileSync(configPath({ env }), "utf8"))).toEqual({
      current: "https://other.example",
      keys: { "https://other.example": other },
    });
    const again = await cli(["keys", "remove", "--instance", instance.origin]);
    expect([again.code, again.stderr.includes("No key is stored for")]).toEqual([2, true]);
  });

  it.each([
    ["create", "an API key cannot make another"],
    ["revoke", "To forget one here"],
  ])("%s says where a person does that", async (verb, said) => {
    const { code, stdout, stderr } = await cli(["keys", verb]);
    expect([code, stdout]).toEqual([0, `${instance.origin}/app/developers\n`]);
    expect(stderr).toContain(said);
  });

  it("says what to do with a file that is broken", async () => {
    writeFileSync(configPath({ env }), "{");
    const { code, stderr } = await cli(["keys", "list"]);
    expect([code, stderr.includes("is not valid JSON.")]).toEqual([2, true]);
  });

  it("has an empty list before there is one", async () => {
    rmSync(configPath({ env }));
    expect((await cli(["keys", "list"])).stdout).toContain(
      "No key is stored. Add one with: x402-paywall keys use",
    );
  });
});

describe("add", () => {
  const add = (...flags: string[]) =>
    cli(["add", "https://api.example.com/v1", "--price", "0.01", "--instance", instance.origin, ...flags], {
      env: { X402_PAYWALL_KEY: goodKey },
    });

  it("registers an endpoint and prints its link", async () => {
    const { code, stdout, stderr } = await add("--title", "Weather", "--slug", "weather");
    expect([code, stdout]).toEqual([0, "http://127.0.0.1:4020/p/weather\n"]);
    expect(stderr).toContain("✓ $0.01 per request, TEST");
    expect(stderr).toContain(`edit it: ${instance.origin}/app/endpoints/ep_1`);
    expect(stderr).toContain("pay it:  x402-paywall pay http://127.0.0.1:4020/p/weather");
    expect(instance.received).toEqual([
      {
        method: "POST",
        path: "/api/v1/endpoints",
        authorization: `Bearer ${goodKey}`,
        body: {
          url: "https://api.example.com/v1",
          price: { model: "per-request", amount: "10000" },
          match: "prefix",
          title: "Weather",
          slug: "weather",
        },
      },
    ]);
  });

  it.each([
    [["--exact"], { match: "exact" }],
    [["--model", "bundle", "--uses", "100"], { price: { model: "bundle", amount: "10000", uses: 100 } }],
    [
      ["--model", "pass", "--hours", "24"],
      { price: { model: "pass", amount: "10000", seconds: 86_400, maxUses: null } },
    ],
    [
      ["--model", "pay-what-you-want"],
      { price: { model: "pay-what-you-want", minimum: "10000", suggested: "10000" } },
    ],
    [
      ["--model", "metered", "--output-tokens", "2", "--cap", "0.005"],
      { price: { model: "metered", rates: { outputToken: "2000000" }, deposit: "10000", cap: "5000" } },
    ],
    [["--model", "metered", "--second", "0.01"], { price: { rates: { second: "10000000000" } } }],
  ])("%j is %j", async (flags, body) => {
    expect((await add(...flags)).code).toBe(0);
    expect(instance.received[0]?.body).toMatchObject(body);
  });

  it("lets the instance look in a dry run, and changes nothing", async () => {
    const { code, stdout } = await add("--dry-run");
    expect(code).toBe(0);
    expect(stdout).toContain(`Would add Weather for $0.01 per request at ${instance.origin}:`);
    expect(stdout).toContain("  It answers 401: add a header.\nNothing was changed.");
    expect(instance.received.map(({ path }) => path)).toEqual(["/api/v1/inspect"]);
  });

  it("is told in JSON", async () => {
    const { json, stderr } = await add("--json");
    expect(json()).toMatchObject({ instance: instance.origin, endpoint: { id: "ep_1", mode: "test" } });
    expect(stderr).toBe("");
  });

  it.each([
    [401, { title: "Sign in first" }, 11, "The key does not work"],
    [403, { detail: "This API key has no write scope." }, 11, "Use a key with the scope that this needs"],
    [409, { detail: "The slug is taken." }, 2, "Choose another slug with --slug."],
    [
      422,
      { title: "Some fields are not valid", errors: [{ field: "url", message: "Use https." }] },
      2,
      "refused: Some fields are not valid url: Use https.",
    ],
    [429, { title: "Too many requests" }, 8, "Wait a minute and try again."],
    [404, "<html>", 2, "Check --instance"],
    [500, null, 8, "refused: status 500"],
  ])("a refusal with %d: %j", async (status, body, code, said) => {
    instance.answers.set("/api/v1/endpoints", { status, body });
    const ran = await add();
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(said);
  });

  it.each([
    [["add", "https://a.example"], 2, "It has no price."],
    [["add", "https://a.example", "--price", "0.01", "--model", "bundle"], 2, "Add it: --uses 100"],
    [["add", "https://a.example", "--price", "0.01", "--model", "pass"], 2, "Add it: --hours 24"],
    [
      ["add", "https://a.example", "--price", "0.01", "--model", "metered"],
      2,
      "A metered price needs a rate.",
    ],
    [["add", "https://a.example", "--price", "0.01", "--uses", "0"], 2, "Write a whole number above 0."],
    [["add", "https://a.example", "--price", "0.01"], 2, "No instance is named."],
    [
      ["add", "https://a.example", "--price", "0.01", "--instance", "https://b.example"],
      11,
      "There is no API key for https://b.example.",
    ],
    [
      ["add", "https://a.example", "--price", "0.01", "--instance", "https://b.example", "--key", "x"],
      2,
      "That is no API key.",
    ],
  ])("%j", async (argv, code, said) => {
    const ran = await cli(argv);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(said);
  });
});
