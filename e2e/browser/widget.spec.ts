import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { ExactEvmScheme } from "@x402/evm/exact/server";
import { paymentMiddleware, x402ResourceServer } from "@x402/express";
import { expect, test } from "@playwright/test";
import { createPaywall } from "@x402-paywall/express";
import express from "express";
import { writeWidget } from "../../packages/widget/bundle.ts";
import { getInstance } from "../instance.ts";
import { readExample } from "../packages/readme-example.ts";

const { appUrl } = getInstance();
const widgetFolder = join(import.meta.dirname, "..", "..", "packages", "widget");
const servers: Server[] = [];

/** Listens on a free port; a test's servers are closed after it. */
async function listen(build: (origin: string) => RequestListener): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`;
  server.on("request", build(origin));
  servers.push(server);
  return origin;
}

test.afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A static page of an origin of its own, with the file that the instance serves. */
function startPage(body: string): Promise<string> {
  return listen(() => (_request, response) => {
    response
      .writeHead(200, { "Content-Type": "text/html" })
      .end(
        `<!doctype html><title>A page</title><script src="${appUrl}/w.js" data-intercept></script>${body}`,
      );
  });
}

/** An application that sells with our Express adapter. */
function startExpress(): Promise<string> {
  return listen((origin) => {
    const app = express();
    const routes = { "GET /weather": "$0.01", "GET /story": "$0.02" } as const;
    app.use(createPaywall({ secret: "widget-spec-secret-0123456789-abcdef", url: origin, routes }));
    app.get("/weather", (_request, response) => void response.json({ city: "Lisbon", celsius: 21 }));
    app.get("/story", (_request, response) => {
      response.type("text/event-stream");
      response.write('data: {"choices":[{"delta":{"content":"Once upon "}}]}\n\n');
      setTimeout(() => response.end('data: {"choices":[{"delta":{"content":"a time."}}]}\n\n'), 300);
    });
    return app;
  });
}

const payTo = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";

/** Somebody else's server: `@x402/express` as its documentation sets it up. Its facilitator is never asked to settle. */
function startOfficial(headers: Readonly<Record<string, string>>, body: string): Promise<string> {
  const network = "eip155:84532";
  const refuse = (): Promise<never> => Promise.reject(new Error("Nobody pays here"));
  const facilitator = new x402ResourceServer({
    verify: refuse,
    settle: refuse,
    getSupported: () =>
      Promise.resolve({ kinds: [{ x402Version: 2, scheme: "exact", network }], extensions: [], signers: {} }),
  }).register(network, new ExactEvmScheme());
  const accepts = { scheme: "exact", price: "$0.25", network, payTo } as const;
  return listen(() => {
    const app = express();
    app.get("/", (_request, response) => {
      response.send(`<!doctype html><script src="${appUrl}/w.js"></script>${body}`);
    });
    app.use((_request, response, next) => {
      response.set(headers);
      next();
    });
    app.use(paymentMiddleware({ "GET /forecast": { accepts, description: "Ten days ahead" } }, facilitator));
    app.get("/forecast", (_request, response) => void response.json({ days: 10 }));
    return app;
  });
}

test("on a static page, against an Express application: paid in place, answer and receipt", async ({
  page,
}) => {
  const shop = await startExpress();
  await page.goto(await startPage(`<x402-paywall auto src="${shop}/weather"></x402-paywall>`));
  const widget = page.locator("x402-paywall");
  await expect(widget.getByText("$0.01", { exact: true })).toBeVisible();
  await widget.getByRole("button", { name: "Pay with the sandbox wallet" }).click();
  await expect(widget.locator("pre")).toContainText('"city": "Lisbon"');
  await expect(widget.getByRole("link", { name: "Receipt" })).toHaveAttribute("href", /\/rcp_[\w-]{22}$/);
  // What was bought stays in this browser.
  await page.reload();
  await expect(widget.locator("pre")).toContainText('"city": "Lisbon"');
});

test("paid in another wallet, the page of another origin notices it and goes on", async ({ page }) => {
  const shop = await startExpress();
  await page.goto(await startPage(`<x402-paywall auto src="${shop}/weather"></x402-paywall>`));
  const widget = page.locator("x402-paywall");
  const bolt11 = await widget.getByLabel("Lightning invoice", { exact: true }).inputValue();
  await fetch(`${shop}/.paywall/sandbox/pay`, { method: "POST", body: JSON.stringify({ bolt11 }) });
  await expect(widget.locator("pre")).toContainText('"city": "Lisbon"');
});

test("a link of the page opens the dialog, and a stream streams in it", async ({ page }) => {
  const shop = await startExpress();
  await page.goto(await startPage(`<a data-x402 href="${shop}/story">Tell me a story</a>`));
  await page.getByRole("link", { name: "Tell me a story" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("$0.02", { exact: true })).toBeVisible();
  await dialog.getByRole("button", { name: "Pay with the sandbox wallet" }).click();
  await expect(dialog.locator(".words")).toHaveText("Once upon a time.");
  await expect(dialog.getByText("Complete.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});

test("paywallFetch gives the page the paid answer", async ({ page }) => {
  const shop = await startExpress();
  await page.goto(await startPage(""));
  const answer = page.evaluate(async (url) => {
    const { paywallFetch } = Reflect.get(window, "x402Paywall");
    const response: Response = await paywallFetch(url);
    return [response.status, await response.json()];
  }, `${shop}/weather`);
  await page.getByRole("button", { name: "Pay with the sandbox wallet" }).click();
  expect(await answer).toEqual([200, { city: "Lisbon", celsius: 21 }]);
});

test("the README's example: a static page and its server, and the payment page for browsers without script", async ({
  page,
  browser,
}, testInfo) => {
  await writeWidget(join(widgetFolder, "dist", "w.js"));
  const file = testInfo.outputPath("readme-example.ts");
  await writeFile(file, readExample(await readFile(join(widgetFolder, "README.md"), "utf8")).code);
  const program = spawn(process.execPath, ["--conditions=source", file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const url = await firstMatch(program, /Open (http:\S+)/);
    await page.goto(url);
    await page.getByRole("button", { name: "Pay with the sandbox wallet" }).click();
    await expect(page.locator("x402-paywall pre")).toContainText('"celsius": 21');
    const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await plain.goto(url);
    await plain.getByRole("link", { name: "Pay a cent for the weather" }).click();
    await expect(plain.getByRole("button", { name: "I have paid" })).toBeVisible();
  } finally {
    program.kill();
  }
});

/** Waits until a program prints it. */
async function firstMatch(
  program: ChildProcessByStdio<null, Readable, null>,
  pattern: RegExp,
): Promise<string> {
  let output = "";
  for await (const chunk of program.stdout) {
    output += String(chunk);
    const [, found] = pattern.exec(output) ?? [];
    if (found !== undefined) return found;
  }
  throw new Error(`It ended, and printed only: ${output}`);
}

test("a 402 of the official x402 server is shown and explained, though it cannot be paid here", async ({
  page,
}) => {
  await page.goto(await startOfficial({}, `<x402-paywall auto src="/forecast"></x402-paywall>`));
  const widget = page.locator("x402-paywall");
  await expect(widget.getByText("Ten days ahead")).toBeVisible();
  await expect(widget.getByText("$0.25", { exact: true })).toBeVisible();
  await expect(widget.getByText("0.25 USDC")).toBeVisible();
  await expect(widget.getByText("Base Sepolia (test)")).toBeVisible();
  await expect(widget.getByTitle(payTo)).toBeVisible();
  await expect(widget.getByText("An agent that speaks x402 pays this by itself")).toBeVisible();
  await expect(widget.getByRole("button")).toHaveCount(0);
});

test("one that lets other sites read nothing but its status is explained too", async ({ page }) => {
  const shop = await startOfficial({ "Access-Control-Allow-Origin": "*" }, "");
  await page.goto(await startPage(`<x402-paywall auto src="${shop}/forecast"></x402-paywall>`));
  const widget = page.locator("x402-paywall");
  await expect(widget.getByText("lets no other site read its offers")).toBeVisible();
  await expect(widget.getByRole("link", { name: "Open it there" })).toHaveAttribute(
    "href",
    `${shop}/forecast`,
  );
});
