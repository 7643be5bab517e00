import { randomBytes } from "node:crypto";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { macaroons } from "../../packages/proxy/src/rails/lightning/lnd/testing/macaroons.ts";
import { getInstance } from "../instance.ts";

const { appUrl, contractPort } = getInstance();

/** The Lightning panel of an owner's settings. */
async function openPanel(page: Page): Promise<Locator> {
  const email = `lightning-${randomBytes(8).toString("hex")}@example.com`;
  const password = "a long enough password";
  const address = `2001:db8::${randomBytes(2).toString("hex")}:${randomBytes(2).toString("hex")}`;
  await page.request.post(`${appUrl}/api/v1/signup`, {
    headers: { origin: appUrl, "x-forwarded-for": address },
    data: { name: "Ada", email, password },
  });
  await page.goto(`${appUrl}/login`);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(/\/app/);
  await page.goto(`${appUrl}/app/settings/rails`);
  const panel = page.locator("section").filter({ has: page.getByRole("heading", { name: "Lightning" }) });
  await expect(panel.getByText("Not connected")).toBeVisible();
  return panel;
}

test("each part that was mistyped says so where it was typed", async ({ page }) => {
  const panel = await openPanel(page);
  const test_ = panel.getByRole("button", { name: "Test connection" });
  await expect(test_).toBeDisabled();
  await panel.getByLabel("Host and port").fill("node.example.com");
  await panel.getByLabel("Macaroon").fill("~/.lnd/admin.macaroon");
  await panel.getByLabel(/Certificate/).fill("tls.cert");
  await test_.click();
  await expect(panel.getByLabel("Host and port")).toHaveAccessibleDescription(/port too/);
  await expect(panel.getByLabel("Macaroon")).toHaveAccessibleDescription(/neither hex nor base64/);
  await expect(panel.getByLabel(/Certificate/)).toHaveAccessibleDescription(/tls\.cert/);
  // What is typed anew is not refused any more.
  await panel.getByLabel("Host and port").fill("node.example.com:10009");
  await expect(panel.getByLabel("Macaroon")).not.toHaveAttribute("aria-invalid");

  await panel.getByRole("radio", { name: "Nostr Wallet Connect" }).check();
  await panel.getByLabel("Connection string").fill("ada@wallet.example");
  await test_.click();
  await expect(panel.getByLabel("Connection string")).toHaveAccessibleDescription(/Lightning address/);

  await panel.getByRole("radio", { name: "phoenixd" }).check();
  await panel.getByLabel("URL").fill("localhost:9740");
  await panel.getByLabel("Limited password").fill("c0ffee");
  await test_.click();
  await expect(panel.getByLabel("URL")).toHaveAccessibleDescription(/http:\/\//);
});

test("a macaroon that can spend is refused, with the line that makes a right one", async ({ page }) => {
  const panel = await openPanel(page);
  const admin = Buffer.from(macaroons.admin, "hex").toString("base64url");
  await panel.getByLabel("Host and port").fill(`lndconnect://127.0.0.1:${contractPort}?macaroon=${admin}`);
  await expect(panel.getByLabel("Host and port")).toHaveValue(`127.0.0.1:${contractPort}`);
  await expect(panel.getByLabel("Macaroon")).toHaveValue(admin);
  await panel.getByLabel("Host and port").press("Enter");
  const alert = panel.getByRole("alert").filter({ hasText: "It also allows" });
  await expect(alert).toContainText("This macaroon can do more than sell.");
  await expect(alert).toContainText("address:read");
  await expect(alert.getByLabel("On your node")).toHaveText(
    "lncli bakemacaroon invoices:read invoices:write uri:/lnrpc.Lightning/ChannelBalance",
  );
  await expect(panel.getByRole("button", { name: "Connect", exact: true })).toHaveCount(0);
});

test("a node that is not there is said to be so, by the address that was typed", async ({ page }) => {
  const panel = await openPanel(page);
  await panel.getByLabel("Host and port").fill(`127.0.0.1:${contractPort}`);
  await panel.getByLabel("Macaroon").fill(macaroons.selling);
  await panel.getByRole("button", { name: "Test connection" }).click();
  const alert = panel.getByRole("alert").filter({ hasText: "rpclisten" });
  await expect(alert).toContainText(`Nothing can be reached at 127.0.0.1:${contractPort}.`, {
    timeout: 15_000,
  });
  // Where the policy does not let it through, nothing more is told than that.
  await panel.getByLabel("Host and port").fill("10.0.0.1:10009");
  await panel.getByRole("button", { name: "Test connection" }).click();
  await expect(alert).toContainText("Nothing can be reached at 10.0.0.1:10009.", { timeout: 15_000 });
  await expect(panel.getByText("Not connected")).toBeVisible();
});
