import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runAhead } from '../../../src/run-ahead.ts';
import { collect } from '../../support/collect.ts';

function counting(until: number) {
  const state = { made: 0, closed: false };
  async function* source() {
    try {
      while (state.made < until) {
        await sleep(0);
        yield state.made++;
      }
    } finally {
      state.closed = true;
    }
  }
  return { state, source: source() };
}

test.each([1, 2, 10])('gives everything in order, %s ahead', async (limit) => {
  expect(await collect(runAhead(counting(7).source, limit))).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test('works ahead of a slow consumer, but no further than the limit', async () => {
  const { state, source } = counting(100);
  const ahead = runAhead(source, 5);
  await ahead.next();
  await sleep(60);
  expect(state.made).toBe(6); // one taken, five waiting
  await ahead.return(undefined);
  expect(state.closed).toBe(true);
  expect(state.made).toBeLessThanOrEqual(7);
});

test('an error of the source comes after the items before it', async () => {
  async function* failing() {
    yield 1;
    yield 2;
    throw new Error('broken');
  }
  const got: number[] = [];
  await expect(
    (async () => {
      for await (const item of runAhead(failing(), 10)) got.push(item);
    })(),
  ).rejects.toThrow('broken');
  expect(got).toEqual([1, 2]);
});

test('an empty source gives nothing', async () => expect(await collect(runAhead(counting(0).source, 3))).toEqual([]));
