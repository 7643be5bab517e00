import { expect, test } from "vitest";
import { useElement } from "../../cases/use-element.ts";

const t = useElement();

test("a marked link asks in place, is paid, and shows the answer; the page stays", async () => {
  await t.open(`<a data-x402 href="${t.shop.base}/p/weather"><b>Weather</b></a>`, "data-intercept");
  await t.page.getByText("Weather", { exact: true }).click();
  await t.pay.click();
  await t.page.locator("pre", { hasText: '"celsius": 21' }).waitFor();
  expect(t.page.url()).toBe(`${t.base}/`);
  await t.page.getByRole("button", { name: "Close" }).click();
  expect(await t.page.getByRole("dialog").count()).toBe(0);
});

test("without the attribute nothing is intercepted; enable() switches it on, and off again", async () => {
  await t.open(`<a data-x402 href="/elsewhere">Weather</a>`);
  await t.page.evaluate(() => Reflect.set(window, "off", Reflect.get(window, "x402Paywall").enable()));
  await t.page.route("**/elsewhere", (route) => route.fulfill({ contentType: "text/plain", body: "free" }));
  await t.page.getByText("Weather").click();
  await t.page.locator(".words", { hasText: "free" }).waitFor();
  expect(t.page.url()).toBe(`${t.base}/`);
  await t.page.getByRole("button", { name: "Close" }).click();
  await t.page.evaluate(() => Reflect.get(window, "off")());
  await t.page.getByText("Weather").click();
  await t.page.waitForURL("**/elsewhere");
});

test("what opens a tab, saves a file or is not marked is the browser's", async () => {
  await t.open(
    `<a id="plain" href="#plain">Plain</a><a id="tab" data-x402 target="_blank" href="#tab">Tab</a>
     <a id="save" data-x402 download href="#save">Save</a>`,
    "data-intercept",
  );
  await t.page.evaluate(() => {
    addEventListener("click", (event) => {
      Reflect.set(window, "prevented", event.defaultPrevented);
      event.preventDefault();
    });
  });
  for (const id of ["plain", "tab", "save"]) {
    await t.page.locator(`#${id}`).click();
    expect([id, await t.page.evaluate(() => Reflect.get(window, "prevented"))]).toEqual([id, false]);
  }
});

test("a listener may take the answer: the dialog closes and shows nothing", async () => {
  await t.open(`<a data-x402 href="${t.shop.base}/p/weather">Weather</a>`, "data-intercept");
  await t.page.evaluate(() => {
    document.querySelector("a")?.addEventListener("x402:paid", (event) => {
      event.preventDefault();
      void event.detail.response.json().then((json) => document.body.append(`sky: ${json.sky}`));
    });
  });
  await t.page.getByText("Weather").click();
  await t.pay.click();
  await t.page.getByText("sky: clear").waitFor();
  expect(await t.page.getByRole("dialog").count()).toBe(0);
});

test.each([
  ["as a query", "", "", "GET", "/p/weather?city=Oslo&unit=c", ""],
  ["as a form", 'method="post"', "", "POST", "/p/weather", "city=Oslo&unit=c"],
  ["as JSON", 'method="post"', '="json"', "POST", "/p/weather", '{"city":"Oslo","unit":"c"}'],
])("a marked form is sent %s", async (_, attributes, mark, method, path, body) => {
  await t.open(
    `<form data-x402${mark} ${attributes} action="${t.shop.base}/p/weather"><input name="city" value="Oslo">
     <button name="unit" value="c">Ask</button></form>`,
    "data-intercept",
  );
  await t.page.getByRole("button", { name: "Ask" }).click();
  await t.pay.click();
  await t.page.locator("pre").waitFor();
  expect(t.shop.seen.at(-1)).toMatchObject({ method, path, body });
});

test("a failure is shown where the answer would be", async () => {
  await t.page.route("**/p/weather", (route) =>
    route.fulfill({
      status: 404,
      headers: { "access-control-allow-origin": "*" },
      json: { title: "Not found" },
    }),
  );
  await t.open(`<a data-x402 href="${t.shop.base}/p/weather">Weather</a>`, "data-intercept");
  await t.page.evaluate(() => addEventListener("error", (event) => event.preventDefault()));
  await t.page.getByText("Weather").click();
  await t.page.getByRole("alert").filter({ hasText: "Not found." }).waitFor();
});
