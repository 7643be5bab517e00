import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { CliError } from "../cli-error.ts";
import type { Terminal } from "../terminal.ts";

export interface RequestFlags {
  readonly method?: string;
  readonly header?: readonly string[];
  readonly data?: string;
}

export interface ReadRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array | undefined;
}

/** Method, headers and body as `-X`, `-H` and `-d` say them, with curl's `@file` and `@-`. @throws CliError `usage` */
export async function readRequest(flags: RequestFlags, terminal: Terminal): Promise<ReadRequest> {
  const body = flags.data === undefined ? undefined : await readBody(flags.data, terminal);
  const method = (flags.method ?? (body === undefined ? "GET" : "POST")).toUpperCase();
  if (!/^[A-Z]{1,16}$/.test(method))
    throw new CliError("usage", `${method} is no method.`, "Write one such as POST.");
  if (body !== undefined && (method === "GET" || method === "HEAD"))
    throw new CliError("usage", `A ${method} has no body.`, "Leave -X out, or name another method.");
  const headers = readHeaders(flags.header ?? []);
  if (body !== undefined && !headers.has("content-type"))
    headers.set("content-type", isJson(body) ? "application/json" : "text/plain;charset=utf-8");
  return { method, headers, body };
}

function readHeaders(lines: readonly string[]): Headers {
  const headers = new Headers();
  for (const line of lines) {
    const at = line.indexOf(":");
    try {
      if (at < 1) throw new TypeError();
      headers.append(line.slice(0, at).trim(), line.slice(at + 1).trim());
    } catch {
      // Not the line itself: it may hold a secret.
      throw new CliError("usage", "A -H is no header.", 'Write it as -H "Name: value".');
    }
  }
  return headers;
}

async function readBody(data: string, { stdin, cwd }: Terminal): Promise<Uint8Array> {
  if (!data.startsWith("@")) return Buffer.from(data);
  if (data === "@-") {
    const chunks: Buffer[] = [];
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  }
  const path = resolve(cwd, data.slice(1));
  return readFile(path).catch((cause: unknown) => {
    throw new CliError("usage", `${path} cannot be read.`, "Check the name behind -d @.", { cause });
  });
}

function isJson(body: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(body).toString());
    return true;
  } catch {
    return false;
  }
}
