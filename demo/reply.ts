import { setTimeout as sleep } from "node:timers/promises";
import type { OutgoingHttpHeaders } from "node:http";
import type { Visit } from "./visit.ts";

/** Ends a visit with a JSON document. */
export function replyJson(
  visit: Visit,
  status: number,
  body: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  const text = `${JSON.stringify(body)}\n`;
  visit.response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
    ...headers,
  });
  visit.response.end(visit.request.method === "HEAD" ? undefined : text);
}

/** Ends a visit with a text of the given type. */
export function replyText(visit: Visit, type: string, text: string): void {
  visit.response.writeHead(200, { "Content-Type": type, "Content-Length": Buffer.byteLength(text) });
  visit.response.end(visit.request.method === "HEAD" ? undefined : text);
}

/** Sends the head of an event stream at once, before the first event. */
export function openEventStream(visit: Visit): void {
  visit.response.writeHead(200, {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache",
  });
  visit.response.flushHeaders();
}

/** One server-sent event; strings go out as they are, anything else as JSON. */
export function writeEvent(visit: Visit, data: unknown, event?: string): void {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  visit.response.write(`${event === undefined ? "" : `event: ${event}\n`}data: ${text}\n\n`);
}

/** Waits; false where the client left in the meantime, so that a stream ends with its reader. */
export async function pause(visit: Visit, ms: number): Promise<boolean> {
  if (visit.gone.aborted) return false;
  try {
    await sleep(ms, undefined, { signal: visit.gone });
    return true;
  } catch {
    return false;
  }
}

/** The whole body, at most 1 MiB. `undefined` where it is larger or the client left. */
export async function readBody(visit: Visit): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of visit.request) {
      const bytes: Buffer = Buffer.from(chunk);
      size += bytes.length;
      if (size > 1 << 20) return undefined;
      chunks.push(bytes);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}

/** The body as a JSON object; `undefined` for anything else. */
export async function readJsonObject(visit: Visit): Promise<Record<string, unknown> | undefined> {
  const body = await readBody(visit);
  try {
    const value: unknown = JSON.parse(body?.toString("utf8") ?? "");
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
