import type { IncomingMessage, ServerResponse } from "node:http";
import type { PaymentPageInput, StreamPageInput } from "@x402-paywall/core";
import { renderPaymentPage, renderStreamPage } from "../src/index.ts";
import { pageInput, quoteOf, streamInput } from "./page-inputs.ts";
import { replyJson, replyPage } from "./use-page.ts";

export const entitlement = "ent_0123456789abcdefghijkl";
export const topUpUrl = `https://content.example/p/story/.topup?entitlement=${entitlement}&amount=0.50`;

/** A content origin with one paid stream, whose chunks a test sends by hand. */
export class StreamSite {
  input: Partial<StreamPageInput> = {};
  topUp: Partial<PaymentPageInput> = {};
  info: object = { entitlement, kind: "balance", balance: "0.50", held: "0.00", spent: "0.10" };
  infoAsked = 0;
  /** In place of the stream. */
  refusal: readonly [status: number, body: object] | null = null;
  headers: Record<string, string> = {
    "Payment-Receipt-Url": "http://localhost:3000/r/rcp_head",
    "Content-Type": "text/event-stream",
  };
  readonly streams: ServerResponse[] = [];
  readonly accepts: (string | undefined)[] = [];
  closed = 0;
  onTopUp: () => void = () => undefined;

  /** The last stream that was asked for. */
  get stream(): ServerResponse {
    const last = this.streams.at(-1);
    if (last === undefined) throw new Error("Nobody asked for the stream");
    return last;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url ?? "/", "http://x");
    const body = Buffer.concat(await request.toArray()).toString();
    if (pathname === "/p/story/.info") {
      this.infoAsked++;
      return replyJson(response, 200, this.info);
    }
    if (pathname === "/wallet") return replyJson(response, 200, { preimage: "cd".repeat(32) });
    if (pathname === "/p/story/.status") return replyJson(response, 200, { state: "awaiting" });
    if (pathname === "/p/story/.unlock") {
      this.onTopUp();
      return void response.writeHead(body === "" ? 400 : 204).end();
    }
    if (pathname === "/p/story/.topup")
      return replyPage(response, 402, this.#topUpPage(pathname + search, request));
    if (request.headers.accept?.includes("text/html") === true)
      return replyPage(response, 200, renderStreamPage(streamInput(this.input)));
    this.#openStream(request, response);
  }

  #openStream(request: IncomingMessage, response: ServerResponse): void {
    this.accepts.push(request.headers.accept);
    if (this.refusal !== null) return replyJson(response, this.refusal[0], this.refusal[1]);
    response.writeHead(200, this.headers).flushHeaders();
    response.on("close", () => {
      if (!response.writableFinished) this.closed++;
    });
    this.streams.push(response);
  }

  #topUpPage(resourcePath: string, { headers }: IncomingMessage) {
    return renderPaymentPage(
      pageInput({
        title: "A story, told to you",
        quote: quoteOf({ kind: "balance", seconds: 2_592_000, into: entitlement }, 500_000n),
        chooseUrl: "/p/story/.pay",
        resourcePath,
        statusUrl: "/p/story/.status",
        unlockUrl: "/p/story/.unlock",
        sandboxPayUrl: `http://${headers.host}/wallet`,
        ...this.topUp,
      }),
    );
  }
}

/** A chunk of a chat completion. */
export function delta(content: string): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
}

export function receiptComment(receipt: object): string {
  return `: payment-receipt ${Buffer.from(JSON.stringify(receipt)).toString("base64url")}\n\n`;
}
