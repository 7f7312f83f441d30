/** Reads ahead of a slow consumer, so that decoding and tracking run at the same time. */

/** Items of `source` in order, up to `depth` of them fetched before they are asked for. A consumer that stops early ends `source`. */
export async function* readAhead<T>(source: AsyncGenerator<T>, depth: number): AsyncGenerator<T> {
  const ready: T[] = [];
  let state: 'running' | 'ended' | 'stopped' = 'running';
  let failure: { error: unknown } | undefined;
  let wakeConsumer = (): void => {};
  let wakeReader = (): void => {};
  const reading = (async () => {
    try {
      while (state === 'running') {
        if (ready.length >= depth) {
          await new Promise<void>((resolve) => (wakeReader = resolve));
          continue;
        }
        const next = await source.next();
        if (next.done) break;
        ready.push(next.value);
        wakeConsumer();
      }
    } catch (error) {
      failure = { error };
    } finally {
      if (state === 'running') state = 'ended';
      wakeConsumer();
    }
  })();
  try {
    for (;;) {
      const item = ready.shift();
      wakeReader();
      if (item !== undefined) yield item;
      else if (state === 'running') await new Promise<void>((resolve) => (wakeConsumer = resolve));
      else break;
    }
    if (failure) throw failure.error;
  } finally {
    state = 'stopped';
    wakeReader();
    await reading;
    await source.return(undefined);
  }
}
