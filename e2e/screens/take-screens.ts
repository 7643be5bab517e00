/**
 * Pictures of each page in light, dark and on a phone, with `/api/v1` mocked:
 * `node e2e/screens/take-screens.ts http://localhost:3000 out-folder [name…]`.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, type Page, chromium } from "playwright-core";
import { findBrowser } from "../browser.ts";
import { type MockState, mockApi } from "./mock-api.ts";

interface Screen {
  readonly name: string;
  readonly path: string;
  readonly state?: MockState;
  readonly prepare?: (page: Page) => Promise<void>;
}

async function inspectUrl(page: Page): Promise<void> {
  await page.getByRole("textbox", { name: "Paste a URL" }).fill("api.example.com/v1/weather");
  await page.getByRole("button", { name: "Look at it" }).click();
  await page.getByRole("textbox", { name: "Link" }).waitFor();
}

const screens: readonly Screen[] = [
  { name: "landing", path: "/", state: "visitor" },
  { name: "landing-found", path: "/", state: "visitor", prepare: inspectUrl },
  {
    name: "landing-result",
    path: "/",
    state: "visitor",
    prepare: async (page) => {
      await inspectUrl(page);
      await page.getByRole("button", { name: "Create test link" }).click();
      await page.getByRole("button", { name: "Pay as an agent" }).click();
      await page.getByRole("button", { name: "Run", exact: true }).click();
    },
  },
  { name: "new", path: "/new", state: "visitor" },
  { name: "login", path: "/login", state: "visitor" },
  {
    name: "signup-errors",
    path: "/signup",
    state: "visitor",
    prepare: (page) => page.getByRole("button", { name: "Create account" }).click(),
  },
  {
    name: "overview",
    path: "/app?range=30d",
    prepare: (page) => page.locator(".recharts-bar").first().waitFor(),
  },
  {
    name: "overview-table",
    path: "/app?range=7d",
    prepare: (page) => page.getByRole("button", { name: "View as table" }).click(),
  },
  { name: "overview-empty", path: "/app", state: "empty" },
  { name: "overview-failing", path: "/app", state: "failing" },
  { name: "endpoints", path: "/app/endpoints" },
  { name: "endpoints-empty", path: "/app/endpoints", state: "empty" },
  { name: "endpoint-new", path: "/app/endpoints/new", prepare: inspectUrl },
  { name: "endpoint", path: "/app/endpoints/end_weather" },
  { name: "endpoint-edit", path: "/app/endpoints/end_weather?tab=edit" },
  { name: "endpoint-share", path: "/app/endpoints/end_weather?tab=share" },
  { name: "endpoint-prices", path: "/app/endpoints/end_weather?tab=prices" },
  {
    name: "endpoint-archive",
    path: "/app/endpoints/end_weather",
    prepare: (page) => page.getByRole("button", { name: "Archive" }).click(),
  },
  { name: "payments", path: "/app/payments" },
  { name: "payments-failing", path: "/app/payments", state: "failing" },
  { name: "payment", path: "/app/payments/pay_0" },
  { name: "receipts", path: "/app/receipts" },
  { name: "receipt", path: "/app/receipts/rcp_1" },
  { name: "public-receipt", path: "/r/rcp_1", state: "visitor" },
  { name: "developers", path: "/app/developers" },
  {
    name: "developers-created",
    path: "/app/developers",
    prepare: async (page) => {
      await page.getByRole("button", { name: "Create key" }).first().click();
      await page.getByRole("textbox", { name: "Name" }).fill("Build server");
      await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
    },
  },
  { name: "problems", path: "/docs/problems", state: "visitor" },
  { name: "problem", path: "/docs/problems/credential-redeemed", state: "visitor" },
  { name: "not-found", path: "/nothing-here", state: "visitor" },
];

const looks = [
  { name: "light", colorScheme: "light", width: 1280, height: 800 },
  { name: "dark", colorScheme: "dark", width: 1280, height: 800 },
  { name: "phone", colorScheme: "light", width: 390, height: 844 },
] as const;

async function take(
  browser: Browser,
  origin: string,
  folder: string,
  screen: Screen,
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const look of looks) {
    const context = await browser.newContext({
      colorScheme: look.colorScheme,
      viewport: { width: look.width, height: look.height },
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.on("pageerror", (error) => faults.push(`${screen.name} ${look.name}: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().includes("Failed to load resource")) {
        faults.push(`${screen.name} ${look.name}: ${message.text().slice(0, 400)}`);
      }
    });
    await mockApi(page, screen.state ?? "full");
    try {
      await page.goto(origin + screen.path, { waitUntil: "networkidle" });
      await screen.prepare?.(page);
      await page.waitForTimeout(500);
    } catch (error) {
      faults.push(`${screen.name} ${look.name}: ${String(error).slice(0, 300)}`);
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (overflow > 0) faults.push(`${screen.name} ${look.name}: ${overflow} px wider than the window`);
    await page.screenshot({
      path: join(folder, `${screen.name}-${look.name}.png`),
      fullPage: !screen.name.endsWith("archive"),
    });
    await context.close();
  }
  return faults;
}

const [origin = "http://localhost:3000", folder = "test-results/screens", ...wanted] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const browser = await chromium.launch(await findBrowser());
const faults: string[] = [];
for (const screen of screens) {
  if (wanted.length === 0 || wanted.includes(screen.name))
    faults.push(...(await take(browser, origin, folder, screen)));
}
await browser.close();
process.stdout.write(faults.length === 0 ? "no faults\n" : `${faults.join("\n")}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
