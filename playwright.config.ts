import { defineConfig } from "@playwright/test";
import { findBrowser } from "./e2e/browser.ts";

const browser = await findBrowser();

export default defineConfig({
  testDir: "e2e/browser",
  outputDir: "test-results/browser",
  // The pages of one instance and two cores: parallel browsers would only measure each other.
  workers: 1,
  timeout: 60_000,
  // The packaged Chromium may crash at its start; a test that needed a second run is named in the report.
  retries: 1,
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME === undefined ? "list" : [["list"], ["json"]],
  use: {
    launchOptions: { executablePath: browser.executablePath, args: browser.args },
    trace: "retain-on-failure",
  },
});
