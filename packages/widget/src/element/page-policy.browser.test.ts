import { expect, test } from "vitest";
import { useElement } from "../../cases/use-element.ts";

// No style, nothing inline: what docs/widget.md says that a page needs, and the test page's own icon.
const t = useElement({
  csp: "default-src 'none'; script-src 'self'; connect-src http://127.0.0.1:*; img-src data:",
});

test("under a strict policy of the page it looks as it should, pays, and breaks nothing", async () => {
  await t.open(`<x402-paywall auto src="${t.shop.base}/p/weather"></x402-paywall>`);
  await t.state("Waiting for your payment");
  const button = t.page.locator("#go");
  expect(await button.evaluate((one) => getComputedStyle(one).backgroundColor)).toBe("rgb(11, 92, 99)");
  await t.pay.click();
  await t.page.locator("pre").waitFor();
});

test("it follows the page's colour scheme, its own attribute, and custom properties", async () => {
  const background = (more: string) =>
    t
      .open(`<x402-paywall ${more} src="${t.shop.base}/p/weather" label="Ask"></x402-paywall>`)
      .then(() => t.page.locator("#start").evaluate((one) => getComputedStyle(one).backgroundColor));
  expect(await background("")).toBe("rgb(11, 92, 99)");
  expect(await background('theme="dark"')).toBe("rgb(108, 199, 197)");
  const themed = await t.page.locator("x402-paywall").evaluate((one) => {
    one.style.setProperty("--x402-accent", "rgb(1, 2, 3)");
    const start = one.shadowRoot?.getElementById("start");
    return start ? getComputedStyle(start).backgroundColor : "";
  });
  expect(themed).toBe("rgb(1, 2, 3)");
});

test("the file may be there twice", async () => {
  await t.open(
    `<a data-x402 href="${t.shop.base}/p/weather">Weather</a><script src="/w.js"></script>`,
    "data-intercept",
  );
  await t.page.getByText("Weather").click();
  await t.state("Waiting for your payment");
  expect(await t.page.getByRole("dialog").count()).toBe(1);
});
