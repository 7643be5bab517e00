import { beforeEach, expect, test } from "vitest";
import { delta, entitlement, receiptComment, StreamSite, topUpUrl } from "../../cases/stream-site.ts";
import { usePage } from "../../cases/use-page.ts";

let story: StreamSite;
const site = usePage((request, response) => story.answer(request, response));

beforeEach(() => {
  story = new StreamSite();
});

/** Opens the page and waits until it asks for the stream. */
async function open(): Promise<void> {
  await site.page.goto(`${site.base}/p/story/v1/story?tokens=400`);
  if (story.refusal === null) await soon(() => story.streams.length).toBe(1);
}

function says(words: string): Promise<void> {
  return site.page.locator("#state", { hasText: words }).waitFor();
}

/** What a person reads, answer by answer. */
function text(): Promise<string> {
  return site.page.evaluate(() =>
    [...document.querySelectorAll("#text p")].map((one) => one.textContent).join("|"),
  );
}

const soon = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 5000 });
const button = (name: string) => site.page.getByRole("button", { name, exact: true });
const shown = () => soon(text);

test("text is shown as it arrives, across chunks that cut lines, letters and line ends", async () => {
  await open();
  expect(story.accepts).toEqual(["text/event-stream"]);
  const bytes = Buffer.from(
    `${delta("Once ")}: keep alive\r\n\r\n${delta("“upon” 日本 ").replaceAll("\n", "\r\n")}${delta("👩‍👩‍👧")}`,
  );
  for (const byte of bytes) {
    story.stream.write(Buffer.of(byte));
    // Alone on its way: the first byte of a letter, the last one of a line.
    if (byte === 0x0a || byte >= 0xc0) await new Promise((resolve) => setTimeout(resolve, 15));
  }
  await shown().toBe("Once “upon” 日本 👩‍👩‍👧");
  await says("Arriving");
  expect(await site.page.locator("#text").getAttribute("aria-busy")).toBe("true");
  story.stream.end(`${delta(" a time.")}data: [DONE]\n\n`);
  await says("Complete.");
  expect(await text()).toBe("Once “upon” 日本 👩‍👩‍👧 a time.");
  expect(await site.page.locator("#heard").textContent()).toContain("a time.");
  expect(await site.page.locator("#text").getAttribute("aria-busy")).toBe("false");
});

test("a long answer comes whole, and hostile text stays text", async () => {
  await open();
  const tokens = Array.from({ length: 3000 }, (_, n) => `<b>${n}</b> `);
  for (const token of tokens) story.stream.write(delta(token));
  story.stream.end();
  await says("Complete.");
  expect(await text()).toBe(tokens.join(""));
});

test("lines that are not a model's are shown raw, and so is a stream that is no event stream", async () => {
  await open();
  story.stream.end("data: 12 °C\n\nevent: wind\ndata: 3 m/s\n\n");
  await says("Complete.");
  expect(await text()).toBe("12 °C\n3 m/s\n");
  story.headers = { "Content-Type": "application/x-ndjson" };
  await button("Start again").click();
  await soon(() => story.streams.length).toBe(2);
  story.stream.end('{"a":1}\n');
  await says("Complete.");
  expect(await text()).toBe('{"a":1}\n');
});

test("several answers are kept apart", async () => {
  await open();
  const choice = (index: number, content: string) =>
    `data: ${JSON.stringify({ choices: [{ index, delta: { content } }] })}\n\n`;
  story.stream.end(choice(1, "two") + choice(0, "one") + choice(1, "!"));
  await says("Complete.");
  expect(await text()).toBe("one|two!");
});

test("Stop closes the connection, keeps the text, and Start again begins anew", async () => {
  await open();
  story.stream.write(delta("Once"));
  await shown().toBe("Once");
  await soon(() => button("Stop").getAttribute("aria-disabled")).toBeNull();
  await button("Stop").focus();
  const pressed = Date.now();
  await site.page.keyboard.press("Enter");
  await soon(() => story.closed).toBe(1);
  expect(Date.now() - pressed).toBeLessThan(3000);
  await says("You stopped it.");
  expect(await text()).toBe("Once");
  // Focus is where the next step is.
  expect(await site.page.evaluate(() => document.activeElement?.id)).toBe("start");
  await soon(() => button("Start again").getAttribute("aria-disabled")).toBeNull();
  await site.page.keyboard.press("Enter");
  await soon(() => story.streams.length).toBe(2);
  story.stream.end(delta("Twice"));
  await says("Complete.");
  expect(await text()).toBe("Twice");
});

test("the second press of two starts nothing", async () => {
  await open();
  await soon(() => button("Stop").getAttribute("aria-disabled")).toBeNull();
  await site.page.evaluate(() => {
    document.getElementById("stop")?.click();
    document.getElementById("start")?.click();
  });
  await says("You stopped it.");
  await site.page.waitForTimeout(200);
  expect(story.streams).toHaveLength(1);
});

