import { expect, test } from "vitest";
import { injectWebLn } from "../../cases/fake-webln.ts";
import { bolt11Of, hashOf, preimageOf, useLightningShop } from "../../cases/lightning-shop.ts";
import { qrSvg } from "../parts/qr-svg.ts";

const site = useLightningShop();
const { open, says, content } = site;
const tokens = () => site.shop.unlocks.map(({ token = "" }) => token.at(28));
const shown = (n: number) =>
  site.page.waitForFunction(
    (bolt11) => document.querySelector<HTMLInputElement>("#invoice")?.value === bolt11,
    bolt11Of(n),
  );

test("without a wallet in the browser: a link for the phone's, the QR in capitals, and no button", async () => {
  await open();
  expect(await site.page.locator("#go").getAttribute("href")).toBe(`lightning:${bolt11Of(0)}`);
  expect(await site.page.locator("#webln").isVisible()).toBe(false);
  const drawn = await site.page.locator("#qr path").getAttribute("d");
  expect(qrSvg(`LIGHTNING:${bolt11Of(0).toUpperCase()}`, "").safe).toContain(`d="${drawn}"`);
  expect(await site.page.locator("#price").textContent()).toMatch(/\$0\.01\s+16 sat/);
});

test("a wallet of the browser is asked once, after the press, and its preimage unlocks", async () => {
  const wallet = await injectWebLn(site.page, { kind: "pays", preimage: preimageOf(0).toUpperCase() });
  await open();
  await site.page.waitForTimeout(1200);
  expect(wallet.asked).toEqual([]);
  const buttons = await site.page.locator(".pay > :visible").evaluateAll((all) => all.map(({ id }) => id));
  expect(buttons.slice(0, 2)).toEqual(["webln", "go"]);
  await site.page.getByRole("button", { name: "Pay with this browser's wallet" }).dblclick();
  await content();
  expect(wallet.asked).toEqual(["enable", bolt11Of(0)]);
  expect(site.shop.unlocks).toMatchObject([{ preimage: preimageOf(0), resource: "/p/weather/v1/forecast" }]);
});

test("a wallet that comes after the page gets its button too", async () => {
  await injectWebLn(site.page, { kind: "hides" }, true);
  await open();
  await site.page.locator("#webln").waitFor();
});

test("what a person rejects is said, and costs nothing", async () => {
  const wallet = await injectWebLn(site.page, { kind: "fails", message: "User rejected" });
  await open();
  await site.page.locator("#webln").click();
  await says("You did not confirm it in your wallet. Nothing was paid");
  expect(site.shop.unlocks).toEqual([]);
  expect(await site.page.locator("#webln").getAttribute("aria-disabled")).toBe("false");
  wallet.way = { kind: "pays", preimage: preimageOf(0) };
  await site.page.locator("#webln").click();
  await content();
});

test("a wallet that fails is quoted as text; where it has paid after all, that is noticed", async () => {
  await injectWebLn(site.page, { kind: "fails", message: "No route <b>to</b> the payee." });
  await open();
  await site.page.locator("#webln").click();
  await says("Your wallet did not pay. No route <b>to</b> the payee. If it has paid after all");
  site.shop.paid.add(0);
  await content();
  expect(site.shop.unlocks[0]).not.toHaveProperty("preimage");
});

test.each([["hides"], ["hangs"]] as const)("a wallet that %s: the server's word is enough", async (kind) => {
  const wallet = await injectWebLn(site.page, { kind });
  await open();
  await site.page.locator("#webln").click();
  await says(kind === "hides" ? "Your wallet has paid. Waiting" : "Confirm the payment in your wallet");
  expect(await site.page.locator("#webln").getAttribute("aria-disabled")).toBe("true");
  expect(site.shop.unlocks).toEqual([]);
  site.shop.paid.add(0);
  await content();
  expect(wallet.asked).toHaveLength(2);
  expect(site.shop.unlocks).toHaveLength(1);
  expect(site.shop.unlocks[0]).not.toHaveProperty("preimage");
});

