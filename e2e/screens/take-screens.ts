/**
 * Pictures of each page in light, dark and on a phone: the dashboard's with `/api/v1` mocked, the payer's as the gateway
 * at CONTENT_URL serves them:
 * `node --conditions=source e2e/screens/take-screens.ts http://localhost:3000 out-folder [name…]`.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { findBrowser } from "../browser.ts";
import { dashboardScreens } from "./dashboard-screens.ts";
import { mockApi } from "./mock-api.ts";
import { payerScreens } from "./payer-screens.ts";
import type { Screen } from "./screen.ts";

const contentUrl = process.env.CONTENT_URL ?? "http://127.0.0.1:4020";

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
    if (screen.state !== "real") await mockApi(page, screen.state ?? "full");
    // Whoever has a session sees the page; who it is, only the mocked API says.
    if (screen.state !== "visitor")
      await context.addCookies([{ name: "paywall-session", value: "mock", url: origin }]);
    try {
      const base = screen.state === "real" ? contentUrl : origin;
      await page.goto(base + screen.path, { waitUntil: screen.state === "real" ? "load" : "networkidle" });
      await screen.prepare?.(page);
      await page.waitForTimeout(500);
    } catch (error) {
      faults.push(`${screen.name} ${look.name}: ${String(error).slice(0, 300)}`);
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (overflow > 0) faults.push(`${screen.name} ${look.name}: ${overflow} px wider than the window`);
    await page.screenshot({
      path: join(folder, `${screen.name}-${look.name}.png`),
      fullPage: screen.dialog !== true,
    });
    await context.close();
  }
  return faults;
}

const [origin = "http://localhost:3000", folder = "test-results/screens", ...wanted] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const browser = await chromium.launch(await findBrowser());
const faults: string[] = [];
for (const screen of [...dashboardScreens, ...payerScreens]) {
  if (wanted.length === 0 || wanted.some((name) => screen.name.startsWith(name)))
    faults.push(...(await take(browser, origin, folder, screen)));
}
await browser.close();
process.stdout.write(faults.length === 0 ? "no faults\n" : `${faults.join("\n")}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
