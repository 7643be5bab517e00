import { expect, type Page, test } from "@playwright/test";
import { createEndpoint } from "../create-endpoint.ts";
import { getInstance } from "../instance.ts";
import { toMicro } from "../stream-payer.ts";
import { buyInPage, openDashboard } from "./endpoint-form.ts";

const { demoUrl, gatewayUrls } = getInstance();

test("a payment is given back in part, then in full, and net revenue follows", async ({ browser }) => {
  const slug = `ui-refund-${crypto.randomUUID().slice(0, 8)}`;
  await createEndpoint({ slug, url: `${demoUrl}/v1`, price: "70000" });
  const page = await openDashboard(browser);
  await buyInPage(browser, `${gatewayUrls[0]}/p/${slug}/weather`, "temperature");
  const earned = await netRevenue(page);

  await page.goto("/app/payments");
  await page.getByRole("row").filter({ hasText: slug }).first().getByRole("link").click();
  await refund(page, "0.02", "Half of it was wrong");
  await expect(panel(page)).toContainText("$0.02 given back");
  await expect(panel(page)).toContainText("Half of it was wrong");
  expect(await netRevenue(page)).toBe(earned - 20_000n);

  await page.goBack();
  await page.getByRole("button", { name: "Refund", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("A part of it").check();
  await dialog.getByRole("textbox", { name: "Amount" }).fill("0.06");
  await dialog.getByRole("button", { name: "Refund", exact: true }).click();
  await expect(dialog.getByText("At most $0.05 can be given back.")).toBeVisible();
  await dialog.getByLabel(/All that is left/).check();
  await dialog.getByRole("button", { name: "Refund $0.05" }).click();
  await expect(panel(page)).toContainText("$0.07 given back");
  await expect(page.getByText("Refunded", { exact: true }).first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Refund", exact: true })).toBeHidden();
  expect(await netRevenue(page)).toBe(earned - 70_000n);
  await page.close();
});

test("the dashboard comes to rest: each link is asked for once", async ({ browser }) => {
  const page = await openDashboard(browser);
  await page.goto("/app/payments");
  await page.waitForLoadState("networkidle", { timeout: 10_000 });
  await page.close();
});

function panel(page: Page) {
  return page.locator("section", { has: page.getByRole("heading", { name: "Refunds" }) });
}

async function refund(page: Page, amount: string, reason: string): Promise<void> {
  await page.getByRole("button", { name: "Refund", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("A part of it").check();
  await dialog.getByRole("textbox", { name: "Amount" }).fill(amount);
  await dialog.getByLabel("Reason").fill(reason);
  await dialog.getByRole("button", { name: `Refund $${amount}` }).click();
}

/** What the overview says, in µUSD. */
async function netRevenue(page: Page): Promise<bigint> {
  await page.goto("/app?range=24h");
  const tile = page.locator("dl > div", { hasText: "Revenue" }).first().locator("dd > span").first();
  await expect(tile).toHaveText(/^\$[\d,.]+$/);
  return toMicro(((await tile.textContent()) ?? "").replaceAll(/[$,]/g, ""));
}
