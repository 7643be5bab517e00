/**
 * Next drops `Content-Encoding` (and `Content-Length`) from what a route handler answers, and compresses by itself. So
 * on the app's own route the upstream is asked for plain bytes, and what comes compressed all the same is unpacked.
 */
import { Duplex } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";

const unpackers: Readonly<Record<string, () => Duplex>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** The same request, asking for bytes that need no unpacking. */
export function askForPlainBody(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.set("accept-encoding", "identity");
  return new Request(request, { headers });
}

/** The same answer in plain bytes, which nobody on the way may compress or hold back. */
export function toPlainBody(response: Response): Response {
  const headers = new Headers(response.headers);
  const caching = headers.get("cache-control");
  headers.set("cache-control", caching === null ? "no-transform" : `${caching}, no-transform`);
  const unpack = unpackers[headers.get("content-encoding")?.trim().toLowerCase() ?? ""];
  if (unpack === undefined || response.body === null) return new Response(response.body, { status: response.status, headers });
  headers.delete("content-encoding");
  headers.delete("content-length");
  const { readable, writable } = Duplex.toWeb(unpack());
  return new Response(response.body.pipeThrough({ readable, writable }), { status: response.status, headers });
}
