/** Curves of any length in a fixed number of columns: the smallest and the largest value of each. */

export interface Columns {
  /** [count] each. */
  readonly low: Float32Array;
  readonly high: Float32Array;
}

export interface ColumnStore {
  readonly columns: number;
  /** Values in the order of the names that the store was opened with. */
  push(values: readonly number[]): void;
  /** By name. */
  read(): Readonly<Record<string, Columns>>;
}

/** For `total` points of each of `names`, in at most `most` columns: a point a column where they suffice. */
export function openColumns(names: readonly string[], total: number, most: number): ColumnStore {
  const columns = Math.max(1, Math.min(total, most));
  const kept = names.map(() => ({ low: new Float32Array(columns).fill(Number.POSITIVE_INFINITY), high: new Float32Array(columns).fill(Number.NEGATIVE_INFINITY) }));
  let index = 0;
  return {
    columns,
    push(values) {
      const column = Math.min(columns - 1, Math.floor((index++ * columns) / total));
      for (const [i, { low, high }] of kept.entries()) {
        low[column] = Math.min(low[column], values[i]);
        high[column] = Math.max(high[column], values[i]);
      }
    },
    read: () => Object.fromEntries(names.map((name, i) => [name, filled(kept[i])])),
  };
}

/** Columns that nothing came to go on as the last one before. */
function filled({ low, high }: Columns): Columns {
  let [lowest, highest] = [0, 0];
  for (let i = 0; i < low.length; i++) {
    if (low[i] <= high[i]) [lowest, highest] = [low[i], high[i]];
    else [low[i], high[i]] = [lowest, highest];
  }
  return { low, high };
}

/** The wave of `samples` (blocks of mono, -1..1, `total` of them): smallest and largest sample of each column. */
export async function measureWave(samples: AsyncIterable<Float32Array>, total: number, columns: number): Promise<Columns> {
  const [low, high] = [new Float32Array(columns), new Float32Array(columns)];
  let index = 0;
  for await (const block of samples) {
    for (const sample of block) {
      const column = Math.min(columns - 1, Math.floor((index++ * columns) / total));
      if (sample < low[column]) low[column] = sample;
      if (sample > high[column]) high[column] = sample;
    }
  }
  return { low, high };
}
