import { PaywallError } from "@x402-paywall/core";
import { expect, test } from "vitest";
import { freeChoice, quoteOf } from "../../cases/page-inputs.ts";
import { useElement } from "../../cases/use-element.ts";

const t = useElement();

const element = (more = "auto", path = "/p/weather?city=Lisbon") =>
  `<x402-paywall src="${t.shop.base}${path}" ${more}></x402-paywall>`;

/** Notes events on the document, so that they have bubbled and left the shadow root. */
async function listen(): Promise<() => Promise<string[]>> {
  await t.page.addInitScript(() => {
    const names: string[] = [];
    Reflect.set(window, "heard", names);
    for (const name of ["challenge", "paying", "paid", "error", "cancelled"])
      addEventListener(`x402:${name}`, (event) =>
        names.push(`${event.type} ${(event as CustomEvent).detail.method}`),
      );
  });
  return () => t.page.evaluate(() => Reflect.get(window, "heard"));
}

test("a 402 of another origin: price in dollars, satoshi and bitcoin, invoice, QR, and the paid answer", async () => {
  const heard = await listen();
  await t.open(element());
  await t.state("Waiting for your payment");
  expect(await t.page.locator(".usd").textContent()).toBe("$0.01");
  expect(await t.page.locator(".sat").textContent()).toBe("16 sat");
  expect(await t.page.locator(".btc").textContent()).toBe("0.00000016 BTC");
  expect(await t.page.getByRole("heading", { level: 1 }).textContent()).toBe("Weather, hour by hour");
  expect(await t.page.locator("#buys").isVisible()).toBe(false);
  const invoice = await t.page.getByLabel("Lightning invoice", { exact: true }).inputValue();
  expect(invoice).toMatch(/^lnbcrt160n1/);
  expect(await t.page.getByRole("link", { name: "Open in a Lightning wallet" }).getAttribute("href")).toBe(
    `lightning:${invoice}`,
  );
  expect(await t.page.getByRole("img", { name: "QR code of the Lightning invoice below" }).isVisible()).toBe(
    true,
  );
  expect(await t.page.locator("#clock").textContent()).toMatch(/^(10:00|9:5\d)$/);
  await t.pay.click();
  await t.page.locator("pre", { hasText: '"celsius": 21' }).waitFor();
  expect(await t.page.getByRole("link", { name: "Receipt" }).getAttribute("href")).toBe(
    `${t.shop.base}/r/rcp_1`,
  );
  expect(await heard()).toEqual(["x402:challenge GET", "x402:paying GET", "x402:paid GET"]);
});

test("what was bought is kept in this browser: a reload asks no money, and another URL does", async () => {
  await t.open(element());
  await t.pay.click();
  await t.page.locator("pre").waitFor();
  await t.page.reload();
  await t.page.locator("pre").waitFor();
  expect(await t.page.locator("#pay").count()).toBe(0);
  await t.open(element("auto", "/p/weather?city=Oslo"));
  await t.state("Waiting for your payment");
});

test("remember=no: a request is a request, shown with the preimage", async () => {
  await t.open(element('auto remember="no"'));
  await t.pay.click();
  await t.page.locator("pre").waitFor();
  expect(t.shop.seen.at(-1)?.authorization).toMatch(/^L402 [\w+/=]+:[0-9a-f]{64}$/);
  await t.page.reload();
  await t.state("Waiting for your payment");
});

test("paid in another wallet: noticed, traded for a token, opened", async () => {
  await t.open(element());
  await t.state("Waiting for your payment");
  t.shop.payAll();
  await t.page.locator("pre").waitFor({ timeout: 6000 });
  expect(t.shop.seen.at(-1)?.authorization).toBe("Bearer pw_good");
});

test("without auto it waits for a press; cancel goes back, and says so", async () => {
  const heard = await listen();
  await t.open(
    `<x402-paywall src="${t.shop.base}/p/weather" label="Tell me the weather">Weather</x402-paywall>`,
  );
  expect(t.shop.seen).toEqual([]);
  await t.page.getByRole("button", { name: "Tell me the weather" }).click();
  await t.state("Waiting for your payment");
  await t.page.getByRole("button", { name: "Cancel" }).click();
  await t.page.getByRole("button", { name: "Tell me the weather" }).waitFor();
  expect(await heard()).toEqual(["x402:challenge GET", "x402:cancelled GET"]);
});

test("an offer that ends is replaced in place; what was paid on the old one still counts", async () => {
  t.shop.seconds = 31;
  await t.open(element());
  await t.state("Waiting for your payment");
  const first = await t.page.locator("#invoice").inputValue();
  t.shop.seconds = 600;
  await expect.poll(() => t.page.locator("#invoice").inputValue(), { timeout: 5000 }).not.toBe(first);
  for (const invoice of t.shop.invoices.values()) invoice.paid = invoice.bolt11 === first;
  await t.page.locator("pre").waitFor({ timeout: 6000 });
});

