import { d1Migration } from "@x402-paywall/proxy/stores/d1";
import { dirname, posix } from "node:path";
import { editWrangler, newWrangler, readWrangler } from "../edit-wrangler.ts";
import { type Change, type Choices, create, ours, pick, type Plan, type PlanFramework } from "../plan.ts";
import type { Project } from "../project.ts";

const URL_IN_DEVELOPMENT = "http://localhost:8787";

export const planWorkers: PlanFramework = (project, choices): Plan => {
  const { version, packageManager } = choices;
  const wrangler = readWrangler(project);
  const isNew = wrangler === undefined;
  const run = packageManager === "npm" ? "npx" : packageManager === "bun" ? "bunx" : `${packageManager} exec`;
  const end = choices.isTypeScript ? "ts" : "js";
  const main = wrangler?.main;
  const path =
    main === undefined
      ? `src/index.${end}`
      : posix.join(dirname(main), `paywall${main.slice(main.lastIndexOf("."))}`);
  const edited = wrangler === undefined || !choices.mayEdit ? undefined : editWrangler(wrangler, path);
  const settings: Change = isNew
    ? create("wrangler.jsonc", newWrangler(path), project)
    : { path: wrangler.path, before: wrangler.text, after: edited ?? wrangler.text, kind: "edit" };
  const hint = `Give ${wrangler?.path ?? ""} main = "${path}", a D1 binding DB, a var PUBLIC_URL and a cron trigger of a minute.`;
  return {
    changes: [
      create(path, worker(main, path, choices), project),
      create("migrations/0001_paywall.sql", d1Migration.trimEnd().split("\n"), project),
      settings,
      secretFile(project, choices),
    ],
    dependencies: ours(version, "workers", "proxy", "widget"),
    devDependencies: isNew ? pick("wrangler") : {},
    scripts: project.isEmpty ? { dev: "wrangler dev", deploy: "wrangler deploy" } : {},
    url: URL_IN_DEVELOPMENT,
    start: [`${run} wrangler d1 migrations apply paywall --local`, `${run} wrangler dev`],
    byHand: [
      ...(edited === undefined && !isNew ? [hint] : []),
      `Before you deploy: ${run} wrangler d1 create paywall, its id into the settings, ${run} wrangler secret put PAYWALL_SECRET, and PUBLIC_URL.`,
    ],
  };
};

const EXAMPLE = 'Response.json({ sky: "clear", celsius: 21 })';

function worker(
  main: string | undefined,
  path: string,
  { isTypeScript, price, route }: Choices,
): readonly string[] {
  const isTs = main === undefined ? isTypeScript : path.endsWith("ts");
  const types = isTs
    ? ["interface Env {", "  DB: D1Binding;", "  PAYWALL_SECRET: string;", "  PUBLIC_URL: string;", "}", ""]
    : [];
  const own = main === undefined ? undefined : `./${posix.basename(main).replace(/\.[cm]?[jt]s$/, "")}`;
  const named = own === undefined || !isTs ? "{ withPaywall }" : "{ type PricedWorker, withPaywall }";
  const inner = own === undefined ? `{ fetch: () => ${EXAMPLE} }` : "priced";
  return [
    `import { createD1Store${isTs ? ", type D1Binding" : ""} } from "@x402-paywall/proxy/stores/d1";`,
    'import { renderPaymentPage } from "@x402-paywall/widget";',
    `import ${named} from "@x402-paywall/workers";`,
    // What else the module exports: classes of Durable Objects, say.
    ...(own === undefined ? [] : [`import worker from "${own}";`, "", `export * from "${own}";`]),
    "",
    ...types,
    ...(own === undefined ? [] : pricedWorker(route, isTs)),
    `export default withPaywall${isTs ? "<Env>" : ""}(${inner}, (env) => ({`,
    "  secret: env.PAYWALL_SECRET,",
    "  url: env.PUBLIC_URL,",
    "  store: createD1Store(env.DB),",
    "  page: renderPaymentPage,",
    // For each method: what answers does not ask for it.
    `  routes: { "${route}": "${price}" },`,
    "}));",
  ];
}

/** The worker that is there, with the example in front: it may know nothing of that path, and answer 404. */
function pricedWorker(route: string, isTs: boolean): readonly string[] {
  return [
    isTs ? "const app = worker as unknown as PricedWorker<Env>;" : "const app = worker;",
    `const example = () => ${EXAMPLE};`,
    `const priced${isTs ? ": PricedWorker<Env>" : ""} = {`,
    "  ...app,",
    "  fetch: (request, ...rest) =>",
    `    new URL(request.url).pathname === "${route}" ? example() : app.fetch(request, ...rest),`,
    "};",
    "",
  ];
}

/** What `wrangler dev` reads secrets from. */
function secretFile(project: Project, { secret }: Choices): Change {
  const before = project.read(".dev.vars");
  const line = `PAYWALL_SECRET=${secret}\n`;
  if (before !== undefined && /^PAYWALL_SECRET=/m.test(before))
    return { path: ".dev.vars", before, after: before, kind: "merge" };
  const start =
    before === undefined || before === "" || before.endsWith("\n") ? (before ?? "") : `${before}\n`;
  return { path: ".dev.vars", before, after: `${start}${line}`, kind: "merge" };
}
