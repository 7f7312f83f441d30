import { expect, test } from 'vitest';
import { bridgeGaps, type SeenMotion } from '../../../src/motion/bridge.ts';
import { collect } from '../../support/collect.ts';

const fps = 25;
/** A frame a letter: a digit is what is seen (tenths), `.` nothing; `|` before a frame is a cut. */
async function bridge(text: string): Promise<number[]> {
  const frames: SeenMotion[] = [];
  for (const [, cut, letter] of text.matchAll(/(\|?)([\d.])/g)) {
    const motion = letter === '.' ? undefined : new Float32Array(58).fill(Number(letter) / 10);
    frames.push({ timeSeconds: frames.length / fps, motion, confidence: motion ? 0.9 : 0, isCut: cut !== '' });
  }
  const bridged = await collect(bridgeGaps(frames));
  expect(bridged.map(({ timeSeconds }) => timeSeconds)).toEqual(frames.map(({ timeSeconds }) => timeSeconds));
  expect(bridged.map(({ confidence }) => confidence)).toEqual(frames.map(({ confidence }) => confidence));
  return bridged.map(({ motion }) => Number(motion[0].toFixed(4)));
}
const largestStep = (values: readonly number[]): number => Math.max(...values.slice(1).map((value, i) => Math.abs(value - values[i])));

test('a face that is always seen is left alone, from the first frame on', async () => {
  expect(await bridge('9135')).toEqual([0.9, 0.1, 0.3, 0.5]);
});

test('a short gap is crossed on a straight line', async () => {
  expect(await bridge('2...6')).toEqual([0.2, 0.3, 0.4, 0.5, 0.6]);
});

test('in a long one the face stays, comes to rest, and comes back without a jump', async () => {
  const values = await bridge(`8${'.'.repeat(30)}${'8'.repeat(12)}`);
  expect(values.slice(1, 6)).toEqual(Array(5).fill(0.8)); // 0.2 s
  expect(values[25]).toBe(0);
  expect(largestStep(values)).toBeLessThan(0.16); // 0.8 over 8 frames, at its steepest 1.5 times that
  expect(values.at(-1)).toBe(0.8);
});

test('a cut is no jump', async () => {
  const values = await bridge(`${'1'.repeat(5)}|${'9'.repeat(15)}`);
  expect(largestStep(values)).toBeLessThan(0.16);
  expect(values.slice(13)).toEqual(Array(7).fill(0.9));
  expect(largestStep(await bridge(`${'1'.repeat(5)}..|${'9'.repeat(15)}`))).toBeLessThan(0.16); // a cut behind a short gap
});

test('a face that is lost again while it comes back does not jump either', async () => {
  expect(largestStep(await bridge(`9${'.'.repeat(30)}999${'.'.repeat(30)}${'9'.repeat(12)}`))).toBeLessThan(0.17);
  expect(largestStep(await bridge(`9${'.'.repeat(30)}999...${'9'.repeat(12)}`))).toBeLessThan(0.17);
});

test('a face that comes late is at rest until then', async () => {
  const values = await bridge(`${'.'.repeat(10)}${'7'.repeat(12)}`);
  expect(values.slice(0, 10)).toEqual(Array(10).fill(0));
  expect(largestStep(values)).toBeLessThan(0.14);
});

test('frames that are used again by their maker are copied', async () => {
  const shared = new Float32Array(58);
  function* frames(): Generator<SeenMotion> {
    for (let index = 0; index < 3; index++) yield { timeSeconds: index / fps, motion: shared.fill(index), confidence: 1, isCut: false };
  }
  expect((await collect(bridgeGaps(frames()))).map(({ motion }) => motion[5])).toEqual([0, 1, 2]);
});
