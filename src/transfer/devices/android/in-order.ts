/** Work on several things at a time whose outcomes come in the order of the things. */

/**
 * @param most begun and not yet taken, so that what waits is bounded.
 * @throws what `work` throws, when its turn comes; then nothing more is begun.
 */
export async function* inOrder<Item, Outcome>(
  items: Iterable<Item> | AsyncIterable<Item>,
  most: number,
  work: (item: Item) => Promise<Outcome>,
): AsyncGenerator<Outcome, void> {
  const begun: Promise<Outcome>[] = [];
  for await (const item of items) {
    const outcome = work(item);
    // It is thrown when its turn comes.
    outcome.catch(() => undefined);
    begun.push(outcome);
    const [first] = begun;
    if (begun.length < most || first === undefined) continue;
    yield await first;
    void begun.shift();
  }
  for (const outcome of begun) yield await outcome;
}
