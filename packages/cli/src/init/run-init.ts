import { formatUsd, isJsonObject } from "@x402-paywall/core";
import { randomBytes } from "node:crypto";
import { basename, resolve } from "node:path";
import { CliError } from "../cli-error.ts";
import type { Invocation } from "../commands/invocation.ts";
import { askOneOf, askText, askYes } from "../output/prompts.ts";
import { readUsd } from "../read-usd.ts";
import { readVersion } from "../version.ts";
import { applyChanges, refuseConflicts } from "./apply-plan.ts";
import { describeChange } from "./diff.ts";
import { editEnv, editGitignore, editManifest } from "./edit-files.ts";
import { install } from "./install.ts";
import type { Change, Choices, Plan, PlanFramework } from "./plan.ts";
import { type Framework, frameworks, type PackageManager, type Project, readProject } from "./project.ts";
import { planExpress } from "./templates/express.ts";
import { planFastify } from "./templates/fastify.ts";
import { planNext } from "./templates/next.ts";
import { planWorkers } from "./templates/workers.ts";

export interface InitFlags {
  readonly framework?: Framework;
  readonly price?: bigint;
  readonly route?: string;
  readonly typescript?: boolean;
  readonly edit?: boolean;
  readonly install: boolean;
  readonly packageManager?: PackageManager;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const plans: Readonly<Record<Framework, PlanFramework>> = {
  express: planExpress,
  fastify: planFastify,
  next: planNext,
  workers: planWorkers,
};

/** Adds a paywall with an example to the project in a folder, or makes one. @throws CliError; Stop */
export async function runInit(folder: string, flags: InitFlags, invocation: Invocation): Promise<void> {
  const cli = { ...invocation, canAsk: invocation.canAsk && flags.yes !== true };
  const { terminal, output } = cli;
  const dir = resolve(terminal.cwd, folder);
  const project = readProject(dir);
  const choices = await choose(project, flags, cli);
  if (flags.force !== true) refuseSecond(project, choices.framework);
  const draft = plans[choices.framework](project, choices);
  const plan = await confirmEdits(draft, project, choices, flags, cli);
  const changes = withCommon(plan, project, choices);
  const isDry = flags.dryRun === true;
  if (!isDry) refuseConflicts(changes, flags.force === true);
  for (const change of changes)
    if (isDry || change.before !== change.after)
      output.note(isDry ? describeChange(change, output.style) : tell(change, cli));
  const willInstall = flags.install && !isDry;
  if (!isDry) await applyChanges(dir, changes);
  if (willInstall) await install(choices.packageManager, dir, terminal);
  const pay = `npx x402-paywall pay ${plan.url}${choices.route}`;
  const steps = [...(willInstall ? [] : [`${choices.packageManager} install`]), ...plan.start, pay];
  const document = {
    framework: choices.framework,
    dir,
    dryRun: isDry,
    changes: changes.map(({ path, before, after }) => ({ path, action: actionOf(before, after) })),
    installed: willInstall,
    url: `${plan.url}${choices.route}`,
    steps,
    byHand: plan.byHand,
  };
  output.result(document, () => describeEnd(steps, plan, isDry, cli));
}

async function choose(project: Project, flags: InitFlags, cli: Invocation): Promise<Choices> {
  const framework = flags.framework ?? (await findFramework(project, cli));
  const isTypeScript =
    flags.typescript ??
    (project.isEmpty && cli.canAsk
      ? (await askOneOf(
          "In which language?",
          [
            { value: "ts", label: "TypeScript" },
            { value: "js", label: "JavaScript" },
          ],
          cli.terminal,
        )) === "ts"
      : project.isTypeScript || project.isEmpty);
  const price = flags.price ?? (cli.canAsk ? await askPrice(cli) : 10_000n);
  return {
    framework,
    price: `$${formatUsd(price)}`,
    route: readRoute(flags.route ?? "/weather"),
    isTypeScript,
    mayEdit: flags.edit !== false,
    packageManager: flags.packageManager ?? project.packageManager,
    version: readVersion(),
    secret: randomBytes(32).toString("hex"),
  };
}

/** A second paywall in front of the first would be paid twice. @throws CliError `exists` */
function refuseSecond({ manifest }: Project, framework: Framework): void {
  const adapter = `@x402-paywall/${framework === "next" ? "nextjs" : framework}`;
  if (!isJsonObject(manifest.dependencies) || !(adapter in manifest.dependencies)) return;
  throw new CliError(
    "exists",
    `This project has ${adapter} already.`,
    "Nothing was written. Add a price to its routes, or start over with --force.",
  );
}

async function findFramework(project: Project, { canAsk, terminal, output }: Invocation): Promise<Framework> {
  const [found, ...others] = project.frameworks;
  if (found !== undefined && (others.length === 0 || !canAsk)) {
    output.note(
      `Found ${found}${others.length === 0 ? "" : ` (and ${others.join(", ")}; --framework chooses)`}.`,
    );
    return found;
  }
  if (canAsk) {
    const offered = project.frameworks.length > 1 ? project.frameworks : frameworks;
    return askOneOf(
      "Which framework?",
      offered.map((value) => ({ value, label: labels[value] })),
      terminal,
    );
  }
  throw new CliError(
    "usage",
    `No framework was found in ${project.dir}.`,
    `Name one: --framework ${frameworks.join(", ")}.`,
  );
}

const labels: Readonly<Record<Framework, string>> = {
  express: "Express",
  fastify: "Fastify",
  next: "Next.js",
  workers: "Cloudflare Workers",
};

async function askPrice({ terminal }: Invocation): Promise<bigint> {
  const message = "What does a request cost, in US dollars?";
  return readUsd(await askText({ message, initialValue: "0.01", validate: complainOfPrice }, terminal));
}

function complainOfPrice(value: string): string | undefined {
  try {
    readUsd(value);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : "Write dollars.";
  }
}

/** A path that is the same in each framework and each file system. */
function readRoute(route: string): string {
  if (/^(?:\/[a-z0-9][a-z0-9-]*)+$/.test(route)) return route;
  throw new CliError(
    "usage",
    `${route} is no path for the example.`,
    "Write lower-case letters, digits and dashes: --route /weather.",
  );
}

/** Code of the user's is changed only where they agree. */
async function confirmEdits(
  plan: Plan,
  project: Project,
  choices: Choices,
  flags: InitFlags,
  cli: Invocation,
): Promise<Plan> {
  const edits = plan.changes.filter(({ kind, before, after }) => kind === "edit" && before !== after);
  const asks = edits.length > 0 && flags.edit === undefined && flags.dryRun !== true && cli.canAsk;
  if (!asks) return plan;
  for (const edit of edits) cli.output.note(describeChange(edit, cli.output.style));
  if (await askYes(`Edit ${edits.map(({ path }) => path).join(", ")} like this?`, cli.terminal)) return plan;
  return plans[choices.framework](project, { ...choices, mayEdit: false });
}

function withCommon(plan: Plan, project: Project, choices: Choices): readonly Change[] {
  const isWorkers = choices.framework === "workers";
  return [
    ...plan.changes,
    editManifest(project, plan, toName(project.dir)),
    ...(isWorkers ? [] : [editEnv(project, choices, plan.url)]),
    editGitignore(project, [isWorkers ? ".dev.vars" : ".env", ...(project.isEmpty ? ["node_modules"] : [])]),
    ...(project.isEmpty && choices.isTypeScript && choices.framework !== "next"
      ? [newTsconfig(project, isWorkers)]
      : []),
  ];
}

/** For editors: Node and wrangler run the sources as they are. */
function newTsconfig(project: Project, isWorkers: boolean): Change {
  const compilerOptions = {
    target: "ES2024",
    module: isWorkers ? "ESNext" : "NodeNext",
    ...(isWorkers ? { moduleResolution: "Bundler", lib: ["ES2024", "WebWorker"] } : {}),
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: true,
  };
  const after = `${JSON.stringify({ compilerOptions }, undefined, 2)}\n`;
  return { path: "tsconfig.json", before: project.read("tsconfig.json"), after, kind: "create" };
}

function toName(dir: string): string {
  return (
    basename(dir)
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, "-")
      .replace(/^[-._]+/, "") || "paywall-app"
  );
}

function actionOf(before: string | undefined, after: string): string {
  return before === undefined ? "create" : before === after ? "keep" : "change";
}

function tell({ path, before }: Change, { output: { style } }: Invocation): string {
  return `${style.green("✓")} ${before === undefined ? "wrote" : "changed"} ${path}`;
}

function describeEnd(
  steps: readonly string[],
  plan: Plan,
  isDry: boolean,
  { output: { resultStyle: style } }: Invocation,
): string {
  const lines = steps.map((step) => `  ${style.cyan(step)}`);
  const rest = plan.byHand.map((sentence) => `${style.yellow("!")} ${sentence}`);
  const head = isDry ? "Nothing was written. Without --dry-run, go on with:" : "Go on with:";
  return [...rest, head, ...lines].join("\n");
}