test("leaving the page closes the connection; coming back by reload starts nothing that costs", async () => {
  await open();
  story.stream.write(delta("Once"));
  await shown().toBe("Once");
  await site.page.reload();
  await soon(() => story.closed).toBe(1);
  await says("Ready.");
  await site.page.waitForTimeout(300);
  expect(story.streams).toHaveLength(1);
  await button("Start").click();
  await soon(() => story.streams.length).toBe(2);
});

test("a page that is reached by a replaced address, as after a payment, starts by itself", async () => {
  story.input = {};
  await open();
  story.stream.end();
  await says("Complete.");
  await site.page.evaluate(() => location.replace(location.href));
  await soon(() => story.streams.length).toBe(2);
});

test("what is left and what is set aside are shown while it runs, what it cost at the end", async () => {
  await open();
  story.stream.write(delta("Once"));
  story.info = { entitlement, balance: "0.4875", held: "0.0125", spent: "0.10" };
  await site.page.getByText("$0.4875").waitFor({ timeout: 4000 });
  expect((await site.page.locator("#meter").innerText()).replaceAll(/\s+/g, " ")).toBe(
    "Balance $0.4875 Set aside for this answer so far $0.0125",
  );
  story.info = { entitlement, balance: "0.4969", held: "0.00", spent: "0.1031" };
  story.stream.end();
  await site.page.locator("#cost-label", { hasText: "This answer cost" }).waitFor();
  expect((await site.page.locator("#meter").innerText()).replaceAll(/\s+/g, " ")).toBe(
    "Balance $0.4969 This answer cost $0.0031",
  );
  await site.page.waitForTimeout(200);
  const asked = story.infoAsked;
  await site.page.waitForTimeout(2000);
  expect(story.infoAsked).toBe(asked);
});

test("run dry: a frame asks for a top-up, and the stream goes on without a lost letter", async () => {
  await open();
  story.stream.write(delta("Once upon "));
  await shown().toBe("Once upon ");
  const asked = JSON.stringify({ entitlement, topUpUrl, balance: "0.00" });
  story.stream.write(`event: payment-need-topup\ndata: ${asked}\n\n`);
  const frame = site.page.frameLocator('iframe[title="Top up"]');
  await frame.getByRole("heading", { name: "Top up your balance" }).waitFor();
  expect(await site.page.locator("iframe").getAttribute("src")).toBe(
    `/p/story/.topup?entitlement=${entitlement}&amount=0.50`,
  );
  await says("The balance is used up. The stream waits for a top-up.");
  story.stream.write(": waiting for payment\n\n");
  story.onTopUp = () => story.stream.write(delta("a time."));
  const high = await site.page.locator("iframe").boundingBox();
  expect(high?.height).toBeGreaterThan(300);
  await frame.getByRole("button", { name: "Pay with the sandbox wallet" }).click();
  await shown().toBe("Once upon a time.");
  await says("Arriving");
  await soon(() => site.page.locator("iframe").count()).toBe(0);
  story.stream.end();
  await says("Complete.");
  expect(await text()).toBe("Once upon a time.");
});

test("credit from elsewhere takes the frame away; what a stranger says does not", async () => {
  await open();
  story.stream.write(`event: payment-need-topup\ndata: {"entitlement":"${entitlement}"}\n\n`);
  await site.page.locator("iframe").waitFor();
  await site.page.evaluate(() => postMessage({ type: "x402-paywall:topped-up" }, "*"));
  await site.page.waitForTimeout(100);
  expect(await site.page.locator("iframe").count()).toBe(1);
  story.stream.write(delta("On"));
  await soon(() => site.page.locator("iframe").count()).toBe(0);
});

test("a stream cannot choose what is framed, nor where the receipt leads", async () => {
  await open();
  const forged = (url: string) => `event: payment-need-topup\ndata: ${JSON.stringify({ topUpUrl: url })}\n\n`;
  story.stream.write(
    forged("https://evil.invalid/x") + forged("/p/other/.topup?entitlement=ent_a") + forged("javascript:1"),
  );
  await says("The balance is used up");
  expect(await site.page.locator("iframe").count()).toBe(0);
  story.stream.end(
    receiptComment({ url: "https://evil.invalid/r" }) + receiptComment({ url: "javascript:alert(1)" }),
  );
  await site.page.getByRole("link", { name: "Receipt of this answer" }).waitFor();
  expect(await site.page.locator("#receipt").getAttribute("href")).toBe("http://localhost:3000/r/rcp_head");
});

