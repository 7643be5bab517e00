import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, PayerRecord } from "../checker/histories.ts";
import type { Slot } from "./fleet.ts";
import type { AnyGround, Ground } from "./ground.ts";
import { ask, present } from "./present.ts";
import type { Resource } from "./present.ts";
import type { MintedCredential } from "./mint-credential.ts";

export interface PayerOptions {
  /** Presentations at the same time. */
  readonly lanes?: number;
  /** Milliseconds until it gives up. */
  readonly patienceMs?: number;
  /** Longest pause before it tries again, ms; less than `Retry-After` says, so that the storm is harder. */
  readonly pauseMs?: number;
  /** Goes away for so long, whatever it was told. */
  readonly awayMs?: number | undefined;
  /** Which gateway it asks; by default any. */
  readonly pick?: () => Slot;
}

const defaultPauseMs = 250;

/** Buys a resource: asks for the 402 until one comes, and pays it. Nothing is presented yet. */
export async function buy<Way extends string>(
  field: Ground<Way>,
  resource: Resource,
  way: Way,
  pick: () => Slot = field.fleet.pick,
): Promise<MintedCredential> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const challenge = await ask(field.sockets, pick().origin, resource, {});
    if (challenge.status === 402 && challenge.complete) return field.mint(resource, way, challenge);
    await sleep(defaultPauseMs * field.random());
  }
  throw new Error(`Nobody offers ${resource.slug}${resource.path}`);
}

/** Presents a credential in several lanes at once, each until it is served or told for good. */
export async function redeem(
  field: AnyGround,
  credential: MintedCredential,
  options: PayerOptions = {},
): Promise<PayerRecord> {
  return keep(field, credential, await presentUntilDone(field, credential, options));
}

/** {@link redeem} for whoever has more answers to add. */
export async function presentUntilDone(
  field: AnyGround,
  credential: MintedCredential,
  options: PayerOptions = {},
): Promise<readonly Answer[]> {
  const {
    lanes = 3,
    patienceMs = 60_000,
    pauseMs = defaultPauseMs,
    pick = field.fleet.pick,
    awayMs,
  } = options;
  const answers: Answer[] = [];
  const deadline = Date.now() + patienceMs;
  const lane = async (): Promise<void> => {
    for (;;) {
      const answer = await present(field.sockets, pick(), credential.resource, credential.headers);
      answers.push(answer);
      if (isWhole(answer)) field.fleet.noteServed(answer.gateway);
      if (isFinal(answer) || Date.now() > deadline) return;
      await sleep(awayMs ?? Math.min(pauseMs, 50 + answer.retryAfter * 1000) * (0.5 + field.random()));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return answers;
}

/** Writes a payer's history down, all its answers at once. */
export function keep(
  field: AnyGround,
  credential: MintedCredential,
  answers: readonly Answer[],
): PayerRecord {
  const ending = answers.some(isWhole) ? "served" : answers.some(isFinal) ? "refused" : "gave-up";
  const record = { credential, answers, ending } as const;
  field.records.push(record);
  return record;
}

export function isWhole({ status, complete, bytes }: Answer): boolean {
  return status === 200 && complete && bytes > 0;
}

/** Served, or an answer that says that asking again is of no use. */
function isFinal(answer: Answer): boolean {
  const { status, code, complete } = answer;
  if (isWhole(answer)) return true;
  if (!complete || status === 0 || status >= 500) return false;
  return !(status === 409 && code === "in_progress") && status !== 429 && status !== 200;
}
