import type { Page } from "playwright-core";
import type { Screen } from "./screen.ts";

const wallet = { name: /sandbox wallet/ };

async function startStory(page: Page): Promise<void> {
  await page.getByRole("button", wallet).click();
  await page.locator("#text p").waitFor();
}

async function runDry(page: Page): Promise<void> {
  await startStory(page);
  await page.getByRole("heading", { name: /Top up/ }).waitFor();
  await page.frameLocator("iframe").getByRole("button", wallet).waitFor();
}

/** What the payers of the demo endpoints see, from the price to the receipt. */
export const payerScreens: readonly Screen[] = [
  { name: "pay", path: "/p/demo-json/weather", state: "real" },
  { name: "pay-bundle", path: "/p/demo-bundle/weather", state: "real" },
  { name: "pay-pass", path: "/p/demo-pass/weather", state: "real" },
  { name: "pay-tip", path: "/p/demo-tip", state: "real" },
  {
    name: "pay-tip-too-little",
    path: "/p/demo-tip",
    state: "real",
    prepare: async (page) => {
      await page.getByLabel(/Pay what you want/).fill("0.01");
      await page.getByRole("button", { name: "Set" }).click();
    },
  },
  { name: "pay-metered", path: "/p/demo-story", state: "real" },
  {
    name: "pay-agent",
    path: "/p/demo-story",
    state: "real",
    prepare: (page) => page.getByText("Paying with an agent?").click(),
  },
  { name: "stream-arriving", path: "/p/demo-story", state: "real", prepare: startStory },
  { name: "stream-dry", path: "/p/demo-story", state: "real", prepare: runDry },
  {
    name: "stream-ended",
    path: "/p/demo-story",
    state: "real",
    prepare: async (page) => {
      await runDry(page);
      await page.frameLocator("iframe").getByRole("button", wallet).click();
      await page.getByRole("link", { name: /Receipt/ }).waitFor();
      await page.locator("dt", { hasText: "This answer cost" }).waitFor();
    },
  },
];
