import { describe, expect, test } from 'vitest';
import { type Extension, extendFrames } from '../../../src/motion/extend.ts';

/** One channel of `count` frames of a track whose channel 0 counts its frames. */
function played(frames: number, how: Extension, count: number, fps = 10): (number | undefined)[] {
  const track = Array.from({ length: frames }, (_, index) => new Float32Array(58).fill(index));
  const out: (number | undefined)[] = [];
  const iterator = extendFrames(track, fps, how);
  for (let i = 0; i < count; i++) out.push(iterator.next().value?.[0]);
  return out;
}

test.each<Extension>(['rest', 'hold', 'loop', 'mirror'])('%s begins with the track', (how) => {
  expect(played(30, how, 20)).toEqual(Array.from({ length: 20 }, (_, index) => index));
});

test('held, nothing follows: the last frame is the one that stays', () => {
  expect(played(3, 'hold', 5)).toEqual([0, 1, 2, undefined, undefined]);
});

test('at rest within 0.6 s, and nothing after it', () => {
  const after = played(2, 'rest', 9).slice(2);
  expect(after.slice(0, 6)).toEqual([...after.slice(0, 6)].sort((a, b) => Number(b) - Number(a)));
  expect(after[5]).toBe(0);
  expect(after[6]).toBeUndefined();
});

test('a mirror shows the outermost frames once', () => {
  expect(played(4, 'mirror', 13)).toEqual([0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0]);
});

describe('a loop', () => {
  test('goes over from its end to its beginning without a jump', () => {
    const wave = Array.from({ length: 40 }, (_, index) => new Float32Array(58).fill(Math.sin(index / 9)));
    const out: number[] = [];
    const iterator = extendFrames(wave, 25, 'loop');
    for (let i = 0; i < 200; i++) out.push(iterator.next().value?.[0] ?? Number.NaN);
    const steps = out.slice(1).map((value, i) => Math.abs(value - out[i]));
    expect(Math.max(...steps)).toBeLessThan(0.3); // the ends are 0.93 apart: over 0.5 s
    expect(Math.abs(wave[0][0] - wave[39][0])).toBeGreaterThan(0.9);
  });

  test('has rounds that are all alike but the first', () => {
    const out = played(30, 'loop', 100);
    expect(out.slice(25, 50)).toEqual(out.slice(50, 75)); // 30 frames less 5 of overlap
    expect(out.slice(30, 50)).toEqual(Array.from({ length: 20 }, (_, i) => 5 + i));
  });
});

test.each<Extension>(['loop', 'mirror'])('one frame is held by %s', (how) => {
  expect(played(1, how, 3)).toEqual([0, undefined, undefined]);
});
