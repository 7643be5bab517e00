import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { delta } from "../../cases/stream-site.ts";
import { useElement } from "../../cases/use-element.ts";

const t = useElement();

/** Opens the element and pays; the answer is the test's. */
async function buy(content: (response: ServerResponse) => void): Promise<void> {
  t.shop.content = content;
  await t.open(`<x402-paywall auto remember="no" src="${t.shop.base}/p/thing.bin"></x402-paywall>`);
  await t.pay.click();
}

const reply = (type: string, body: string | Buffer) => (response: ServerResponse) =>
  void response.writeHead(200, { "Content-Type": type }).end(body);

test("a stream: text as it arrives, copied at the end", async () => {
  let stream: ServerResponse | undefined;
  await buy((response) => {
    stream = response;
    response.writeHead(200, { "Content-Type": "text/event-stream" }).write(delta("Once "));
  });
  await t.page.locator(".words p", { hasText: "Once" }).waitFor();
  await t.state("Arriving");
  stream?.end(`${delta("<b>upon</b>")}data: [DONE]\n\n`);
  await t.state("Complete.");
  expect(await t.page.locator(".words p").textContent()).toBe("Once <b>upon</b>");
  expect(await t.page.getByRole("button", { name: "Copy" }).isVisible()).toBe(true);
});

test("Stop closes the connection and keeps the text", async () => {
  let closed = 0;
  await buy((response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" }).write(delta("Once"));
    response.on("close", () => closed++);
  });
  await t.page.locator(".words p").waitFor();
  await t.page.getByRole("button", { name: "Stop" }).click();
  await t.state("You stopped it.");
  await expect.poll(() => closed).toBe(1);
  expect(await t.page.locator(".words p").textContent()).toBe("Once");
});

test("a connection that breaks off is told, and what arrived stays", async () => {
  await buy((response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" }).write(delta("Once"));
    setTimeout(() => response.destroy(), 200);
  });
  await t.state("The connection broke off");
  expect(await t.page.locator(".words p").textContent()).toBe("Once");
});

test("run dry: a top-up of this very entitlement can be paid, and the stream goes on", async () => {
  let stream: ServerResponse | undefined;
  const entitlement = "ent_0123456789abcdefghijkl";
  const need = (url: string) => `event: payment-need-topup\ndata: ${JSON.stringify({ topUpUrl: url })}\n\n`;
  await buy((response) => {
    if (response.req.url?.startsWith("/topup") === true) {
      stream?.end(delta("a time."));
      return void response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
    }
    stream = response;
    const head = { "Content-Type": "text/event-stream", "Paywall-Entitlement": entitlement };
    response.writeHead(200, head).write(delta("Once upon "));
    response.write(need("https://evil.invalid/topup") + need("/topup?entitlement=ent_another"));
  });
  await t.state("The balance is used up");
  expect(await t.page.getByRole("button", { name: "Top up" }).isVisible()).toBe(false);
  stream?.write(need(`/topup?entitlement=${entitlement}`));
  await t.page.getByRole("button", { name: "Top up" }).click();
  await t.pay.click();
  await t.page.locator(".words p", { hasText: "Once upon a time." }).waitFor();
  await t.state("Complete.");
});

test("a page of a stranger is shown without its scripts, and cannot reach ours", async () => {
  await buy(reply("text/html", "<h1>Hello</h1><script>parent.hacked = true</script>"));
  const frame = t.page.locator("iframe");
  await frame.waitFor();
  expect(await frame.getAttribute("sandbox")).toBe("");
  await t.page.frameLocator("iframe").getByRole("heading", { name: "Hello" }).waitFor();
  expect(await t.page.evaluate(() => Reflect.get(window, "hacked"))).toBeUndefined();
});

test("a picture is a picture, plain text is text", async () => {
  const pixel = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );
  await buy(reply("image/png", pixel));
  await t.page.locator("#answer img").waitFor();
  await buy(reply("text/plain; charset=utf-8", "12 °C <i>"));
  await t.page.locator(".words p", { hasText: "12 °C <i>" }).waitFor();
});

test("a file is saved under its name", async () => {
  const saved = t.page.waitForEvent("download");
  await buy(reply("application/octet-stream", Buffer.alloc(3_400_000, 1)));
  expect((await saved).suggestedFilename()).toBe("thing.bin");
  await t.state("Complete: 3.4MB");
});

test("JSON that is none is shown as it is; nothing at all is said to be nothing", async () => {
  await buy(reply("application/json", '{"a": <script>alert(1)</script>'));
  await t.page.locator("pre", { hasText: '{"a": <script>' }).waitFor();
  await buy((response) => void response.writeHead(204).end());
  await t.state("The answer has no content.");
});

test("keys, texts and numbers of JSON look different", async () => {
  await buy(reply("application/json", '{"key":"a \\"text\\": 1","n":-1.5e3,"ok":null}'));
  await t.page.locator("pre").waitFor();
  const parts = await t.page
    .locator("pre span")
    .evaluateAll((spans) => spans.map((one) => `${one.className} ${one.textContent}`));
  expect(parts).toEqual([
    'key "key"',
    'text "a \\"text\\": 1"',
    'key "n"',
    "value -1500",
    'key "ok"',
    "value null",
  ]);
});
