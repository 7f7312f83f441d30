import { describe, expect, test } from 'vitest';
import { keepConnected, refineHair } from '../../../../src/render/background/hair.ts';

const side = 160;
const faceWidth = 70;
const lobes = [45, 80, 115, 80];
/** A dark head of radius 40 before a light wall that darkens to the right by `shade`; `paint` adds to it. The mask knows the disc only. */
function makeHead(paint: (x: number, y: number) => boolean, wall: (x: number, y: number) => number = () => 200): { alpha: Float32Array; planes: Float32Array[] } {
  const alpha = new Float32Array(side * side);
  const planes = [0, 1, 2].map(() => new Float32Array(side * side));
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const i = y * side + x;
      const isHead = Math.hypot(x - 80, y - 80) < 40;
      alpha[i] = isHead ? 1 : 0;
      for (const plane of planes) plane[i] = isHead || paint(x, y) ? 40 : wall(x, y) + ((x * 7 + y * 13) % 3);
    }
  }
  return { alpha, planes };
}
const refine = ({ alpha, planes }: { alpha: Float32Array; planes: Float32Array[] }): Float32Array => {
  refineHair(alpha, planes, side, side, faceWidth, lobes);
  return alpha;
};

describe('refineHair', () => {
  test('finds a strand that hangs on the head, and leaves the wall beside it', () => {
    const alpha = refine(makeHead((x, y) => y > 30 && y < 45 && x === 80));
    expect(alpha[34 * side + 80]).toBeGreaterThan(0.6);
    expect(alpha[34 * side + 76]).toBeLessThan(0.05);
    expect(alpha[80 * side + 80]).toBe(1);
  });

  test('a thing of the same colour that hangs on nothing stays background', () => {
    const alpha = refine(makeHead((x, y) => y > 26 && y < 33 && x === 80));
    expect(alpha[29 * side + 80]).toBe(0);
  });

  test('an edge between two colours of the background is no strand', () => {
    const alpha = refine(makeHead(() => false, (_, y) => (y < 34 ? 60 : 200)));
    for (let x = 60; x < 100; x++) for (const y of [30, 33, 34, 36]) expect(alpha[y * side + x]).toBeLessThan(0.05);
  });

  test('finds a bright earring under the lobe', () => {
    const scene = makeHead(() => false, () => 120);
    for (let y = 84; y < 100; y++) for (let x = 38; x < 42; x++) for (const plane of scene.planes) plane[y * side + x] = 250;
    expect(refine(scene)[96 * side + 39]).toBeGreaterThan(0.6);
  });
});

describe('keepConnected', () => {
  test('keeps what touches, across a gap at most, and takes the rest back', () => {
    const row = Float32Array.of(1, 1, 0, 1, 0, 0, 1, 1);
    keepConnected(row, Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0), 8, 1, 2);
    expect(Array.from(row)).toEqual([1, 1, 0, 1, 0, 0, 0, 0]);
  });
});
