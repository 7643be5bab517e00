/**
 * Next drops `Content-Encoding` (and `Content-Length`) from what a route handler answers, and compresses by itself. So
 * on the app's own route the upstream is asked for plain bytes, and what comes compressed all the same is unpacked.
 */
import { pipeline, Readable, type Duplex } from "node:stream";
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
  if (unpack === undefined || response.body === null)
    return new Response(response.body, { status: response.status, headers });
  headers.delete("content-encoding");
  headers.delete("content-length");
  // A pipeline hands a fault on to the reader, on whichever side it happens.
  const unpacked = pipeline(Readable.from(readChunks(response.body)), unpack(), () => undefined);
  return new Response(toStream(unpacked), { status: response.status, headers });
}

async function* readChunks(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    // The payer left: the upstream must learn of it.
    await reader.cancel();
  }
}

/** Read only as fast as somebody asks. */
function toStream(source: Duplex): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]();
  return new ReadableStream({
    pull: async (controller) => {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: () => void source.destroy(),
  });
}
