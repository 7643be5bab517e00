import type { HeaderList } from "@x402-paywall/core";
import { randomBytes } from "node:crypto";
import { codeOf, toUnreachable } from "../network-error.ts";
import { doubleCredentials, forgeCredentials, garbageCredentials, type Pretence } from "./credentials.ts";
import { inTurns } from "./in-turns.ts";
import type { Observations, Probe, Unanswered } from "./observations.ts";
import { observePayment } from "./observe-payment.ts";
import { type RawAnswer, rawRequest } from "./raw-request.ts";
import { readRawChallenge } from "./read-raw-challenge.ts";
import { missingTarget, overrideHeaders, pathVariants, queryVariants } from "./variants.ts";

export interface ObserveOptions {
  readonly url: URL;
  readonly method: string;
  readonly headers: HeaderList;
  readonly body: Uint8Array | undefined;
  /** Pays once, with TEST money. */
  readonly pay: boolean;
  readonly instance: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

export interface Asked {
  readonly target?: string;
  readonly method?: string;
  readonly headers?: HeaderList;
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
}

/** Sends one request of the series; what gets no answer is an observation, too. */
export type Ask = (asked: Asked) => Promise<RawAnswer | Unanswered>;

const ORIGIN = "https://doctor.example";

/** Sends about fifty requests, all safe ones, and keeps what came back. @throws CliError `unreachable`; Stop */
export async function observe(options: ObserveOptions): Promise<Observations> {
  const { url, method, signal, onProgress } = options;
  const now = Math.floor(Date.now() / 1000);
  onProgress("asking without a payment");
  const bare = await send(options, {}).catch((error: unknown) => {
    signal.throwIfAborted();
    throw toUnreachable(error, url.origin);
  });
  const ask: Ask = (asked) =>
    send(options, asked).catch((error: unknown) => {
      signal.throwIfAborted();
      return { failed: codeOf(error) || String(error) };
    });
  const challenge = readRawChallenge(bare);
  const forged = forgeCredentials(challenge, now);
  const pretend = (all: readonly Pretence[]) =>
    inTurns(all, async ({ label, headers }): Promise<Probe> => ({ label, answer: await ask({ headers }) }));
  const respell = (targets: readonly string[]) =>
    inTurns(targets, async (target): Promise<Probe> => ({ label: target, answer: await ask({ target }) }));

  onProgress("asking as a browser and from another origin");
  const page = await ask({ headers: [["Accept", "text/html,application/xhtml+xml,*/*;q=0.8"]] });
  const cross = await ask({ headers: [["Origin", ORIGIN]] });
  const preflight = await ask({ method: "OPTIONS", headers: preflightHeaders(method) });
  const head = await ask({ method: "HEAD" });
  const plainOptions = await ask({ method: "OPTIONS" });
  onProgress("asking with credentials that nobody paid for");
  const garbage = await pretend(garbageCredentials);
  const falsely = await pretend(forged);
  const doubled = await pretend(doubleCredentials(forged));
  onProgress("asking for other spellings");
  const missing = await ask({ target: missingTarget(url, `x402-doctor-${randomBytes(6).toString("hex")}`) });
  const paths = await respell(pathVariants(url));
  const queries = await respell(queryVariants(url));
  const overrides = await pretend(
    overrideHeaders.map(([name, value]) => ({ label: `${name}: ${value}`, headers: [[name, value]] })),
  );
  const paid = options.pay ? await pay(options, ask) : undefined;
  return {
    url,
    method,
    now,
    bare,
    challenge,
    page,
    cross,
    preflight,
    head,
    options: plainOptions,
    garbage,
    forged: falsely,
    doubled,
    missing,
    paths,
    queries,
    overrides,
    paid,
  };
}

function pay(options: ObserveOptions, ask: Ask): Promise<Observations["paid"]> {
  options.onProgress("paying once, with TEST money");
  return observePayment(options, ask);
}

function send(options: ObserveOptions, asked: Asked): Promise<RawAnswer> {
  const { url, headers, body, signal } = options;
  const { target = `${url.pathname}${url.search}`, method = options.method, ...limits } = asked;
  const hasBody = method === options.method;
  return rawRequest({
    origin: url,
    target,
    method,
    headers: [...headers.filter(([name]) => !isReplaced(name, asked.headers)), ...(asked.headers ?? [])],
    body: hasBody ? body : undefined,
    signal,
    ...(limits.maxBytes === undefined ? {} : { maxBytes: limits.maxBytes }),
    ...(limits.timeoutMs === undefined ? {} : { timeoutMs: limits.timeoutMs }),
  });
}

function isReplaced(name: string, by: HeaderList = []): boolean {
  return by.some(([other]) => other.toLowerCase() === name.toLowerCase());
}

function preflightHeaders(method: string): HeaderList {
  return [
    ["Origin", ORIGIN],
    ["Access-Control-Request-Method", method],
    ["Access-Control-Request-Headers", "authorization,payment-signature"],
  ];
}
