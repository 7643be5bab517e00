import { existsSync } from "node:fs";

export interface Browser {
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
export async function findBrowser(): Promise<Browser> {
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
