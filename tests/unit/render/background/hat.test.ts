import { expect, test } from 'vitest';
import { hasCutHat } from '../../../../src/render/background/hat.ts';

const width = 200;
/** A wall of `wall`, a mask from row 80 down, and above it whatever `crown` says. */
const look = (crown: (x: number, y: number) => number | null, wall: (x: number, y: number) => number = () => 150): boolean => {
  const alpha = Float32Array.from({ length: width * width }, (_, i) => (Math.floor(i / width) >= 80 ? 1 : 0));
  const plane = Float32Array.from({ length: width * width }, (_, i) => crown(i % width, Math.floor(i / width)) ?? wall(i % width, Math.floor(i / width)));
  return hasCutHat(alpha, [plane, plane, plane], width, 80, 100);
};

test('sees a crown that stands on the mask and leaves the picture', () => {
  expect(look((x) => (Math.abs(x - 100) < 45 ? 30 : null))).toBe(true);
});

test('takes no plain wall, busy wall or single edge behind the head for one', () => {
  expect(look(() => null)).toBe(false);
  expect(look(() => null, (x, y) => 150 + 90 * Math.sin(x / 4) * Math.cos(y / 5))).toBe(false);
  expect(look((x) => (x < 130 ? 30 : null))).toBe(false);
});
