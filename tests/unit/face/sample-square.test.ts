import { expect, test } from 'vitest';
import { buildPyramid, sampleRegion } from '../../../src/face/pyramid.ts';
import { sampleSquare } from '../../../src/face/sample-square.ts';

/** Smooth waves: what lies between pixels is known to a fraction of a grey level. */
function waves(width: number, height: number) {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rgb.set([128 + 100 * Math.sin(x / 15), 128 + 100 * Math.cos(y / 12), (x + y) % 200], (y * width + x) * 3);
  return { width, height, rgb };
}

test.each([0, 0.3, -1.2])('agrees with sampleRegion, turned by %d', (angle) => {
  const picture = waves(180, 160);
  const region = { centreX: 60, centreY: 110, width: 150, height: 150, angle }; // reaches over the edge
  const result = new Float32Array(96 * 96 * 3);
  sampleSquare(picture, region, 96, result);
  const expected = sampleRegion(buildPyramid(picture), region, { size: 96, low: 0, outside: 'nearest' });
  expect(Math.max(...result.map((value, k) => Math.abs(value - expected[k])))).toBeLessThan(1e-5);
});

test('averages where the frame is much finer: stripes become grey', () => {
  const rgb = new Uint8Array(600 * 600 * 3).map((_, k) => (Math.floor(k / 3) % 2 ? 255 : 0));
  const result = new Float32Array(64 * 64 * 3);
  sampleSquare({ width: 600, height: 600, rgb }, { centreX: 300, centreY: 300, width: 384, height: 384, angle: 0 }, 64, result);
  expect(Math.max(...result.map((value) => Math.abs(value - 0.5)))).toBeLessThan(0.02);
});
