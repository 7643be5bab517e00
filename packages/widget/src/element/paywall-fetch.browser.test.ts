import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { useElement } from "../../cases/use-element.ts";

const t = useElement();

/** Calls `paywallFetch` in the page, and leaves what becomes of it on the window. */
async function call(init = "{}", path = "/p/weather"): Promise<void> {
  await t.page.evaluate(
    ([url, options]) => {
      const { paywallFetch } = Reflect.get(window, "x402Paywall");
      const note = (name: string, value: unknown) => Reflect.set(window, name, value);
      note("outcome", undefined);
      Reflect.set(window, "stopper", new AbortController());
      const signal = Reflect.get(window, "stopper").signal;
      paywallFetch(url, { ...JSON.parse(options ?? "{}"), signal }).then(
        async (answer: Response) => {
          note("code", answer.status);
          note("chunks", []);
          const reader = answer.body?.getReader();
          for (;;) {
            const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
            if (done) break;
            Reflect.get(window, "chunks").push(new TextDecoder().decode(value));
          }
          note("outcome", "read");
        },
        (error: Error & { code?: string; paid?: boolean }) =>
          note("outcome", `${error.name} ${error.code ?? ""} ${error.paid ?? ""}`.trim()),
      );
    },
    [`${t.shop.base}${path}`, init] as const,
  );
}

const read = (name: string) => t.page.evaluate((key) => Reflect.get(window, key), name);
const outcome = () => expect.poll(() => read("outcome"), { timeout: 5000 });
const dialog = () => t.page.getByRole("dialog", { name: "Payment" });

test("on a 402 the dialog lets the person pay, and the paid answer is returned untouched: a stream streams", async () => {
  let stream: ServerResponse | undefined;
  t.shop.content = (response) => {
    stream = response;
    response.writeHead(200, { "Content-Type": "text/event-stream" }).write("data: one\n\n");
  };
  await t.open("<p>A page</p>");
  await call();
  await t.pay.click();
  await expect.poll(() => read("chunks")).toEqual(["data: one\n\n"]);
  expect(await dialog().count()).toBe(0);
  stream?.end("data: two\n\n");
  await outcome().toBe("read");
  expect(await read("chunks")).toEqual(["data: one\n\n", "data: two\n\n"]);
  expect(t.shop.seen.at(-1)?.authorization).toMatch(/^L402 /);
});

test("each request is paid for itself, and what buys more is not asked for again", async () => {
  await t.open("");
  await call();
  await t.pay.click();
  await outcome().toBe("read");
  t.shop.paidHeaders = {
    "Paywall-Access-Token": "pw_good",
    "Paywall-Expires": new Date(Date.now() + 60_000).toISOString(),
  };
  await call();
  await t.pay.click();
  await outcome().toBe("read");
  await call("{}", "/p/other");
  await outcome().toBe("read");
  expect(t.shop.seen.at(-1)).toMatchObject({ path: "/p/other", authorization: "Bearer pw_good" });
});

test("what is no 402 is passed on, whatever it is", async () => {
  await t.page.route("**/p/weather", (route) =>
    route.fulfill({ status: 404, headers: { "access-control-allow-origin": "*" }, body: "no" }),
  );
  await t.open("");
  await call();
  await outcome().toBe("read");
  expect([await read("code"), await dialog().count()]).toEqual([404, 0]);
});

test.each([
  ["ESC", () => t.page.keyboard.press("Escape")],
  ["its button", () => t.page.getByRole("button", { name: "Close" }).click()],
  ["a press beside it", () => t.page.mouse.click(3, 3)],
])("closed by %s: an AbortError with a code of ours, and the focus is back", async (_, close) => {
  await t.open('<button id="opener">Open</button>');
  await t.page.locator("#opener").focus();
  await call();
  await t.state("Waiting for your payment");
  await close();
  await outcome().toBe("AbortError payment_cancelled false");
  expect(await t.page.evaluate(() => document.activeElement?.id)).toBe("opener");
  expect(await dialog().count()).toBe(0);
});

test("the caller's signal closes it too, with its own reason", async () => {
  await t.open("");
  await call();
  await t.state("Waiting for your payment");
  await t.page.evaluate(() =>
    Reflect.get(window, "stopper").abort(new DOMException("Enough", "TimeoutError")),
  );
  await outcome().toBe("TimeoutError 23");
  expect(await dialog().count()).toBe(0);
});

test("the focus stays inside, and the offer is announced", async () => {
  await t.open('<button id="outside">Outside</button>');
  await call();
  await t.state("Waiting for your payment");
  for (let press = 0; press < 12; press++) {
    await t.page.keyboard.press("Tab");
    expect(await t.page.evaluate(() => document.activeElement?.id)).not.toBe("outside");
  }
  expect(await t.page.locator("#state").getAttribute("aria-live")).toBe("polite");
  expect(await dialog().getAttribute("aria-label")).toBe("Payment");
});

test("while money is on its way ESC does not close; the button does, and the payment stays good", async () => {
  t.shop.refusals = Array.from(
    { length: 9 },
    () => [409, { code: "in_progress" }, { "Retry-After": "1" }] as const,
  );
  await t.open("");
  await call();
  await t.pay.click();
  await t.state("do not pay again");
  await t.page.keyboard.press("Escape");
  await t.page.waitForTimeout(100);
  expect(await dialog().count()).toBe(1);
  await t.page.getByRole("button", { name: "Close" }).click();
  await outcome().toBe("AbortError payment_cancelled true");
  t.shop.refusals = [];
  await call();
  await outcome().toBe("read");
  expect([...t.shop.invoices.values()].filter((invoice) => invoice.paid)).toHaveLength(1);
});

test("a body goes along, and an Authorization of the caller stays where it is", async () => {
  t.shop.wires = ["l402", "mpp"];
  await t.open("");
  await call('{"method":"POST","body":"x=1","headers":{"Authorization":"Bearer mine"}}');
  await t.pay.click();
  await outcome().toBe("read");
  const last = t.shop.seen.at(-1);
  expect([last?.method, last?.body, last?.authorization]).toEqual(["POST", "x=1", "Bearer mine"]);
  expect(last?.payment).toMatch(/^Payment /);
});
