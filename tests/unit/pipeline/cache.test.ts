import { expect, test } from 'vitest';
import { createCache, createMemo } from '../../../src/cache.ts';

test('a value is made once, also for those who ask while it is being made', async () => {
  const cache = createCache<number>(10, () => 1);
  let made = 0;
  const make = async (): Promise<number> => ++made;
  expect(await Promise.all([cache('a', make), cache('a', make), cache('b', make)])).toEqual([1, 1, 2]);
  expect(await cache('a', make)).toBe(1);
});

test('those used longest ago go when there is no more room; the newest stays, however large', async () => {
  const cache = createCache<number>(10, (bytes) => bytes);
  const made: string[] = [];
  const ask = (key: string, bytes: number): Promise<number> =>
    cache(key, async () => {
      made.push(key);
      return bytes;
    });
  for (const [key, bytes] of [['a', 4], ['b', 4], ['a', 4], ['c', 4], ['a', 4], ['b', 4], ['d', 99], ['d', 99]] as const) await ask(key, bytes);
  expect(made).toEqual(['a', 'b', 'c', 'b', 'd']); // c drove out b, not a, which had been asked for since
});

test('a failure is not kept', async () => {
  const cache = createCache<number>(10, () => 1);
  await expect(cache('a', () => Promise.reject(new Error('not yet')))).rejects.toThrow('not yet');
  expect(await cache('a', async () => 7)).toBe(7);
});

test('a memo keeps failures too: what takes long to fail is not tried for each of a thousand jobs', async () => {
  const memo = createMemo<number>();
  let tries = 0;
  const fail = async (): Promise<number> => Promise.reject(new Error(`try ${++tries}`));
  for (let round = 0; round < 3; round++) await expect(memo('a', fail)).rejects.toThrow('try 1');
  expect(await memo('b', async () => 7)).toBe(7);
});