test("a new quote before the end: focus, scroll and open parts stay, and the old one wins when it is paid", async () => {
  await site.page.setViewportSize({ width: 390, height: 500 });
  site.shop.holds = 31;
  await open();
  site.shop.holds = 600;
  await site.page.getByText("Paying with an agent?").click();
  await site.page.locator("#program").focus();
  const scroll = await site.page.evaluate(() => scrollY);
  expect(scroll).toBeGreaterThan(0);
  await shown(1);
  await says("The invoice is a new one; the one before still counts.");
  const after = await site.page.evaluate(() => [document.activeElement?.id, scrollY]);
  expect(after).toEqual(["program", scroll]);
  expect(await site.page.locator("details").getAttribute("open")).not.toBeNull();
  expect(await site.page.locator("#go").getAttribute("href")).toBe(`lightning:${bolt11Of(1)}`);
  expect(await site.page.locator("#clock").textContent()).toMatch(/^(10:00|9:5\d)$/);
  site.shop.paid.add(0);
  await content();
  expect(tokens()).toEqual(["0"]);
});

test("what is paid long after its price has ended is honoured, and said to be late", async () => {
  await site.page.clock.install();
  site.shop.holds = 40;
  await open();
  site.shop.holds = 600;
  await site.page.clock.runFor(15_000);
  await shown(1);
  await site.page.clock.runFor(120_000);
  site.shop.polled.length = 0;
  await site.page.clock.runFor(6000);
  await expect.poll(() => site.shop.polled.filter((hash) => hash === hashOf(0)).length).toBeGreaterThan(0);
  // Seldom: it is not what is shown.
  expect(site.shop.polled.filter((hash) => hash === hashOf(0)).length).toBeLessThan(4);
  const { promise, resolve } = Promise.withResolvers<void>();
  site.shop.held = promise;
  site.shop.paid.add(0);
  await site.page.clock.runFor(6000);
  await says("Paid after this price had ended. It counts");
  expect(tokens()).toEqual(["0"]);
  resolve();
  await content();
});

test("a page that was loaded again still knows what it showed before", async () => {
  await open();
  await site.page.reload();
  await shown(1);
  site.shop.paid.add(0);
  await content();
  expect(tokens()).toEqual(["0"]);
});

test("a node that is away is said to be, on the way to the payment and after it", async () => {
  await open();
  site.shop.away = true;
  await says("The seller's node does not answer. Nothing is lost");
  site.shop.away = false;
  await says("Waiting for your payment");
  site.shop.unlockAnswers = [[503, { code: "rail_unavailable" }, "1"]];
  site.shop.paid.add(0);
  await says("do not pay again");
  await content();
});

test("where no new price can be had, the page says why, and tries again by itself", async () => {
  const detail = "Your address has too many invoices that nobody has paid.";
  site.shop.holds = 0;
  await open();
  site.shop.refusals = [
    [429, { code: "rate_limited", title: "Too many requests", detail }, "2"],
    [503, { code: "rail_unavailable", title: "No payment rail is available" }, "1"],
  ];
  site.shop.holds = 600;
  await says(`This price has expired and can no longer be paid. Too many requests. ${detail}`);
  expect(await site.page.locator("#renew").isVisible()).toBe(true);
  await says("can no longer be paid. The seller's node does not answer.");
  await says("The invoice is a new one");
  expect(await site.page.locator("#qr").isVisible()).toBe(true);
}, 30_000);

test("without JavaScript: the link, the QR and the form, and nothing that needs a script", async () => {
  const context = await site.browser.newContext({ javaScriptEnabled: false });
  const plain = await context.newPage();
  await plain.goto(`${site.base}/p/weather/v1/forecast`);
  expect(await plain.locator("#go").getAttribute("href")).toBe(`lightning:${bolt11Of(0)}`);
  expect(await plain.locator("#qr svg").isVisible()).toBe(true);
  await plain.getByText("Paying with an agent?").click();
  for (const id of ["webln", "program", "credential", "copy"])
    expect([id, await plain.locator(`#${id}`).isVisible()]).toEqual([id, false]);
  site.shop.paid.add(0);
  await plain.getByRole("button", { name: "I have paid" }).click();
  await plain.getByRole("heading", { name: "The content" }).waitFor();
  await context.close();
});
