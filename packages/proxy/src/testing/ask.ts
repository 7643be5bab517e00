import http from "node:http";
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";

export interface Asked {
  readonly status: number;
  readonly message: IncomingMessage;
  /** Lower-case names; repeated fields joined as Node joins them. */
  readonly headers: http.IncomingHttpHeaders;
  /** The whole body; rejects where it breaks off. */
  readonly body: () => Promise<Buffer>;
  readonly leave: () => void;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders | readonly (readonly [string, string])[];
  readonly body?: Uint8Array | Readable;
}

/** A request of the bare `node:http` client: nothing is decoded, followed, retried or pooled. */
export function ask(url: string, options: AskOptions = {}): Promise<Asked> {
  const { method = "GET", body } = options;
  const { origin } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = http.request(origin, { method, path: url.slice(origin.length), agent: false });
    for (const [name, value] of headerPairs(options.headers)) request.setHeader(name, value);
    request.on("error", reject);
    request.on("response", (message) => {
      message.on("error", () => undefined);
      resolve({
        status: message.statusCode ?? 0,
        message,
        headers: message.headers,
        body: () => readAll(message),
        leave: () => request.destroy(),
      });
    });
    if (body === undefined || body instanceof Uint8Array) request.end(body);
    else body.pipe(request);
  });
}

function headerPairs(headers: AskOptions["headers"] = {}): [string, string | number | string[]][] {
  if (Array.isArray(headers)) return headers.map(([name, value]) => [name, value]);
  return Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
