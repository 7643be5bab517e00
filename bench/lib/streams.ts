import { request } from "undici";
import type { Dispatcher } from "undici";

export interface StreamCall {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
}

/** Milliseconds from the request to the first byte of the body; the stream is read to its end. */
export async function firstByte({ url, headers, dispatcher }: StreamCall): Promise<number> {
  const started = performance.now();
  const { statusCode, body } = await request(url, { dispatcher, ...(headers ? { headers } : {}) });
  let first = Number.NaN;
  for await (const chunk of body) {
    if (Number.isNaN(first) && chunk.length > 0) first = performance.now() - started;
  }
  if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}`);
  return first;
}

/** Reads a stream and counts its events. */
export async function countEvents({ url, headers, dispatcher }: StreamCall): Promise<number> {
  const { statusCode, body } = await request(url, { dispatcher, ...(headers ? { headers } : {}) });
  let events = 0;
  for await (const chunk of body) {
    const text: string = chunk.toString("latin1");
    for (let at = text.indexOf("data: "); at !== -1; at = text.indexOf("data: ", at + 1)) events++;
  }
  if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}`);
  return events;
}
