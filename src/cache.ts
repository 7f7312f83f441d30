/** Values that are dear to make, kept. */

/** Asks for the value of `key`; `make` runs when it is not kept. Who asks while it is being made waits for the same one. */
export type Cache<T> = (key: string, make: () => Promise<T>) => Promise<T>;

/** Keeps values up to `limitBytes` together, those used last; failures are not kept. */
export function createCache<T>(limitBytes: number, bytesOf: (value: T) => number): Cache<T> {
  const kept = new Map<string, { value: Promise<T>; bytes: number }>(); // in the order of their last use
  let total = 0;
  const drop = (key: string): void => {
    total -= kept.get(key)?.bytes ?? 0;
    kept.delete(key);
  };
  return (key, make) => {
    const found = kept.get(key);
    if (found) {
      kept.delete(key);
      kept.set(key, found);
      return found.value;
    }
    const entry = { value: make(), bytes: 0 };
    kept.set(key, entry);
    entry.value.then(
      (value) => {
        if (kept.get(key) !== entry) return;
        entry.bytes = bytesOf(value);
        total += entry.bytes;
        for (const oldest of kept.keys()) {
          if (total <= limitBytes || oldest === key) break;
          drop(oldest);
        }
      },
      () => void (kept.get(key) === entry && kept.delete(key)),
    );
    return entry.value;
  };
}

/** Keeps everything, failures too: for small things that are asked for hundreds of times. */
export function createMemo<T>(): Cache<T> {
  const kept = new Map<string, Promise<T>>();
  return (key, make) => {
    const value = kept.get(key) ?? make();
    kept.set(key, value);
    value.catch(() => {}); // whoever asks hears of it
    return value;
  };
}
