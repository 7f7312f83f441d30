import { expect, test } from 'vitest';
import { bleedColours } from '../../../src/portrait/bleed.ts';

/** 37 x 21: the left 10 columns (200, 60, 100), then one half-transparent column (180, 80, 90), the rest transparent with junk under it. */
function cutout() {
  const [width, height] = [37, 21];
  const rgb = new Uint8Array(width * height * 3);
  const alpha = new Uint8Array(width * height);
  for (let i = 0; i < alpha.length; i++) {
    const x = i % width;
    alpha[i] = x < 10 ? 255 : x === 10 ? 128 : 0;
    rgb.set(x < 10 ? [200, 60, 100] : x === 10 ? [180, 80, 90] : [0, 255, 0], i * 3);
  }
  return { width, height, rgb, alpha };
}

test('colours go on under transparent pixels, and all others stay what they are', () => {
  const { width, height, rgb, alpha } = cutout();
  const before = rgb.slice();
  bleedColours(rgb, alpha, width, height);
  for (let i = 0; i < alpha.length; i++) {
    const [red, green, blue] = rgb.subarray(i * 3);
    if (alpha[i] > 0) expect([red, green, blue]).toEqual([...before.subarray(i * 3, i * 3 + 3)]);
    else {
      expect(red).toBeGreaterThanOrEqual(178);
      expect(green).toBeLessThanOrEqual(82); // nothing of the junk's 255
      expect(blue).toBeGreaterThanOrEqual(88);
    }
  }
});

test('a single known pixel colours the whole picture', () => {
  const rgb = new Uint8Array(50 * 30 * 3);
  const alpha = new Uint8Array(50 * 30);
  rgb.set([10, 20, 30], 777 * 3);
  alpha[777] = 1;
  bleedColours(rgb, alpha, 50, 30);
  expect(rgb.every((value, i) => value === [10, 20, 30][i % 3])).toBe(true);
});
