import { afterAll, beforeAll } from "vitest";
import type { Verdict } from "../src/doctor/check.ts";
import { topics } from "../src/doctor/checks/index.ts";
import { observe } from "../src/doctor/observe.ts";
import type { Observations } from "../src/doctor/observations.ts";
import type { RawAnswer } from "../src/doctor/raw-request.ts";
import { readRawChallenge } from "../src/doctor/read-raw-challenge.ts";
import { startApp } from "./paywall-app.ts";

/** What a right server shows, paid once; for all tests of a file. */
export let right: Observations;
let close: () => Promise<void>;

/** Has it observed before the tests of a file. */
export function observeRight(): void {
  beforeAll(async () => {
    const app = await startApp();
    ({ close } = app);
    right = await observe({
      url: new URL(`${app.origin}/weather`),
      method: "GET",
      headers: [],
      body: undefined,
      pay: true,
      instance: undefined,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
  });
  afterAll(() => close());
}

/** Of one check, over the right observations with some changed. */
export function verdict(id: string, changes: Partial<Observations> = {}): Verdict {
  const check = topics.flatMap(({ checks }) => checks).find((each) => each.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  return check.run({ ...right, ...changes });
}

/** What it found; else how it ended. */
export const found = (id: string, changes: Partial<Observations>): string => {
  const result = verdict(id, changes);
  return result.outcome === "fail" ? result.found : result.outcome;
};

export const answer = (status: number, text = "", headers: RawAnswer["headers"] = []): RawAnswer => ({
  status,
  headers,
  body: Buffer.from(text),
  truncated: false,
  headMs: 1,
  firstMs: 1,
  endMs: 2,
  chunks: 1,
});

export const challengeOf = (headers: RawAnswer["headers"], body = ""): Observations["challenge"] =>
  readRawChallenge(answer(402, body, headers));

export const x402 = (json: object): Observations["challenge"] =>
  challengeOf([["PAYMENT-REQUIRED", Buffer.from(JSON.stringify(json)).toString("base64")]]);

export const auth = (...lines: readonly string[]): Observations["challenge"] =>
  challengeOf(lines.map((line) => ["WWW-Authenticate", line] as const));
