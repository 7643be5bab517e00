import { dirname, posix } from "node:path";
import { editEntry, type Entry, findEntry, findPort } from "../edit-entry.ts";
import { type Change, type Choices, create, ours, pick, type PlanFramework } from "../plan.ts";
import type { Project } from "../project.ts";
import { loadEnvLines } from "./load-env.ts";

/** `const app = express()`, with or without types. */
const CONSTRUCTION = /^[ \t]*(?:const|let|var)\s+(\w+)(?:\s*:\s*[\w.]+)?\s*=\s*express\(\);?/gm;

export const planExpress: PlanFramework = (project, choices) => {
  const entry = choices.mayEdit ? findEntry(project, CONSTRUCTION) : undefined;
  const port = findPort(entry?.text ?? "") ?? 3000;
  const url = `http://localhost:${port}`;
  const dependencies = ours(choices.version, "express", "widget");
  const common = { dependencies, devDependencies: {}, scripts: {}, url, byHand: [] };
  if (entry !== undefined)
    return {
      ...common,
      changes: planEdit(entry, project, choices, url),
      start: startCommands(project, entry.path, choices),
    };
  const path = serverPath(project, choices);
  return {
    ...common,
    changes: [create(path, server(project, choices, path, port), project)],
    dependencies: { ...dependencies, ...(project.frameworks.includes("express") ? {} : pick("express")) },
    devDependencies: choices.isTypeScript ? pick("@types/express", "@types/node") : {},
    scripts: project.isEmpty ? { start: `node --env-file=.env ${path}` } : {},
    start: [project.isEmpty ? `${choices.packageManager} start` : `node --env-file=.env ${path}`],
    byHand: project.isEmpty
      ? []
      : [`${path} is an example beside your app: mount the same paywall there with app.use().`],
  };
};

function planEdit(entry: Entry, project: Project, choices: Choices, url: string): readonly Change[] {
  const { path, variable, isModule, extension } = entry;
  const file = posix.join(dirname(path), `paywall${path.slice(path.lastIndexOf("."))}`);
  const { route } = choices;
  const after = editEntry(entry, { names: "{ paywall }", from: `./paywall${extension}` }, [
    `${variable}.use(paywall)`,
    `${variable}.get("${route}", (_request, response) => response.json({ sky: "clear", celsius: 21 }))`,
  ]);
  return [
    create(file, module(isModule, choices, url), project),
    { path, before: entry.text, after, kind: "edit" },
  ];
}

function module(isModule: boolean, { price, route }: Choices, url: string): readonly string[] {
  return [
    ...imports(
      isModule,
      ["{ createPaywall }", "@x402-paywall/express"],
      ["{ renderPaymentPage }", "@x402-paywall/widget"],
    ),
    "",
    ...loadEnvLines,
    "",
    `${isModule ? "export const paywall" : "exports.paywall"} = createPaywall({`,
    "  secret: process.env.PAYWALL_SECRET,",
    `  url: process.env.PUBLIC_URL ?? "${url}",`,
    "  page: renderPaymentPage,",
    `  routes: { "GET ${route}": "${price}" },`,
    "});",
  ];
}

function server(
  project: Project,
  { price, route, isTypeScript }: Choices,
  path: string,
  port: number,
): readonly string[] {
  const isModule = isTypeScript || project.isEmpty || project.isModule || path.endsWith(".mjs");
  return [
    ...imports(
      isModule,
      ["{ createPaywall }", "@x402-paywall/express"],
      ["{ renderPaymentPage }", "@x402-paywall/widget"],
      ["express", "express"],
    ),
    "",
    `const { PAYWALL_SECRET, PUBLIC_URL = "http://localhost:${port}", PORT = "${port}" } = process.env;`,
    "",
    "const app = express();",
    "app.use(",
    "  createPaywall({",
    "    secret: PAYWALL_SECRET,",
    "    url: PUBLIC_URL,",
    "    page: renderPaymentPage,",
    `    routes: { "GET ${route}": "${price}" },`,
    "  }),",
    ");",
    `app.get("${route}", (_request, response) => void response.json({ sky: "clear", celsius: 21 }));`,
    `app.listen(PORT, () => console.log(\`\${PUBLIC_URL}${route}\`));`,
  ];
}

export function imports(
  isModule: boolean,
  ...list: readonly (readonly [names: string, from: string])[]
): readonly string[] {
  return list.map(([names, from]) =>
    isModule ? `import ${names} from "${from}";` : `const ${names} = require("${from}");`,
  );
}

/** A file of its own, named so that it meets nothing of the user's. */
export function serverPath(project: Project, { isTypeScript }: Choices): string {
  const end = isTypeScript ? "ts" : "js";
  return project.isEmpty ? `server.${end}` : `paywall-server.${end}`;
}

export function startCommands(
  project: Project,
  path: string,
  { packageManager }: Choices,
): readonly string[] {
  const { scripts } = project.manifest;
  const names = typeof scripts === "object" && scripts !== null ? Object.keys(scripts) : [];
  const script = ["dev", "start"].find((name) => names.includes(name));
  if (script !== undefined)
    return [script === "start" ? `${packageManager} start` : `${packageManager} run ${script}`];
  return [`node ${path}`];
}
