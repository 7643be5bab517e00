/**
 * Runs jobs one after another, each begun when the one before has ended, well or badly. Whoever sends transactions with one
 * key sends them so: two that read the same nonce would replace each other.
 */
export function createQueue(): <T>(job: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return async (job) => {
    const mine = last.then(job, job);
    last = mine.catch(() => undefined);
    return mine;
  };
}
