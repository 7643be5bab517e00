/**
 * Runs a batch whose members compete for the same balances. A member that found too little because others of its batch
 * stood before it is asked again, until it has it or there is less left than it asks for. Answers in order.
 */
export async function runInRounds<Item, Result>(
  items: readonly Item[],
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  isWorthAnother: (item: Item, result: Result) => boolean,
): Promise<Result[]> {
  const results = [...(await run(items))];
  for (;;) {
    const again = results.flatMap((result, index) => {
      const item = items[index];
      return item !== undefined && isWorthAnother(item, result) ? [{ item, index }] : [];
    });
    if (again.length === 0) return results;
    // oxlint-disable-next-line no-await-in-loop -- each round stands on what the one before it took
    const answers = await run(again.map(({ item }) => item));
    for (const [position, { index }] of again.entries()) {
      const answer = answers[position];
      if (answer !== undefined) results[index] = answer;
    }
  }
}
