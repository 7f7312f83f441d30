/** Lets a producer work while its consumer does, a bounded way ahead. */

/**
 * The items of `source` in their order, fetched up to `limit` ahead of the consumer, from the first request on.
 * An error of the source comes out after the items before it. Ending early closes the source once its current item is done.
 */
export async function* runAhead<T>(source: AsyncIterable<T>, limit: number): AsyncGenerator<T> {
  const ready: T[] = [];
  let [hasEnded, isStopped] = [false, false];
  let failure: { error: unknown } | undefined;
  let wakeProducer = () => {};
  let wakeConsumer = () => {};

  const fetching = (async () => {
    try {
      for await (const item of source) {
        ready.push(item);
        wakeConsumer();
        while (ready.length >= limit && !isStopped) await new Promise<void>((resolve) => (wakeProducer = resolve));
        if (isStopped) break;
      }
    } catch (error) {
      failure = { error };
    }
    hasEnded = true;
    wakeConsumer();
  })();

  try {
    for (;;) {
      while (ready.length === 0 && !hasEnded) await new Promise<void>((resolve) => (wakeConsumer = resolve));
      if (ready.length === 0) break;
      const item = ready.shift() as T;
      wakeProducer();
      yield item;
    }
    if (failure) throw failure.error;
  } finally {
    isStopped = true;
    wakeProducer();
    await fetching;
  }
}
