/** Work on many things, a few at a time. */

/** Runs `work` for every item, at most `limit` at a time. After a failure no other is begun; it is thrown once all that were are over. */
export async function inTurns<T>(items: readonly T[], limit: number, work: (item: T, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  let failure: { error: unknown } | undefined;
  const hand = async (): Promise<void> => {
    while (next < items.length && !failure) {
      const index = next++;
      await work(items[index], index).catch((error: unknown) => (failure ??= { error }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, hand));
  if (failure) throw failure.error;
}
