import { expect, test } from "@playwright/test";
import { getInstance } from "../instance.ts";

const url = `${getInstance().gatewayUrls[0] ?? ""}/p/demo-json/weather`;

test("who pays on the page and calls from a program gets the finished header, good for one request", async ({
  page,
  request,
}) => {
  await page.goto(url);
  await page.getByText("Paying with an agent?").click();
  await page.getByLabel("I pay here and use it in a program").check();
  await page.getByRole("button", { name: "Pay with the sandbox wallet" }).click();
  const header = page.locator("#credential-header");
  await expect(header).toHaveText(/^Authorization: L402 [\w+/=-]+:[0-9a-f]{64}$/);
  // Shown once more after a reload, and nothing of it was spent.
  const first = await header.textContent();
  await page.reload();
  await expect(header).toHaveText(first ?? "", { timeout: 15_000 });
  expect(page.url()).toBe(url);

  const authorization = (first ?? "").replace("Authorization: ", "");
  const bought = await request.get(url, { headers: { Authorization: authorization } });
  expect(bought.status()).toBe(200);
  expect(await bought.text()).toContain("temperature");
  const again = await request.get(url, { headers: { Authorization: authorization } });
  expect(again.status()).toBe(409);
});
