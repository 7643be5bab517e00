// The whole test run: checks, unit and integration tests, system and browser tests against a real instance,
// payments through real Lightning nodes, fault storms.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { generateClient } from "../db/generate.mjs";
import { chooseNodes } from "../lightning/choose-nodes.mjs";
import { listLightningTests } from "../lightning/lightning-tests.mjs";
import { buildPackages } from "../packages/lib/build.mjs";
import { checkPackages } from "../packages/lib/check.mjs";
import { packPackages } from "../packages/lib/pack.mjs";
import { root, withBin } from "./bootstrap.mjs";
import { runChecks } from "./checks.mjs";
import { startTestInstance } from "./test-instance.mjs";

const results = join(root, "test-results");

/** @returns true when nothing failed. Always prints the closing line. */
export async function runAll() {
  const started = Date.now();
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const total = { passed: 0, failed: 0, skipped: 0 };
  const add = (part) => {
    for (const key of Object.keys(total)) total[key] += part[key] ?? 0;
  };

  // Minutes of compiling, the first time: beside stages that leave a core idle.
  const nodes = chooseNodes({ background: true });

  title("Checks");
  generateClient();
  add(runChecks());

  title("Packages, as they would be published");
  add(await checkPacked());
  add(await runVitest("packages", ["--config", "vitest.packages.config.ts"]));

  title("From a framework's starter to the first payment");
  add(await runVitest("starters", ["--config", "vitest.starters.config.ts"]));

  title("Unit and integration tests");
  // Nodes mostly wait for each other: payments through them run beside, and are told of afterwards.
  const lightning = nodes.then(({ env }) => runLightning(env));
  add(await runVitest("unit", ["--maxWorkers=2"]));

  title("Lightning");
  const { label, warning } = await nodes;
  if (warning !== undefined) process.stdout.write(`${warning}\n`);
  const { output, ...counts } = await lightning;
  process.stdout.write(output);
  add(counts);

  title("System and browser tests");
  let instance;
  try {
    instance = await startTestInstance((line) => process.stdout.write(`${line}\n`));
    const env = { PAYWALL_TEST_INSTANCE: JSON.stringify(instance.description) };
    add(await runVitest("system", ["--config", "vitest.system.config.ts"], env));
    add(await runPlaywright(env));
  } catch (error) {
    process.stdout.write(
      `The test instance did not start: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    total.failed += 1;
  } finally {
    await instance?.stop();
  }

  title("Fault storms, short dose");
  add(await runStorms());

  if (total.skipped > 0)
    process.stdout.write(`\nSKIPPED ${total.skipped}: these did not run here; the lines above say which.\n`);
  if (warning !== undefined) process.stdout.write(`\n${warning}\n`);
  process.stdout.write(`\nLightning nodes: ${label}\n`);
  process.stdout.write(`Took ${Math.round((Date.now() - started) / 1000)} s.\n`);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
  return total.failed === 0;
}

function title(text) {
  process.stdout.write(`\n── ${text}\n`);
}

/** Cheapest first: what is wrong with a manifest need not be found by installing it. */
async function checkPacked() {
  try {
    buildPackages();
    return await checkPackages(packPackages());
  } catch (error) {
    process.stdout.write(`${error.message}\n`);
    return { failed: 1 };
  }
}

/** @returns counts, and what it wrote */
async function runLightning(env) {
  const log = join(results, "lightning.log");
  const { leftOut } = listLightningTests(env.PAYWALL_LIGHTNING);
  const counts = await runVitest("lightning", ["--config", "vitest.lightning.config.ts"], env, log);
  return { ...counts, skipped: (counts.skipped ?? 0) + leftOut.length, output: readFileSync(log, "utf8") };
}

async function runVitest(name, args, env = {}, log) {
  const report = join(results, `${name}.json`);
  const code = await run(
    "vitest",
    ["run", ...args, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    env,
    log,
  );
  if (!existsSync(report)) return { failed: 1 };
  const json = JSON.parse(readFileSync(report, "utf8"));
  const failed =
    json.numFailedTests +
    json.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
  return {
    passed: json.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: json.numPendingTests + json.numTodoTests,
  };
}

async function runPlaywright(env) {
  const report = join(results, "browser.json");
  const code = await run("playwright", ["test"], { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report });
  if (!existsSync(report)) return { failed: 1 };
  const { stats } = JSON.parse(readFileSync(report, "utf8"));
  const failed = stats.unexpected;
  if (stats.flaky > 0) process.stdout.write(`FLAKY ${stats.flaky}: passed in a second run only.\n`);
  return {
    passed: stats.expected + stats.flaky,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: stats.skipped,
  };
}

async function runStorms() {
  const report = join(results, "storms.json");
  const rig = join("bench", "storms", "run.ts");
  const args = ["--conditions=source", rig, "--short", "--json", report];
  const code = await run("node", args, { NODE_ENV: "production" });
  if (!existsSync(report)) return { failed: 1 };
  const { passed, failed } = JSON.parse(readFileSync(report, "utf8"));
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed };
}

/** Runs a tool of node_modules, its output inherited or in the file `log`; resolves with its exit code. */
function run(tool, args, env, log) {
  return new Promise((resolve) => {
    const output = log === undefined ? "inherit" : openSync(log, "a");
    const child = spawn(join(root, "node_modules", ".bin", tool), args, {
      cwd: root,
      stdio: ["ignore", output, output],
      env: { ...process.env, PATH: withBin(), ...env },
    });
    child.once("error", () => resolve(-1));
    child.once("exit", (code) => resolve(code ?? -1));
  });
}
