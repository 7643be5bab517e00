import { dirname, posix } from "node:path";
import { editEntry, type Entry, findEntry, findPort } from "../edit-entry.ts";
import { type Change, type Choices, create, ours, pick, type PlanFramework } from "../plan.ts";
import type { Project } from "../project.ts";
import { imports, serverPath, startCommands } from "./express.ts";
import { loadEnvLines } from "./load-env.ts";

/** `const app = Fastify({ logger: true })`. */
const CONSTRUCTION =
  /^[ \t]*(?:const|let|var)\s+(\w+)(?:\s*:\s*[\w.<>]+)?\s*=\s*[Ff]astify\((?:\{[^{}]*\})?\);?/gm;

export const planFastify: PlanFramework = (project, choices) => {
  const dependencies = ours(choices.version, "fastify", "widget");
  const common = { dependencies, devDependencies: {}, scripts: {}, byHand: [] };
  if (hasAutoload(project)) {
    const url = "http://localhost:3000";
    return {
      ...common,
      url,
      changes: planAutoload(project, choices, url),
      start: startCommands(project, "app.js", choices),
    };
  }
  const entry = choices.mayEdit ? findEntry(project, CONSTRUCTION) : undefined;
  const port = findPort(entry?.text ?? "") ?? 3000;
  const url = `http://localhost:${port}`;
  // The plugin has to be loaded before the first route, and only a module can wait for that.
  if (entry?.isModule === true)
    return {
      ...common,
      url,
      changes: planEdit(entry, project, choices, url),
      start: startCommands(project, entry.path, choices),
    };
  const path = serverPath(project, choices);
  return {
    ...common,
    url,
    changes: [create(path, server(project, choices, port), project)],
    dependencies: { ...dependencies, ...(project.frameworks.includes("fastify") ? {} : pick("fastify")) },
    devDependencies: choices.isTypeScript ? pick("@types/node") : {},
    scripts: project.isEmpty ? { start: `node --env-file=.env ${path}` } : {},
    start: [project.isEmpty ? `${choices.packageManager} start` : `node --env-file=.env ${path}`],
    byHand: project.isEmpty
      ? []
      : [`${path} is an example beside your app: register the same plugin there, before the first route.`],
  };
};

/** As `npm init fastify` makes it: what lies in `plugins` and `routes` is loaded. */
function hasAutoload({ manifest, read }: Project): boolean {
  const names = Object.keys(Object(manifest.dependencies));
  const isTs = read("src/app.ts") !== undefined;
  return names.includes("@fastify/autoload") && (isTs || read("app.js") !== undefined);
}

function planAutoload(project: Project, choices: Choices, url: string): readonly Change[] {
  const isTs = project.read("src/app.ts") !== undefined;
  const [folder, end] = isTs ? ["src/", "ts"] : ["", "js"];
  const isModule = isTs || project.isModule;
  const exported = isModule ? "export default" : "module.exports =";
  const { route } = choices;
  const typed = isTs ? ": FastifyInstance" : "";
  const typeImport = isTs ? ['import type { FastifyInstance } from "fastify";'] : [];
  const plugin = [
    ...imports(
      isModule,
      ["{ paywall }", "@x402-paywall/fastify"],
      ["{ renderPaymentPage }", "@x402-paywall/widget"],
      ["fp", "fastify-plugin"],
    ),
    ...typeImport,
    "",
    ...loadEnvLines,
    "",
    `${exported} fp(async (app${typed}) => {`,
    ...registration(url, choices).map((line) => `  ${line}`),
    "});",
  ];
  const example = [
    ...typeImport,
    ...(isTs ? [""] : []),
    `${exported} async function (app${typed}) {`,
    `  app.get("/", async () => ({ sky: "clear", celsius: 21 }));`,
    "}",
  ];
  return [
    create(`${folder}plugins/paywall.${end}`, plugin, project),
    create(`${folder}routes${route}/index.${end}`, example, project),
  ];
}

function planEdit(entry: Entry, project: Project, choices: Choices, url: string): readonly Change[] {
  const { path, variable, isModule, extension } = entry;
  const file = posix.join(dirname(path), `paywall${path.slice(path.lastIndexOf("."))}`);
  const isTs = path.endsWith("ts");
  const lines = [
    ...imports(
      isModule,
      ["{ paywall }", "@x402-paywall/fastify"],
      ["{ renderPaymentPage }", "@x402-paywall/widget"],
    ),
    ...(isTs ? ['import type { FastifyInstance } from "fastify";'] : []),
    "",
    ...loadEnvLines,
    "",
    `export async function addPaywall(app${isTs ? ": FastifyInstance" : ""}) {`,
    ...registration(url, choices).map((line) => `  ${line}`),
    "}",
  ];
  const after = editEntry(entry, { names: "{ addPaywall }", from: `./paywall${extension}` }, [
    `await addPaywall(${variable})`,
    `${variable}.get("${choices.route}", async () => ({ sky: "clear", celsius: 21 }))`,
  ]);
  return [create(file, lines, project), { path, before: entry.text, after, kind: "edit" }];
}

/** With the prices in it: the plugin sees them for each method, a browser's preflight too. */
function registration(url: string, { price, route }: Choices): readonly string[] {
  return [
    "await app.register(paywall, {",
    "  secret: process.env.PAYWALL_SECRET,",
    `  url: process.env.PUBLIC_URL ?? "${url}",`,
    "  page: renderPaymentPage,",
    `  routes: { "GET ${route}": "${price}" },`,
    "});",
  ];
}

function server(project: Project, choices: Choices, port: number): readonly string[] {
  const isModule = choices.isTypeScript || project.isEmpty || project.isModule;
  const body = [
    "const app = Fastify({ logger: true });",
    ...registration(`http://localhost:${port}`, choices),
    `app.get("${choices.route}", async () => ({ sky: "clear", celsius: 21 }));`,
    `await app.listen({ port: Number(process.env.PORT ?? ${port}) });`,
  ];
  return [
    ...imports(
      isModule,
      ["{ paywall }", "@x402-paywall/fastify"],
      ["{ renderPaymentPage }", "@x402-paywall/widget"],
      ["Fastify", "fastify"],
    ),
    "",
    ...(isModule ? body : ["async function start() {", ...body.map((line) => `  ${line}`), "}", "start();"]),
  ];
}