test("session-timeout: it ended there, this was charged, and a top-up is still at hand", async () => {
  await open();
  story.stream.write(delta("Once"));
  story.stream.write(
    `event: payment-need-topup\ndata: {"entitlement":"${entitlement}","topUpUrl":"${topUpUrl}"}\n\n`,
  );
  await site.page.locator("iframe").waitFor();
  story.stream.end('event: session-timeout\ndata: {"charged":"0.50"}\n\n');
  await says("It ended here, because the balance was used up. Charged: $0.50.");
  await site.page.locator("#cost", { hasText: "$0.50" }).waitFor();
  expect(await site.page.locator("#asked-note").isVisible()).toBe(false);
  expect(await text()).toBe("Once");
  expect(await button("Start again").isVisible()).toBe(true);
  await site.page.frameLocator("iframe").getByRole("button", { name: "Pay with the sandbox wallet" }).click();
  await says("Topped up. You can start again.");
  expect(await site.page.locator("iframe").count()).toBe(0);
});

test.each([
  ["a comment", (receipt: object) => receiptComment(receipt)],
  ["an event", (receipt: object) => `event: payment-receipt\ndata: ${receiptComment(receipt).slice(18)}`],
  [
    "an event of plain JSON",
    (receipt: object) => `event: payment-receipt\ndata: ${JSON.stringify(receipt)}\n\n`,
  ],
])("the receipt in %s is linked at the end, with what it says was charged", async (_, format) => {
  await open();
  story.stream.write(delta("Once"));
  await shown().toBe("Once");
  expect(await site.page.locator("#receipt").isVisible()).toBe(false);
  story.stream.end(format({ status: "success", url: "http://localhost:3000/r/rcp_tail", charged: "0.0031" }));
  const link = site.page.getByRole("link", { name: "Receipt of this answer" });
  await link.waitFor();
  expect(await link.getAttribute("href")).toBe("http://localhost:3000/r/rcp_tail");
  await site.page.getByText("$0.0031").waitFor();
  expect(await text()).toBe("Once");
});

test("402: what is wrong, and a link to reload and pay", async () => {
  story.refusal = [402, { title: "Payment required", detail: "This costs $0.50.", status: 402 }];
  await open();
  await says("Payment required. This costs $0.50.");
  const link = site.page.getByRole("link", { name: "Reload and pay" });
  expect(await link.getAttribute("href")).toBe("/p/story/v1/story?tokens=400");
  expect(await site.page.locator("#start").isVisible()).toBe(false);
});

test("402 for an empty balance: topped up in the page, it starts by itself", async () => {
  story.refusal = [402, { title: "The payment is too small", entitlement, topUpUrl, balance: "0.00" }];
  await open();
  await says("The payment is too small.");
  await site.page.getByRole("heading", { name: "The balance is used up" }).waitFor();
  expect(await site.page.locator("#pay").isVisible()).toBe(false);
  story.refusal = null;
  await site.page.frameLocator("iframe").getByRole("button", { name: "Pay with the sandbox wallet" }).click();
  await soon(() => story.streams.length).toBe(1);
  story.stream.end(delta("Once"));
  await says("Complete.");
  expect(await text()).toBe("Once");
});

test("a refusal is shown in its words, a broken connection as one, and an error of the service", async () => {
  story.refusal = [502, { title: "The upstream failed", detail: "<i>You were not charged.</i>" }];
  await open();
  await says("The upstream failed. <i>You were not charged.</i>");
  story.refusal = null;
  await button("Start again").click();
  await soon(() => story.streams.length).toBe(1);
  story.stream.write(delta("Once"));
  await shown().toBe("Once");
  story.stream.destroy();
  await says("The connection broke off.");
  expect(await text()).toBe("Once");
  await button("Start again").click();
  await soon(() => story.streams.length).toBe(2);
  story.stream.end('data: {"error":{"message":"overloaded"}}\n\n');
  await says("The service reported an error: overloaded");
});

test("offline is said, and nothing starts by itself when the connection is back", async () => {
  await open();
  story.stream.end();
  await says("Complete.");
  await site.page.context().setOffline(true);
  await button("Start again").click();
  await says("You are offline.");
  await site.page.context().setOffline(false);
  await site.page.waitForTimeout(300);
  expect(story.streams).toHaveLength(1);
});

test("without a script, there is a link", async () => {
  const context = await site.browser.newContext({ javaScriptEnabled: false });
  const plain = await context.newPage();
  await plain.goto(`${site.base}/p/story/v1/story`);
  expect(await plain.getByRole("link", { name: "Open the stream itself" }).isVisible()).toBe(true);
  expect(await plain.locator("button:visible").count()).toBe(0);
  await context.close();
});

test("on a phone nothing is wider than the screen, and Stop stays in view while the text grows", async () => {
  await site.page.setViewportSize({ width: 390, height: 700 });
  await open();
  story.stream.write(delta(`${"word ".repeat(2000)}${"x".repeat(600)}`));
  await shown().toContain("xxx");
  const wide = await site.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(wide).toBe(false);
  const box = await button("Stop").boundingBox();
  expect((box?.y ?? 9999) + (box?.height ?? 0)).toBeLessThanOrEqual(700);
});
