import type { LocalAccount } from "viem";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import type { OpenChain } from "../../chain/start-chain.ts";

/** What came of presenting a payment. */
export interface Attempt {
  readonly status: number;
  readonly code: string | undefined;
  readonly retryAfter: string | null;
  /** Whether it asked for another payment. */
  readonly challenged: boolean;
  /** Whether what is sold was in it. */
  readonly served: boolean;
}

/** Presents a payment at an endpoint whose upstream is `startUpstream`'s. */
export async function present(
  url: string,
  headers: Record<string, string>,
  method = "GET",
): Promise<Attempt> {
  const answer = await fetch(url, { method, headers });
  const text = await answer.text();
  const json = JSON.parse(text) as { code?: string; accepts?: unknown };
  return {
    status: answer.status,
    code: json.code,
    retryAfter: answer.headers.get("retry-after"),
    challenged:
      answer.headers.has("payment-required") ||
      answer.headers.has("www-authenticate") ||
      json.accepts !== undefined,
    served: text.includes('"goods"'),
  };
}

/**
 * Presents a payment again until it is served. Whatever comes before is no end and no new challenge: a payer who was told
 * to pay anew would pay twice. @returns how often it was presented
 */
export async function presentUntilServed(url: string, headers: Record<string, string>): Promise<number> {
  for (let times = 1; times <= 40; times++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const attempt = await present(url, headers);
    if (attempt.status === 200) {
      expect(attempt).toEqual(served);
      return times;
    }
    expect(attempt).toMatchObject({ challenged: false, served: false });
    expect([409, 503]).toContain(attempt.status);
    // oxlint-disable-next-line no-await-in-loop
    await delay(250);
  }
  throw new Error("Not served in ten seconds");
}

export const served = { status: 200, code: undefined, retryAfter: null, challenged: false, served: true };

/** Nothing is decided: the same payment shall be sent again, and no other one. */
export const askAgain = (code: "rail_unavailable" | "settlement_unknown") => ({
  status: 503,
  code,
  retryAfter: expect.stringMatching(/^[1-9]\d?$/),
  challenged: false,
  served: false,
});

/** Nothing was charged, and nothing will be. */
export const refused = (code: string) => ({
  status: 402,
  code,
  retryAfter: null,
  challenged: true,
  served: false,
});

/** What left the payer, transfer by transfer, as the chain has it. */
export async function paidBy(chain: OpenChain, payer: LocalAccount): Promise<readonly bigint[]> {
  const transfers = await chain.transfers({ from: payer.address });
  return transfers.map(({ value }) => value);
}
