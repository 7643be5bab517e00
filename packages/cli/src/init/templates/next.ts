import { create, ours, pick, type Plan, type PlanFramework } from "../plan.ts";

export const planNext: PlanFramework = (project, choices): Plan => {
  const { price, route, isTypeScript, version, packageManager } = choices;
  const url = "http://localhost:3000";
  const end = isTypeScript ? "ts" : "js";
  const folder =
    project.read("src/app/layout.tsx") !== undefined ||
    project.read("src/app/layout.js") !== undefined ||
    project.read("src/app/layout.jsx") !== undefined
      ? "src/"
      : "";
  const depth = route.split("/").length - 1;
  const isNew = !project.frameworks.includes("next");
  return {
    changes: [
      create(
        `${folder}lib/paywall.${end}`,
        [
          'import { createPaywall } from "@x402-paywall/nextjs";',
          'import { renderPaymentPage } from "@x402-paywall/widget";',
          "",
          "export const { withPaywall, handlers } = createPaywall({",
          "  secret: process.env.PAYWALL_SECRET,",
          `  url: process.env.PUBLIC_URL ?? "${url}",`,
          "  page: renderPaymentPage,",
          "});",
        ],
        project,
      ),
      create(
        `${folder}app${route}/route.${end}`,
        [
          `import { withPaywall } from "${"../".repeat(depth + 1)}lib/paywall";`,
          "",
          `export const GET = withPaywall(() => Response.json({ sky: "clear", celsius: 21 }), "${price}");`,
          "// A browser's preflight; without it wallets of other origins cannot pay.",
          "export const OPTIONS = GET;",
        ],
        project,
      ),
      create(
        `${folder}app/.paywall/[...path]/route.${end}`,
        [
          `import { handlers } from "../../../lib/paywall";`,
          "",
          "// Receipts, the keys that verify them, and what payment pages ask.",
          "export const { GET, POST, OPTIONS } = handlers;",
        ],
        project,
      ),
    ],
    dependencies: {
      ...ours(version, "nextjs", "widget"),
      ...(isNew ? { ...pick("next", "react"), "react-dom": pick("react")["react"] ?? "" } : {}),
    },
    devDependencies: isNew && isTypeScript ? pick("typescript", "@types/node", "@types/react") : {},
    scripts: project.isEmpty ? { dev: "next dev", build: "next build", start: "next start" } : {},
    url,
    start: [`${packageManager} run dev`],
    byHand: [],
  };
};
