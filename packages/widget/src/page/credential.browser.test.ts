import { expect, test } from "vitest";
import { injectWebLn } from "../../cases/fake-webln.ts";
import { bolt11Of, preimageOf, RESOURCE, useLightningShop } from "../../cases/lightning-shop.ts";
import { english } from "../index.ts";

const site = useLightningShop();
const { open, says, content } = site;

async function choose(): Promise<void> {
  await site.page.getByText("Paying with an agent?").click();
  await site.page.getByLabel("I pay here and use it in a program").check();
}

const ready = () => says("Paid. What your program sends is below.");
const header = () => site.page.locator("#credential-header").textContent();

test("while it is chosen, a payment opens nothing, and the finished header is shown", async () => {
  await open();
  await choose();
  site.shop.paid.add(0);
  await ready();
  const [unlocked] = site.shop.unlocks;
  expect(unlocked).toEqual({ token: unlocked?.["token"], resource: RESOURCE, as: "l402" });
  expect(site.shop.opened).toBe(false);
  const authorization = `L402 ${unlocked?.["token"]}:${preimageOf(0)}`;
  expect(await header()).toBe(`Authorization: ${authorization}`);
  expect(await site.page.locator("#credential-curl").textContent()).toBe(
    `curl \\\n  -H 'Authorization: ${authorization}' \\\n  'https://pay.example${RESOURCE}'`,
  );
  await site.page.getByText("Good for one request").waitFor();
  for (const part of ["#qr", "#go", "#held", "#invoice"])
    expect([part, await site.page.locator(part).isVisible()]).toEqual([part, false]);
  // It is in the page only.
  expect(site.page.url()).toBe(`${site.base}${RESOURCE}`);
  expect(
    await site.page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage })),
  ).not.toContain(preimageOf(0));
});

test("both lines can be copied", async () => {
  await site.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await open();
  await choose();
  site.shop.paid.add(0);
  await ready();
  await site.page.locator("#credential-header-copy").click();
  expect(await site.page.locator("#credential-header-copy").textContent()).toBe("Copied");
  expect(await site.page.evaluate(() => navigator.clipboard.readText())).toBe(await header());
  await site.page.locator("#credential-curl-copy").click();
  await expect.poll(() => site.page.evaluate(() => navigator.clipboard.readText())).toMatch(/^curl/);
});

test("a reload on the way or afterwards finds it again; then it can be opened here instead", async () => {
  await open();
  await choose();
  await site.page.reload();
  expect(await site.page.locator("#program").isVisible()).toBe(true);
  site.shop.paid.add(0);
  await ready();
  const before = await header();
  await site.page.reload();
  await ready();
  expect(await header()).toBe(before);
  expect(site.shop.opened).toBe(false);
  await site.page.getByRole("button", { name: "Open it here" }).click();
  await content();
  expect(site.shop.unlocks.at(-1)).not.toHaveProperty("as");
});

test("another one is bought with a new invoice", async () => {
  await open();
  await choose();
  site.shop.paid.add(0);
  await ready();
  await site.page.getByRole("button", { name: "Buy another" }).click();
  await site.page.locator(`#go[href="lightning:${bolt11Of(1)}"]`).waitFor();
  await site.page.waitForTimeout(1500);
  await says("Waiting for your payment");
  site.shop.paid.add(1);
  await ready();
  expect(await header()).toContain(preimageOf(1));
});

test("a wallet of the browser pays for it too", async () => {
  await injectWebLn(site.page, { kind: "pays", preimage: preimageOf(0) });
  await open();
  await choose();
  await site.page.locator("#webln").click();
  await ready();
  expect(site.shop.unlocks).toMatchObject([{ preimage: preimageOf(0), as: "l402" }]);
});

test("a server's refusal is shown, and nothing else", async () => {
  site.shop.unlockAnswers = [[402, { code: "wrong_resource", title: "Made for something else" }, ""]];
  await open();
  await choose();
  site.shop.paid.add(0);
  await says("Made for something else.");
  expect(await site.page.locator("#credential").isVisible()).toBe(false);
});

test.each([
  ["ltr", "light"],
  ["rtl", "dark"],
] as const)("nothing is wider than a phone, %s", async (direction, colorScheme) => {
  site.shop.messages = { ...english, direction };
  await site.page.setViewportSize({ width: 390, height: 844 });
  await site.page.emulateMedia({ colorScheme });
  await injectWebLn(site.page, { kind: "hides" });
  await open();
  await choose();
  const isWide = () =>
    site.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(await isWide()).toBe(false);
  site.shop.paid.add(0);
  await ready();
  expect(await isWide()).toBe(false);
  // Machines read it from left to right in every language.
  const styles = await site.page
    .locator("#credential pre")
    .evaluateAll((all) => all.map((each) => getComputedStyle(each).direction));
  expect(styles).toEqual(["ltr", "ltr"]);
});
