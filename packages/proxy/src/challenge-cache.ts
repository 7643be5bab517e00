import { findHeader } from "@x402-paywall/core";
import { prefersHtml } from "./accept-header.ts";
import type { RequestHead } from "./decision.ts";
import type { Endpoint, RulePrice } from "./endpoint.ts";
import type { Match } from "./match.ts";
import type { Refused } from "./response.ts";

/** Distinct requests that are remembered within one second; more are answered anew. */
const CAPACITY = 1000;

/**
 * Challenges that differ only in their random id, within one second. A quote is no secret and belongs to nobody: what
 * makes a payment unique is the money's own identity, which is claimed. So one quote may be paid by many; an invoice may
 * not, and a challenge that holds one is never kept.
 */
export class ChallengeCache {
  #second = 0;
  readonly #kept = new Map<string, Kept>();

  /** @param second Unix seconds: what was kept before is forgotten. */
  find(request: RequestHead, match: Match, second: number): Refused | undefined {
    if (second !== this.#second) {
      this.#second = second;
      this.#kept.clear();
      return undefined;
    }
    const kept = this.#kept.get(keyOf(request));
    // A change of price or payee is a new object.
    if (kept?.endpoint !== match.endpoint || kept.price !== match.price) return undefined;
    return isPlain(request, match) ? kept.answer : undefined;
  }

  keep(request: RequestHead, match: Match, second: number, answer: Refused): void {
    if (second !== this.#second || this.#kept.size >= CAPACITY || !isPlain(request, match)) return;
    this.#kept.set(keyOf(request), { endpoint: match.endpoint, price: match.price, answer });
  }
}

interface Kept {
  readonly endpoint: Endpoint;
  readonly price: RulePrice;
  readonly answer: Refused;
}

function keyOf({ method, target }: RequestHead): string {
  return `${method} ${target}`;
}

/** Nothing but method and target decides about the answer. */
function isPlain({ headers }: RequestHead, { endpoint, price }: Match): boolean {
  return (
    !endpoint.binding.body &&
    price.model !== "computed" &&
    findHeader(headers, "paywall-amount") === undefined &&
    findHeader(headers, "accept-payment") === undefined &&
    !prefersHtml(findHeader(headers, "accept"))
  );
}
