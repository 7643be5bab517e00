import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { UsageReport } from "../embed/index.ts";
import { answerAdapterApp } from "./adapter-app.ts";

/** The suite's application on Node's own objects: the head by `writeHead`, the body by `write`, at the reader's speed. */
export async function serveAdapterApp(
  request: IncomingMessage,
  response: ServerResponse,
  usage: UsageReport,
): Promise<void> {
  const { method = "GET", url = "/" } = request;
  const body = method === "GET" || method === "HEAD" ? null : Readable.toWeb(request);
  const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[name, value]] : [],
  );
  const init = { method, headers, body, duplex: "half" } as unknown as RequestInit;
  const answer = await answerAdapterApp(new Request(`http://app${url}`, init), usage);
  const lines = [...answer.headers].flat();
  response.writeHead(answer.status, lines);
  await pipe(answer, response);
}

async function pipe({ body }: Response, response: ServerResponse): Promise<void> {
  const reader = body?.getReader();
  response.on("close", () => void reader?.cancel().catch(() => undefined));
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done || value === undefined) break;
      if (!response.write(value) && !response.destroyed)
        await Promise.race([once(response, "drain"), once(response, "close")]);
    }
    response.end();
  } catch {
    response.destroy();
  }
}
