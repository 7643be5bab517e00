import { existsSync } from "node:fs";
import { chromium as playwright } from "playwright-core";
import type { Browser } from "playwright-core";

export interface BrowserProgram {
  readonly executablePath: string;
  readonly args: string[];
}

const installed = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Of the package's defaults: what would switch off the very rules (CORS, origins, sandbox) that the tests are about. */
const unwanted =
  /^--(headless|single-process|no-zygote|disable-web-security|disable-site-isolation-trials|allow-running-insecure-content|disable-features)/;

/** A real Chromium without a download: the one inside the npm package on Linux x64, else an installed one. */
export async function findBrowser(): Promise<BrowserProgram> {
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  if (process.platform === "linux" && process.arch === "x64") {
    const { default: chromium } = await import("@sparticuz/chromium");
    const args = chromium.args.filter((arg) => !unwanted.test(arg));
    return { executablePath: await chromium.executablePath(), args };
  }
  const found = installed.find((path) => existsSync(path));
  if (found === undefined)
    throw new Error("No Chromium found: install Chrome or Chromium, then run the tests again.");
  return { executablePath: found, args: sandbox };
}

/**
 * Starts {@link findBrowser}'s Chromium. The packaged build crashes at its start once in a while on a loaded machine
 * (seen: SIGSEGV before the first page); the start is not what is tested, so it is tried again.
 */
export async function launchBrowser(tries = 3): Promise<Browser> {
  const { executablePath, args } = await findBrowser();
  try {
    return await playwright.launch({ executablePath, args });
  } catch (error) {
    if (tries <= 1) throw error;
    return launchBrowser(tries - 1);
  }
}
