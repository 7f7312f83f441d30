import { describe, expect, test } from 'vitest';
import { followRegion, isElsewhere, isFar, measureMove } from '../../../../src/capture/track/region.ts';
import { createRandom } from '../../../../src/tensor/random.ts';

const region = (centreX: number, width = 200, angle = 0) => ({ centreX, centreY: 100, width, height: width, angle });

describe('followRegion', () => {
  test('hardly follows noise', () => {
    const random = createRandom(3);
    let held = region(300);
    const seen: number[] = [];
    for (let k = 0; k < 400; k++) {
      held = followRegion(held, region(300 + 0.4 * random.normal(), 200 * Math.exp(0.003 * random.normal()), 0.002 * random.normal()));
      seen.push(held.centreX - 300);
    }
    expect(Math.sqrt(seen.reduce((sum, x) => sum + x * x, 0) / seen.length)).toBeLessThan(0.2); // of 0.4
  });

  test('follows a nod: never farther behind than the middle of the crop allows', () => {
    let held = region(300);
    let worst = 0;
    for (let k = 1; k <= 50; k++) {
      const wanted = region(300 + k * 8); // 4 % of the side a frame
      held = followRegion(held, wanted);
      worst = Math.max(worst, measureMove(held, wanted).shift);
    }
    expect(worst).toBeLessThan(0.02);
  });

  test('goes the shorter way round', () => {
    expect(measureMove(region(0, 100, 3.1), region(0, 100, -3.1)).turn).toBeCloseTo(2 * Math.PI - 6.2, 6);
    expect(followRegion(region(0, 100, 3.1), region(0, 100, -3.1)).angle).toBeGreaterThan(3.1);
  });
});

test('far asks for a second mesh, elsewhere is another scene', () => {
  const from = region(300);
  expect([isFar(measureMove(from, region(305))), isFar(measureMove(from, region(315)))]).toEqual([false, true]);
  expect([isElsewhere(measureMove(from, region(340))), isElsewhere(measureMove(from, region(400)))]).toEqual([false, true]);
  expect(isElsewhere(measureMove(from, region(300, 260)))).toBe(true);
});