test("an amount can be named; the offer follows, and so does what is paid", async () => {
  t.shop.price = freeChoice;
  t.shop.quote = quoteOf({ kind: "use" }, 100_000n);
  await t.open(element());
  await t.page.getByLabel("Pay what you want, in US dollars").fill("0.25");
  await t.pay.click();
  await t.page.locator("pre").waitFor();
  expect(t.shop.seen.map(({ amount }) => amount)).toContain("0.25");
  const paid = [...t.shop.invoices.values()].filter((invoice) => invoice.paid);
  expect(paid.map(({ amount }) => amount)).toEqual([250_000n]);
});

test("what more than one request costs is said in words", async () => {
  t.shop.price = { model: "bundle", amount: 10_000n, uses: 10, validSeconds: 3600 };
  t.shop.quote = quoteOf({ kind: "uses", uses: 10, seconds: 3600 });
  await t.open(element());
  expect(await t.page.locator("#buys").textContent()).toBe("10 requests for $0.01");
  await t.page.getByText("What you buy is kept in this browser.").waitFor();
});

test("a service that fails charges nobody: the same payment, once more", async () => {
  t.shop.refusals = [[502, { code: "upstream_error", title: "The upstream failed", retryable: true }]];
  await t.open(element());
  await t.pay.click();
  await t.state("The upstream failed. Your payment is kept");
  await t.page.getByRole("button", { name: "Try again" }).click();
  await t.page.locator("pre").waitFor();
  expect([...t.shop.invoices.values()].filter((invoice) => invoice.paid)).toHaveLength(1);
});

test("a busy server is waited for, without a second payment", async () => {
  t.shop.refusals = [[409, { code: "in_progress", title: "In use" }, { "Retry-After": "1" }]];
  await t.open(element());
  await t.pay.click();
  await t.state("do not pay again");
  await t.page.locator("pre").waitFor();
});

test("a payment that is used up leads to a new price, by a press", async () => {
  t.shop.refusals = [[409, { code: "credential_redeemed", title: "This payment was already used" }]];
  await t.open(element('auto remember="no"'));
  await t.pay.click();
  await t.state("This payment was already used");
  await t.page.getByRole("button", { name: "Get a new price" }).click();
  await t.state("Waiting for your payment");
});

test("a refused payment is said with the fresh offer, and nothing is paid by itself", async () => {
  t.shop.refusals = [];
  t.shop.unlockRefusals = [
    [402, { code: "wrong_resource", title: "The payment was made for something else" }],
  ];
  await t.open(element());
  await t.pay.click();
  await t.state("The payment was made for something else");
  t.shop.error = new PaywallError("payment_expired");
  await t.page.reload();
  await t.page.getByRole("alert").filter({ hasText: "The quote has expired" }).waitFor();
});

test("an answer that got lost is asked for again after a reload, not paid again", async () => {
  await t.open(element("auto"));
  await t.page.route("**/p/weather*", (route) =>
    route.request().headers()["authorization"] === undefined ? route.continue() : route.abort(),
  );
  await t.pay.click();
  await t.page.waitForFunction(() => localStorage.getItem("x402-paywall:purchases") !== null);
  await t.page.unroute("**/p/weather*");
  await t.page.reload();
  await t.page.locator("pre").waitFor();
  expect([...t.shop.invoices.values()].filter((invoice) => invoice.paid)).toHaveLength(1);
});

test("offline is said, and it goes on by itself", async () => {
  await t.open(element());
  await t.state("Waiting for your payment");
  await t.page.context().setOffline(true);
  await t.state("You are offline");
  t.shop.payAll();
  await t.page.context().setOffline(false);
  await t.page.locator("pre").waitFor({ timeout: 8000 });
});

test("a browser wallet (WebLN) pays in LIVE, and its preimage is shown over MPP too", async () => {
  t.shop.mode = "live";
  t.shop.wires = ["mpp"];
  t.shop.hasLinks = false;
  await t.page.exposeFunction(
    "preimageOf",
    (bolt11: string) => [...t.shop.invoices.values()].find((one) => one.bolt11 === bolt11)?.preimage,
  );
  await t.page.addInitScript(() => {
    const preimageOf: (bolt11: string) => Promise<string> = Reflect.get(window, "preimageOf");
    Reflect.set(window, "webln", {
      enable: async () => undefined,
      sendPayment: async (bolt11: string) => ({ preimage: await preimageOf(bolt11) }),
    });
  });
  await t.open(element());
  expect(await t.page.locator(".badge").count()).toBe(0);
  await t.page.getByRole("link", { name: "Open in a Lightning wallet" }).first().click();
  await t.page.locator("pre").waitFor();
  expect(t.shop.seen.at(-1)?.authorization).toMatch(/^Payment /);
});

