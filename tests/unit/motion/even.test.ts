import { expect, test } from 'vitest';
import { evenFrames, type TimedMotion } from '../../../src/motion/even.ts';
import { collect } from '../../support/collect.ts';

/** Channel 0 is ten times the time of the frame. */
async function* framesAt(...times: number[]): AsyncGenerator<TimedMotion> {
  const shared = new Float32Array(58); // one array for all frames
  for (const timeSeconds of times) yield { timeSeconds, motion: shared.fill(10 * timeSeconds) };
}
const firstChannel = async (fps: number, ...times: number[]): Promise<number[]> => (await collect(evenFrames(framesAt(...times), fps))).map(([value]) => Number(value.toFixed(4)));

test('a steady track stays as it is, milliseconds rounded or not', async () => {
  expect(await firstChannel(25, 0, 0.04, 0.08, 0.12)).toEqual([0, 0.4, 0.8, 1.2]);
  expect(await firstChannel(30, 0, 0.033, 0.067, 0.1)).toEqual([0, 0.33, 0.67, 1]);
});

test('a variable rate becomes a steady one on straight lines', async () => {
  expect(await firstChannel(10, 0, 0.15, 0.17, 0.4)).toEqual([0, 1, 2, 3, 4]);
});

test('what lies before the film is passed over, and a late beginning is held', async () => {
  expect(await firstChannel(10, -0.2, -0.1, 0, 0.1)).toEqual([0, 1]);
  expect(await firstChannel(10, -0.05, 0.05, 0.15)).toEqual([0, 1]);
  expect(await firstChannel(10, 0.2, 0.3)).toEqual([2, 2, 2, 3]);
});

test('frames that go back in time are passed over', async () => {
  expect(await firstChannel(10, 0, 0.1, 0.05, 0.1, 0.2)).toEqual([0, 1, 2]);
});

test('a track that ends before the film begins gives its last frame', async () => {
  expect(await firstChannel(10, -0.3, -0.2)).toEqual([-2]);
});

test('no frames give none', async () => {
  expect(await firstChannel(10)).toEqual([]);
});
