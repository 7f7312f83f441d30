import { expect, test } from 'vitest';
import { defaultJobsAtOnce, threadsPerJob } from '../../../src/batch/at-once.ts';
import { inTurns } from '../../../src/batch/in-turns.ts';

const small = [{ width: 512, height: 512 }];

test('films at a time stay within the cores, within four, and within the memory', () => {
  expect([1, 2, 4, 16].map((cores) => defaultJobsAtOnce(small, cores, 64e9))).toEqual([1, 2, 4, 4]);
  expect(defaultJobsAtOnce(small, 16, 0.1e9)).toBe(1);
  expect(defaultJobsAtOnce([...small, { width: 4096, height: 4096 }], 16, 8e9)).toBeLessThan(4);
});

test('threads of a film times films at a time cover the cores', () => {
  expect([[1, 2], [2, 2], [4, 16], [3, 4], [4, 1]].map(([atOnce, cores]) => threadsPerJob(atOnce, cores))).toEqual([2, 1, 4, 2, 1]);
});

test('at most so many at a time; after a failure no other begins, and those that run end first', async () => {
  const log: string[] = [];
  let [running, most] = [0, 0];
  const work = async (item: number): Promise<void> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, item * 5));
    running--;
    log.push(String(item));
    if (item === 1) throw new Error('one failed');
  };
  await inTurns([3, 2, 2], 2, work);
  expect({ most, log: log.splice(0) }).toEqual({ most: 2, log: ['2', '3', '2'] });
  await expect(inTurns([4, 1, 2, 2], 2, work)).rejects.toThrow('one failed');
  expect(log).toEqual(['1', '4']);
});
