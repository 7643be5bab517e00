import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { MessageReader } from "./postgres-messages.ts";

/**
 * `after`: the statement is committed and its reply is dropped with the connection; `before`: the statement never
 * arrives.
 */
export interface Cut {
  readonly statement: string;
  readonly when: "before" | "after";
}

/** A TCP proxy between gateways and Postgres that knows where one statement ends. */
export interface PostgresProxy {
  readonly url: string;
  /** The next execution of that statement is cut; resolves when it was, rejects where nobody runs it in time. */
  cut(cut: Cut, withinMs: number): Promise<void>;
  stop(): Promise<void>;
}

interface Armed extends Cut {
  readonly done: () => void;
}

export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const state: { armed: Armed | undefined } = { armed: undefined };
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.once("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    relay(client, upstream, state);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = new URL(databaseUrl);
  url.port = String(typeof address === "object" && address !== null ? address.port : 0);
  return {
    url: url.href,
    cut: (cut, withinMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          state.armed = undefined;
          reject(new Error(`Nobody ran ${cut.statement} within ${withinMs} ms`));
        }, withinMs);
        const done = (): void => {
          clearTimeout(timer);
          resolve();
        };
        state.armed = { ...cut, done };
      }),
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function relay(client: Socket, upstream: Socket, state: { armed: Armed | undefined }): void {
  const end = (): void => {
    client.destroy();
    upstream.destroy();
  };
  // The statement whose reply is to be dropped.
  let dropping: Armed | undefined;
  const requests = new MessageReader(true);
  const replies = new MessageReader(false);
  client.on("data", (bytes: Buffer) => {
    for (const { type, body } of requests.push(bytes)) {
      const { armed } = state;
      if (type !== "B" || armed === undefined || statementOf(body) !== armed.statement) continue;
      state.armed = undefined;
      if (armed.when === "after") dropping = armed;
      else {
        end();
        armed.done();
        return;
      }
    }
    upstream.write(bytes);
  });
  upstream.on("data", (bytes: Buffer) => {
    const messages = replies.push(bytes);
    if (dropping === undefined) {
      client.write(bytes);
      return;
    }
    // Postgres says that it is ready again only after the commit.
    if (!messages.some(({ type }) => type === "Z")) return;
    dropping.done();
    end();
  });
}

/**
 * Name of the statement that a Bind message executes: it follows the portal's, both end with a zero. A number at its end
 * only says which plan it is.
 */
function statementOf(body: Buffer): string {
  const portalEnd = body.indexOf(0);
  const end = body.indexOf(0, portalEnd + 1);
  return body.toString("utf8", portalEnd + 1, end).replace(/-\d+$/, "");
}
