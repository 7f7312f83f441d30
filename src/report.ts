/** Keeps account of a run: tells the caller what goes on, and adds up warnings and times. */
import { type AnimateResult, type ProgressEvent, type Stage, stages } from './events.ts';

export interface Report {
  /** Tells the caller. */
  tell(event: ProgressEvent): void;
  /** Tells each warning that is new. */
  warn(warnings: readonly string[]): void;
  /** Announces a stage, runs its work and adds the time to it. */
  during<T>(stage: Stage, work: () => Promise<T>): Promise<T>;
  /** The items of `source`; the time that `source` takes for them is added to `stage`, and each is told as done of `total`, where that is known. */
  counting<T>(stage: Stage, source: AsyncIterable<T>, total: number | undefined): AsyncGenerator<T>;
  readonly warnings: readonly string[];
  /** So far. */
  seconds(): AnimateResult['seconds'];
}

export function openReport(onProgress: (event: ProgressEvent) => void = () => {}, now: () => number = () => performance.now() / 1000): Report {
  const begin = now();
  const spent = Object.fromEntries(stages.map((stage) => [stage, 0])) as Record<Stage, number>;
  const warnings: string[] = [];

  const timed = async <T>(stage: Stage, work: () => Promise<T>): Promise<T> => {
    const start = now();
    try {
      return await work();
    } finally {
      spent[stage] += now() - start;
    }
  };
  return {
    tell: onProgress,
    warn(more) {
      for (const warning of more) {
        if (warnings.includes(warning)) continue;
        warnings.push(warning);
        onProgress({ warning });
      }
    },
    during(stage, work) {
      onProgress({ stage });
      return timed(stage, work);
    },
    async *counting(stage, source, total) {
      const ofTotal = total === undefined ? {} : { total };
      const iterator = source[Symbol.asyncIterator]();
      onProgress({ stage, done: 0, ...ofTotal });
      try {
        for (let done = 1; ; done++) {
          const result = await timed(stage, () => iterator.next());
          if (result.done) return;
          onProgress({ stage, done, ...ofTotal });
          yield result.value;
        }
      } finally {
        await iterator.return?.();
      }
    },
    warnings,
    seconds: () => ({ ...spent, total: now() - begin }),
  };
}
