import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, inject, test } from "vitest";
import { npmInstall, runCommand } from "./shell.ts";
import { startApp, type RunningApp } from "./start-app.ts";
import { starters, type Starter } from "./starters.ts";
import { formatTable, Stopwatch, type Laps } from "./stopwatch.ts";
import { useTarballs } from "./use-tarballs.ts";

/** From the empty folder to the first payment, of machine time. */
const LIMIT_S = 180;
const BODY = { sky: "clear", celsius: 21 };

interface InitResult {
  readonly url: string;
  /** The commands that `init` prints: installation, whatever it takes to start, payment. */
  readonly steps: readonly string[];
}

const measured: Laps[] = [];

afterAll(() => {
  if (measured.length > 0) process.stdout.write(`\n${formatTable(measured)}\n\n`);
});

// One after the other: each is measured as if it had the machine to itself.
describe.skipIf(!inject("hasRegistry"))("init, then the commands that it prints", () => {
  test.for(starters)("$name", async (starter) => {
    const parent = mkdtempSync(join(tmpdir(), "x402-paywall-starter-"));
    let app: RunningApp | undefined;
    try {
      const stopwatch = new Stopwatch(starter.name);
      const folder = await makeProject(starter, parent, stopwatch);
      const { url, steps } = await init(folder, starter);
      stopwatch.lap("init");
      const [installation, ...starting] = steps.slice(0, -1).map((step) => step.split(" "));
      expect(installation).toEqual(["npm", "install"]);
      useTarballs(folder, inject("tarballs"));
      await runCommand(npmInstall, folder);
      stopwatch.lap("install");
      // oxlint-disable-next-line no-await-in-loop -- one step builds on the one before
      for (const step of starting.slice(0, -1)) await runCommand(step, folder);
      app = await startApp(starting.at(-1) ?? [], folder, starter.listenOn);
      stopwatch.lap("start");
      const link = `${app.origin}${new URL(url).pathname}`;
      expect(steps.at(-1)).toBe(`npx x402-paywall pay ${url}`);
      await expectPayable(link, folder);
      stopwatch.lap("first payment");
      await expectFreeHome(app.origin, starter);
      measured.push(stopwatch.laps);
      expect(stopwatch.laps.total).toBeLessThan(LIMIT_S);
    } finally {
      await app?.stop();
      rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});

async function makeProject(starter: Starter, parent: string, stopwatch: Stopwatch): Promise<string> {
  const name = "my-app";
  const folder = join(parent, name);
  if (starter.create === undefined) mkdirSync(folder);
  else await runCommand(starter.create(name), parent);
  stopwatch.lap("starter");
  return folder;
}

async function init(folder: string, { flags = [] }: Starter): Promise<InitResult> {
  // Not on npm yet, so the installation follows when the tarballs are named.
  return JSON.parse(await runCli(["init", "--yes", "--no-install", "--json", ...flags], folder));
}

/** 402 without payment; with the CLI's, 200 and what was paid for. */
async function expectPayable(link: string, folder: string): Promise<void> {
  const unpaid = await fetch(link);
  expect(unpaid.status, await unpaid.text()).toBe(402);
  const lines = (await runCli(["pay", link, "--yes", "--json"], folder)).trim().split("\n");
  const events: readonly Record<string, unknown>[] = lines.map((line) => JSON.parse(line));
  expect(events.find(({ type }) => type === "answer")).toMatchObject({
    status: 200,
    payment: { amountUsd: "10000" },
  });
  const data = events.filter(({ type }) => type === "data").map(({ text }) => text);
  expect(JSON.parse(data.join(""))).toEqual(BODY);
}

async function expectFreeHome(origin: string, { home }: Starter): Promise<void> {
  if (home === undefined) return;
  const response = await fetch(origin);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain(home);
}

function runCli(args: readonly string[], cwd: string): Promise<string> {
  return runCommand([join(inject("cliFolder"), "node_modules", ".bin", "x402-paywall"), ...args], cwd);
}
