import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { launchBrowser } from "../../../e2e/browser.ts";

export interface TestPage {
  readonly page: Page;
  /** Origin of the test's server, whose port is its own. */
  readonly base: string;
  readonly browser: Browser;
}

/** A browser for the file; for each test a server and a page, on which no script may fail and no policy be broken. */
export function usePage(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): TestPage {
  let browser: Browser;
  let server: Server;
  let page: Page;
  let base = "";
  let complaints: string[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    server = createServer((request, response) => void answer(request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    base = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
    page = await browser.newPage();
    complaints = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (/Content Security Policy/.test(message.text())) complaints.push(message.text());
    });
    page.on("dialog", (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  });
  afterEach(async () => {
    await page.close();
    server.closeAllConnections();
    server.close();
    expect(complaints).toEqual([]);
  });
  return {
    get page() {
      return page;
    },
    get base() {
      return base;
    },
    get browser() {
      return browser;
    },
  };
}

export function replyJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
}

export function replyPage(
  response: ServerResponse,
  status: number,
  { html, csp }: { readonly html: string; readonly csp: string },
): void {
  response
    .writeHead(status, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": csp })
    .end(html);
}