test("a wallet that refuses is shown with its words", async () => {
  t.shop.mode = "live";
  await t.page.addInitScript(() => {
    const refuse = () => Promise.reject(new Error("User rejected"));
    Reflect.set(window, "webln", { enable: async () => undefined, sendPayment: refuse });
  });
  await t.open(element());
  await t.page.getByRole("link", { name: "Open in a Lightning wallet" }).first().click();
  await t.state("User rejected");
});

test("a server that cannot be asked takes the proof of payment, and only the right one", async () => {
  t.shop.mode = "live";
  t.shop.hasLinks = false;
  await t.open(element());
  const field = t.page.getByLabel(/Proof of payment/);
  await field.fill("ab".repeat(32));
  await t.page.getByRole("button", { name: "Send" }).click();
  await t.state("This is not the proof of this invoice");
  await field.fill([...t.shop.invoices.values()][0]?.preimage ?? "");
  await t.page.getByRole("button", { name: "Send" }).click();
  await t.page.locator("pre").waitFor();
});

test("stablecoin alone: amount, network and payee are shown, and who can pay it", async () => {
  t.shop.offers = ["evm"];
  await t.open(element());
  await t.page.getByText("An agent that speaks x402").waitFor();
  expect(await t.page.locator(".usd").textContent()).toBe("$0.01");
  expect((await t.page.locator(".coins li").innerText()).replaceAll(/\s+/g, " ")).toBe(
    "0.01 USDC Base Sepolia (test) to 0x209693…12287C",
  );
  expect(await t.pay.count()).toBe(0);
});

test("what no page may read is explained, and the address is at hand", async () => {
  await t.page.route("**/p/weather*", (route) =>
    route.fulfill({ status: 402, headers: { "access-control-allow-origin": "*" }, body: "{}" }),
  );
  await t.open(element());
  await t.page.getByText("lets no other site read its offers").waitFor();
  expect(await t.page.getByRole("link", { name: "Open it there" }).getAttribute("href")).toContain(
    "/p/weather",
  );
});

test("a server that is not there, and one that fails, are told, and asked again by a press", async () => {
  const heard = await listen();
  await t.page.route("**/p/weather*", (route) => route.abort());
  await t.open(element());
  await t.page.getByRole("alert").filter({ hasText: "cannot be reached" }).waitFor();
  await t.page.unroute("**/p/weather*");
  await t.page.route("**/p/weather*", (route) =>
    route.fulfill({
      status: 503,
      headers: { "access-control-allow-origin": "*" },
      json: { title: "This endpoint is paused by its creator" },
    }),
  );
  await t.page.getByRole("button", { name: "Try again" }).click();
  await t.page.getByRole("alert").filter({ hasText: "paused by its creator." }).waitFor();
  await t.page.unroute("**/p/weather*");
  await t.page.getByRole("button", { name: "Try again" }).click();
  await t.state("Waiting for your payment");
  expect(await heard()).toEqual(["x402:error GET", "x402:error GET", "x402:challenge GET"]);
});

test("the page around it can listen, cancel, and take the answer for itself", async () => {
  await t.open(element());
  await t.page.evaluate(() => {
    document.querySelector("x402-paywall")?.addEventListener("x402:paid", (event) => {
      event.preventDefault();
      void event.detail.response.json().then((json) => document.body.append(`sky: ${json.sky}`));
    });
  });
  await t.pay.click();
  await t.page.getByText("sky: clear").waitFor();
  expect(await t.page.locator("pre").count()).toBe(0);
});

test("another address, another question; a removed element asks nothing", async () => {
  await t.open(element());
  await t.state("Waiting for your payment");
  await t.page.evaluate(
    (src) => document.querySelector("x402-paywall")?.setAttribute("src", src),
    `${t.shop.base}/p/two`,
  );
  await expect.poll(() => t.shop.seen.at(-1)?.path).toBe("/p/two");
  await t.state("Waiting for your payment");
  await t.page.evaluate(() => document.querySelector("x402-paywall")?.remove());
  t.shop.payAll();
  await t.page.waitForTimeout(1500);
  expect(t.shop.seen.at(-1)?.authorization).toBeUndefined();
});

test("a body, its type and headers of the page go along, before and after the payment", async () => {
  await t.open(element(`auto body='{"city":"Oslo"}' remember="no"`));
  await t.pay.click();
  await t.page.locator("pre").waitFor();
  const [first, last] = [t.shop.seen[0], t.shop.seen.at(-1)];
  expect([first?.method, first?.body, last?.body]).toEqual(["POST", '{"city":"Oslo"}', '{"city":"Oslo"}']);
});
