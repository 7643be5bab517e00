import { isJsonObject, parseJson } from "@x402-paywall/core";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { CliError } from "../cli-error.ts";
import { toUnreachable } from "../network-error.ts";
import { readUpTo } from "../payer/read-up-to.ts";
import { readUrl } from "../read-url.ts";
import type { Terminal } from "../terminal.ts";

/** A receipt's compact JWS, and who may have the keys to it. */
export interface FoundReceipt {
  readonly jws: string;
  /** Empty where it came without an address. */
  readonly near: readonly URL[];
}

const ID = /^rcp_[A-Za-z0-9_-]{22}$/;
const JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 262_144;

/**
 * Finds the JWS behind what a person has in hand: an id, the address of a receipt, the JWS itself, a file, or `-`.
 * @param instance Origin to which an id belongs.
 * @throws CliError `usage`, `unreachable`
 */
export async function findReceipt(
  text: string,
  instance: string | undefined,
  terminal: Terminal,
): Promise<FoundReceipt> {
  const given = text === "-" ? await readAll(terminal) : text.trim();
  if (ID.test(given)) {
    if (instance === undefined)
      throw new CliError(
        "usage",
        "An id alone does not say where the receipt is.",
        "Add --instance <url>, or give the receipt's address.",
      );
    return fetchReceipt(new URL(`${instance}/r/${given}`), terminal.signal);
  }
  if (/^https?:\/\//.test(given) || given.startsWith("localhost"))
    return fetchReceipt(readUrl(given), terminal.signal);
  const jws = readJws(given);
  if (jws !== undefined) return { jws, near: instance === undefined ? [] : [new URL(instance)] };
  const fromFile = readJws((await readFile(resolve(terminal.cwd, given), "utf8").catch(() => "")).trim());
  if (fromFile !== undefined)
    return { jws: fromFile, near: instance === undefined ? [] : [new URL(instance)] };
  throw new CliError(
    "usage",
    "That is no receipt: no id (rcp_…), address, JWS or file of one.",
    "Give what the answer's Paywall-Receipt, Link or Payment-Receipt header says.",
  );
}

/** The page of a receipt is for people; the same receipt lies in JSON beside it. */
function addressesOf(url: URL): readonly string[] {
  const id = url.pathname.split("/").findLast((part) => ID.test(part));
  if (id === undefined) return [url.href];
  const places = [`/api/v1/receipts/${id}`, `/.paywall/r/${id}`, `/.paywall/receipts/${id}`];
  return [...new Set([url.href, ...places.map((place) => `${url.origin}${place}`)])];
}

async function fetchReceipt(url: URL, signal: AbortSignal): Promise<FoundReceipt> {
  let failure: unknown;
  for (const address of addressesOf(url)) {
    // oxlint-disable-next-line no-await-in-loop -- the next place only where this one has none
    const text = await fetchText(address, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      failure = error;
      return "";
    });
    const jws = readJws(text);
    if (jws !== undefined) return { jws, near: [url] };
  }
  if (failure !== undefined) throw toUnreachable(failure, url.origin);
  throw new CliError(
    "usage",
    `${url.href} shows no receipt.`,
    "Check the address: it ends with the receipt's id, rcp_….",
  );
}

async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const answer = await fetch(url, { headers: { accept: "application/json" }, signal: limit });
  return answer.ok ? readUpTo(answer, MAX_BYTES) : "";
}

/** Alone, as the member `jws` of JSON, or inside of a `Payment-Receipt` header. */
function readJws(text: string): string | undefined {
  if (JWS.test(text)) return text;
  const json = parseJson(text) ?? parseJson(Buffer.from(text, "base64url").toString());
  return isJsonObject(json) && typeof json.jws === "string" && JWS.test(json.jws) ? json.jws : undefined;
}

async function readAll({ stdin }: Terminal): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString().trim();
}
