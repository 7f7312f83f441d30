import { describe, expect, test } from 'vitest';
import { buildPlate } from '../../../../src/render/background/plate.ts';

const side = 96;
/** A red person in the middle of a grey wall with grain. */
function makePlanes(grain: number): { alpha: Float32Array; planes: Float32Array[] } {
  const alpha = new Float32Array(side * side);
  const planes = [0, 1, 2].map(() => new Float32Array(side * side));
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    alpha[i] = Math.abs(x - 48) < 16 ? 1 : 0;
    planes.forEach((plane, c) => {
      plane[i] = alpha[i] ? (c === 0 ? 220 : 30) : 120 + grain * (((x * 5 + y * 11) % 7) - 3);
    });
  }
  return { alpha, planes };
}

describe('buildPlate', () => {
  test('keeps what is known, byte for byte', () => {
    const { alpha, planes } = makePlanes(4);
    const plate = buildPlate(alpha, planes, side, side, 40);
    for (let y = 0; y < side; y++) for (const x of [0, 10, 25, 70, 95]) expect(plate?.[1][y * side + x]).toBe(planes[1][y * side + x]);
  });

  test('shows nothing of the person behind the person, but the grain of the wall', () => {
    const { alpha, planes } = makePlanes(4);
    const plate = buildPlate(alpha, planes, side, side, 40);
    if (!plate) throw new Error('no plate');
    let deviation = 0;
    for (let y = 20; y < 76; y++) {
      for (let x = 34; x < 40; x++) {
        const value = plate[0][y * side + x];
        expect(Math.abs(value - 120)).toBeLessThan(20);
        deviation += Math.abs(value - 120) / (56 * 6);
      }
    }
    expect(deviation).toBeGreaterThan(1.5);
  });

  test('is null where no background is seen', () => {
    const { planes } = makePlanes(0);
    expect(buildPlate(new Float32Array(side * side).fill(1), planes, side, side, 40)).toBeNull();
  });
});
