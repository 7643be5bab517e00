import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { NotSentError } from "../http-send.ts";
import { listen } from "../testing/listen.ts";
import { createHttpSend } from "./create-http-send.ts";

const sender = createHttpSend();
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  return listen(server);
}

const post = { method: "POST", body: "{}", timeoutMs: 200 } as const;

describe("createHttpSend", () => {
  it("sends the target as it is, and reads the whole answer", async () => {
    let seen: IncomingMessage | undefined;
    const url = await serve((request, response) => {
      seen = request;
      response.writeHead(429, { "Retry-After": "7" });
      response.write('{"é":');
      setTimeout(() => response.end("1}"), 20);
    });
    const answer = await sender.send({ ...post, url: `${url}/status/a%2Fb%3A1?x=%20` });
    expect(answer).toEqual({ status: 429, body: '{"é":1}', retryAfter: "7" });
    expect(seen?.url).toBe("/status/a%2Fb%3A1?x=%20");
    expect(seen?.headers).toMatchObject({ "content-type": "application/json", "content-length": "2" });
  });

  it("sends the headers of a service beside its own", async () => {
    let seen: IncomingMessage | undefined;
    const url = await serve((request, response) => {
      seen = request;
      response.end("{}");
    });
    await sender.send({ ...post, url, headers: { Authorization: "Bearer abc" } });
    expect(seen?.headers).toMatchObject({ authorization: "Bearer abc", accept: "application/json" });
  });

  it("tells a request that nobody has seen from one that may have had its effect", async () => {
    const url = await serve((request) => void request.socket.resetAndDestroy());
    await expect(sender.send({ ...post, url })).rejects.not.toBeInstanceOf(NotSentError);
    server?.close();
    await expect(sender.send({ ...post, url })).rejects.toBeInstanceOf(NotSentError);
    const nowhere = { ...post, url: "http://nowhere.invalid/", timeoutMs: 2_000 };
    await expect(sender.send(nowhere)).rejects.toBeInstanceOf(NotSentError);
  });

  it("follows no redirect", async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked++;
      response.writeHead(307, { Location: "/elsewhere" }).end();
    });
    expect(await sender.send({ ...post, url })).toMatchObject({ status: 307 });
    expect(asked).toBe(1);
  });

  it.each<[string, RequestListener]>([
    ["silence", () => undefined],
    ["silence after the head", (_, response) => response.writeHead(200).flushHeaders()],
    ["a drip", (_, response) => void setInterval(() => response.write("x"), 20).unref()],
    ["a reset", (request) => void request.socket.resetAndDestroy()],
    [
      "a cut body",
      (request, response) => {
        response.writeHead(200, { "Content-Length": 10 });
        response.write("12345", () => request.socket.destroy());
      },
    ],
    ["an endless body", (_, response) => void response.end("x".repeat(70_000))],
    ["garbage", (request) => void request.socket.end("\0\0 nothing\r\n\r\n")],
  ])("rejects for %s, in time, and asks once", async (_name, listener) => {
    let asked = 0;
    const url = await serve((request, response) => {
      asked++;
      listener(request, response);
    });
    const started = performance.now();
    await expect(sender.send({ ...post, url })).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(1500);
    expect(asked).toBe(1);
  });

  it("rejects where nobody listens", async () => {
    const url = await serve(() => undefined);
    await new Promise((resolve) => server?.close(resolve));
    await expect(sender.send({ ...post, url })).rejects.toThrow();
  });
});
