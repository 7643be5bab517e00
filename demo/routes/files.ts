import { replyJson } from "../reply.ts";
import type { Visit } from "../visit.ts";

const blockSize = 64 * 1024;
const demoBytes = 50_000_000;
const lastModified = "Thu, 01 Jan 2026 00:00:00 GMT";
const block = fillBlock();

/** `/files/demo.bin` (50 MB) and `/files/<n>MiB.bin`: generated, so that any size costs no disk. */
export async function files(visit: Visit): Promise<void> {
  const size = fileSize(visit.path);
  if (size === undefined) return replyJson(visit, 404, { error: "No such file" });
  const { headers, method } = visit.request;
  if (method !== "GET" && method !== "HEAD")
    return replyJson(visit, 405, { error: "GET or HEAD" }, { Allow: "GET, HEAD" });
  const etag = `"demo-${size}"`;
  const common = { ETag: etag, "Last-Modified": lastModified, "Accept-Ranges": "bytes" };
  if (headers["if-none-match"]?.split(",").some((tag) => tag.trim() === etag || tag.trim() === "*")) {
    visit.response.writeHead(304, common).end();
    return;
  }
  const ifRange = headers["if-range"];
  const range = ifRange === undefined || ifRange === etag ? parseRange(headers.range, size) : undefined;
  if (range === "unsatisfiable") {
    visit.response
      .writeHead(416, { ...common, "Content-Range": `bytes */${size}`, "Content-Length": 0 })
      .end();
    return;
  }
  const [start, end] = range ?? [0, size - 1];
  visit.response.writeHead(range === undefined ? 200 : 206, {
    ...common,
    "Content-Type": "application/octet-stream",
    "Content-Length": end - start + 1,
    ...(range === undefined ? {} : { "Content-Range": `bytes ${start}-${end}/${size}` }),
  });
  if (method === "HEAD") visit.response.end();
  else await sendBytes(visit, start, end);
}

/** The bytes `start..end` (inclusive) of every demo file: the same at the same offset, whatever the size. */
export function demoFileBytes(start: number, end: number): Buffer {
  const parts: Buffer[] = [];
  for (let offset = start; offset <= end;) {
    const within = offset % blockSize;
    const length = Math.min(blockSize - within, end - offset + 1);
    parts.push(blockAt(Math.floor(offset / blockSize)).subarray(within, within + length));
    offset += length;
  }
  return Buffer.concat(parts);
}

async function sendBytes(visit: Visit, start: number, end: number): Promise<void> {
  for (let offset = start; offset <= end;) {
    if (visit.gone.aborted) return;
    const stop = Math.min(end, (Math.floor(offset / blockSize) + 1) * blockSize - 1);
    if (!visit.response.write(demoFileBytes(offset, stop)) && !(await drained(visit))) return;
    offset = stop + 1;
  }
  visit.response.end();
}

function drained(visit: Visit): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (result: boolean) => () => {
      visit.response.off("drain", onDrain);
      visit.gone.removeEventListener("abort", onGone);
      resolve(result);
    };
    const onDrain = done(true);
    const onGone = done(false);
    if (visit.gone.aborted) return resolve(false);
    visit.response.once("drain", onDrain);
    visit.gone.addEventListener("abort", onGone, { once: true });
  });
}

function fileSize(path: string): number | undefined {
  if (path === "/files/demo.bin") return demoBytes;
  const mebibytes = /^\/files\/([1-9]\d{0,5})MiB\.bin$/.exec(path)?.[1];
  return mebibytes === undefined ? undefined : Number(mebibytes) * 1024 * 1024;
}

/** One range (RFC 9110 section 14.1.2); several, or another unit, are answered with the whole file. */
function parseRange(
  header: string | undefined,
  size: number,
): readonly [number, number] | "unsatisfiable" | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "");
  if (!match) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return undefined;
  if (first === "") return last === "0" ? "unsatisfiable" : [Math.max(0, size - Number(last)), size - 1];
  if (last !== "" && Number(last) < Number(first)) return undefined;
  if (Number(first) >= size) return "unsatisfiable";
  return [Number(first), last === "" ? size - 1 : Math.min(Number(last), size - 1)];
}

/** Each block starts with its number, so that a block in the wrong place shows. */
function blockAt(index: number): Buffer {
  const copy = Buffer.from(block);
  copy.writeUInt32BE(index, 0);
  return copy;
}

function fillBlock(): Buffer {
  const bytes = Buffer.alloc(blockSize);
  let state = 0x2545f491;
  for (let i = 0; i < blockSize; i += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes.writeInt32BE(state, i);
  }
  return bytes;
}
