import { Agent } from "undici";
import type { buildConnector } from "undici";
import { type HttpSend, NotSentError } from "../http-send.ts";

const MAX_ANSWER_BYTES = 65_536;

export interface HttpSender {
  readonly send: HttpSend;
  /** Waits for what is under way; then closes all sockets. */
  close(): Promise<void>;
}

export interface HttpSendOptions {
  /** Opens the sockets, where not just any address will do: `createConnector` of the policy for URLs of users. */
  readonly connect?: buildConnector.connector;
}

/**
 * {@link HttpSend} on undici, for addresses that the operator set (a sandbox facilitator on loopback, say): without a
 * connector they do not go through the policy for URLs of users. Rejects for answers above their limit.
 */
export function createHttpSend({ connect }: HttpSendOptions = {}): HttpSender {
  const agent = new Agent({ connections: 64, pipelining: 1, ...(connect === undefined ? {} : { connect }) });
  return {
    send: async ({ method, url, headers, body, contentType, timeoutMs, maxBytes = MAX_ANSWER_BYTES }) => {
      const { origin, pathname, search } = new URL(url);
      const answer = await agent
        .request({
          origin,
          path: pathname + search,
          method,
          headers: {
            ...headers,
            accept: "application/json",
            ...(body === undefined ? {} : { "content-type": contentType ?? "application/json" }),
          },
          body: body ?? null,
          signal: AbortSignal.timeout(timeoutMs),
        })
        .catch((error: unknown) => {
          throw isUnconnected(error) ? new NotSentError("No connection", { cause: error }) : error;
        });
      const text = await readText(answer.body, maxBytes);
      const retryAfter = answer.headers["retry-after"];
      return {
        status: answer.statusCode,
        body: text,
        ...(typeof retryAfter === "string" ? { retryAfter } : {}),
      };
    },
    close: () => agent.close(),
  };
}

/** Of a connection that was never there; one that broke may have carried the request. */
const UNCONNECTED: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function isUnconnected(error: unknown): boolean {
  return error instanceof Error && "code" in error && UNCONNECTED.has(error.code);
}

async function readText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new Error("The answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
