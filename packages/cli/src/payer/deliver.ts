import { createWriteStream, existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Writable } from "node:stream";
import { CliError } from "../cli-error.ts";
import type { Invocation } from "../commands/invocation.ts";
import { startProgress } from "../output/progress.ts";
import { writeAll } from "../output/write-all.ts";
import { type Streamed, streamAnswer } from "./stream-answer.ts";

export interface Delivery {
  readonly response: Response;
  readonly url: URL;
  readonly wasPaid: boolean;
  /** As the user named it. */
  readonly file: string | undefined;
}

/** The body, as it arrives: into a file, as lines of JSON, or to stdout. @throws CliError; Stop */
export async function deliver(delivery: Delivery, cli: Invocation): Promise<Streamed> {
  const { response, url, file } = delivery;
  const { terminal, output } = cli;
  const { stdout, signal, cwd } = terminal;
  if (file !== undefined) return toFile(resolve(cwd, file), delivery, cli);
  const options = { signal, wasPaid: delivery.wasPaid };
  if (output.isJson)
    return streamAnswer(response, async (chunk) => output.event(toData(chunk), () => undefined), options);
  if (stdout.isTTY === true && isBinary(response)) {
    // It is paid for: not lost, and not on the screen.
    const path = freeName(url, cwd);
    output.note(`  binary, so it goes to ${path}`);
    return toFile(path, delivery, cli);
  }
  const streamed = await streamAnswer(response, (chunk) => writeAll(stdout, chunk, signal), options);
  if (stdout.isTTY === true) stdout.write("\n");
  return streamed;
}

async function toFile(
  path: string,
  { response, wasPaid }: Delivery,
  { terminal, output }: Invocation,
): Promise<Streamed> {
  const { signal } = terminal;
  const target = createWriteStream(path);
  const failed = new Promise<never>((_, fail) =>
    target.once("error", (cause) => fail(notWritten(path, wasPaid, cause))),
  );
  failed.catch(() => undefined);
  const progress = startProgress(`writing ${path}`, terminal, output);
  let bytes = 0;
  const write = (chunk: Uint8Array): Promise<void> => {
    progress.update(`writing ${path}: ${(bytes += chunk.length)} bytes`);
    return Promise.race([writeAll(target, chunk, signal), failed]);
  };
  try {
    const streamed = await streamAnswer(response, write, { signal, wasPaid });
    await Promise.race([closeFile(target), failed]);
    return streamed;
  } finally {
    progress.end();
    target.destroy();
  }
}

function notWritten(path: string, wasPaid: boolean, cause: Error): CliError {
  return new CliError(
    wasPaid ? "paid_without_answer" : "usage",
    `${path} cannot be written: ${cause.message}.`,
    "Name another file with -o.",
    { cause },
  );
}

function closeFile(target: Writable): Promise<void> {
  return new Promise((done) => void target.end(done));
}

/** Text where the bytes are text by themselves: a chunk may end in the middle of a letter. */
function toData(chunk: Uint8Array): object {
  const bytes = Buffer.from(chunk);
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes)
    ? { type: "data", text }
    : { type: "data", base64: bytes.toString("base64") };
}

function isBinary({ headers }: Response): boolean {
  const type = headers.get("content-type") ?? "";
  return !/^(?:text\/|application\/(?:[^;]+\+)?(?:json|xml|javascript|x-ndjson|yaml)|$)/.test(type);
}

/** The last part of the path, with a number where that exists. */
function freeName(url: URL, cwd: string): string {
  const name =
    basename(url.pathname)
      .replaceAll(/[^A-Za-z0-9._-]/g, "_")
      .replace(/^[._]+/, "") || "answer";
  for (let number = 0; ; number++) {
    const path = join(cwd, number === 0 ? name : `${name}.${number}`);
    if (!existsSync(path)) return path;
  }
}
