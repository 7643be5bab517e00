import { once } from "node:events";
import { createServer, request } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { NodeResponseSink, sendAnswer } from "./response-sink.ts";

const connection = { hasBody: false, awaitsContinue: () => false, isClosing: () => false };
const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const twice = Buffer.concat([everyByte, everyByte]);

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

interface Answered {
  readonly body: Buffer;
  /** Writes to the socket that were not empty. */
  readonly writes: number;
}

async function exchange(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Answered> {
  let writes = 0;
  const server = createServer((incoming, response) => {
    const { socket } = response;
    const write = socket?.write.bind(socket);
    if (socket !== null && write !== undefined) {
      socket.write = (chunk: string | Uint8Array, ...rest: never[]) => {
        if (chunk.length > 0) writes++;
        return write(chunk, ...rest);
      };
    }
    answer(incoming, response);
  });
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const asked = request({ host: "127.0.0.1", port, agent: false }).end();
  const [received]: IncomingMessage[] = await once(asked, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of received ?? []) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return { body: Buffer.concat(chunks), writes };
}

const head = (length: number) => ({ status: 200, headers: [["Content-Length", String(length)]] as const });

describe("sendAnswer", () => {
  it("writes head and body at once, byte for byte", async () => {
    const { body, writes } = await exchange((incoming, response) =>
      sendAnswer(incoming, response, { head: head(256), body: everyByte }, connection),
    );
    expect(body).toEqual(Buffer.from(everyByte));
    expect(writes).toBe(1);
  });

  it("sends a view of a larger buffer, and what is too long to be copied", async () => {
    for (const bytes of [twice.subarray(7, 300), Buffer.alloc(40_000, twice)]) {
      const { body } = await exchange((incoming, response) =>
        sendAnswer(incoming, response, { head: head(bytes.length), body: bytes }, connection),
      );
      expect(body.equals(bytes)).toBe(true);
    }
  });
});

describe("NodeResponseSink", () => {
  it("writes a small answer that is there at once in one piece", async () => {
    const { body, writes } = await exchange((incoming, response) => {
      const sink = new NodeResponseSink(incoming, response, connection);
      sink.head(head(256));
      expect(sink.write(everyByte)).toBe(true);
      sink.end();
    });
    expect(body).toEqual(Buffer.from(everyByte));
    expect(writes).toBe(1);
  });

  it("holds a first chunk back no longer than what came with it", async () => {
    let received = 0;
    const { body } = await exchange((incoming, response) => {
      const sink = new NodeResponseSink(incoming, response, connection);
      sink.head({ status: 200, headers: [] });
      sink.write(everyByte);
      setImmediate(() => {
        received = response.socket?.bytesWritten ?? 0;
        sink.end();
      });
    });
    expect(received).toBeGreaterThan(256);
    expect(body).toEqual(Buffer.from(everyByte));
  });

  it("keeps the order of chunks, small and large, at once and later", async () => {
    const large = Buffer.alloc(70_000, everyByte);
    const { body } = await exchange((incoming, response) => {
      const sink = new NodeResponseSink(incoming, response, connection);
      sink.head({ status: 200, headers: [] });
      for (const chunk of [everyByte, Buffer.from("b"), large, everyByte]) sink.write(chunk);
      setImmediate(() => {
        sink.write(Buffer.from("z"));
        sink.end();
      });
    });
    expect(
      body.equals(Buffer.concat([everyByte, Buffer.from("b"), large, everyByte, Buffer.from("z")])),
    ).toBe(true);
  });
});
