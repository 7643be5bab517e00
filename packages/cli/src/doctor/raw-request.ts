import http from "node:http";
import https from "node:https";
import type { HeaderList } from "@x402-paywall/core";

/** One request, sent byte for byte: nothing is normalised, followed, decoded or pooled. */
export interface RawRequest {
  readonly origin: URL;
  /** As it goes on the wire: `//weather/./%2e`. */
  readonly target: string;
  readonly method: string;
  readonly headers: HeaderList;
  readonly body?: Uint8Array | undefined;
  /** More of the body is not read. */
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

/** What came back, with when it came. */
export interface RawAnswer {
  readonly status: number;
  /** Lines in order, repeated names repeat. */
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  /** There was more to read. */
  readonly truncated: boolean;
  /** Milliseconds from the request to the head, to the first byte of the body and to its end. */
  readonly headMs: number;
  readonly firstMs: number | undefined;
  readonly endMs: number;
  readonly chunks: number;
}

const MAX_BYTES = 65_536;
const TIMEOUT_MS = 10_000;
/** Node's own limit would hide how much too long they are. */
const MAX_HEADER_BYTES = 131_072;

/** Rejects with Node's error where nothing comes back. A body that breaks off or goes on too long ends where it is. */
export function rawRequest(request: RawRequest): Promise<RawAnswer> {
  const { origin, target, method, body, signal, maxBytes = MAX_BYTES, timeoutMs = TIMEOUT_MS } = request;
  const { request: send } = origin.protocol === "https:" ? https : http;
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const since = (): number => Math.round(performance.now() - started);
    const options = { method, path: target, agent: false, maxHeaderSize: MAX_HEADER_BYTES } as const;
    const sent = send(origin.origin, { ...options, headers: headerLines(request), signal });
    const timer = setTimeout(() => sent.destroy(timeoutError()), timeoutMs);
    sent.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    sent.once("response", (message) => {
      const headMs = since();
      const kept: Buffer[] = [];
      let length = 0;
      let firstMs: number | undefined;
      const end = (truncated: boolean): void => {
        clearTimeout(timer);
        const status = message.statusCode ?? 0;
        const times = { headMs, firstMs, endMs: since(), chunks: kept.length };
        resolve({
          status,
          headers: pairs(message.rawHeaders),
          body: Buffer.concat(kept),
          truncated,
          ...times,
        });
      };
      message.on("data", (chunk: Buffer) => {
        firstMs ??= since();
        kept.push(chunk);
        length += chunk.length;
        if (length < maxBytes) return;
        message.destroy();
        end(true);
      });
      message.once("end", () => end(false));
      message.once("error", () => end(true));
      message.once("close", () => end(true));
    });
    sent.end(body);
  });
}

/** Node adds `Host`; what is named twice is sent twice. */
function headerLines({ headers, body }: RawRequest): http.OutgoingHttpHeaders {
  const lines = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    lines.set(key, [...(lines.get(key) ?? []), value]);
  }
  if (!lines.has("accept")) lines.set("accept", ["*/*"]);
  if (!lines.has("user-agent")) lines.set("user-agent", ["x402-paywall-doctor"]);
  if (body !== undefined) lines.set("content-length", [String(body.length)]);
  return Object.fromEntries(
    [...lines].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : values]),
  );
}

function pairs(raw: readonly string[]): HeaderList {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ""] as const] : []));
}

function timeoutError(): Error {
  return Object.assign(new Error("No answer in time"), { code: "ETIMEDOUT" });
}
