export interface Agreement {
  /** So many answers must lie close to the median, itself an answer or the mean of two. */
  readonly minSources: number;
  /** How far from the median an answer may lie, in basis points of it. */
  readonly maxSpread: number;
}

/**
 * The median of what was answered, where enough of the answers stand by it. With more honest than lying answers it lies
 * between honest ones, whatever the others say. `undefined` where too few agree.
 */
export function agreedRate(
  answers: readonly bigint[],
  { minSources, maxSpread }: Agreement,
): bigint | undefined {
  const sorted = answers.toSorted((a, b) => (a < b ? -1 : Number(a > b)));
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) return undefined;
  const median = (lower + upper + 1n) / 2n;
  const isClose = (answer: bigint): boolean => {
    const distance = answer < median ? median - answer : answer - median;
    return distance * 10_000n <= median * BigInt(maxSpread);
  };
  return sorted.filter(isClose).length < minSources ? undefined : median;
}
