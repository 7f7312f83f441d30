import { expect, test } from 'vitest';
import { drawMesh } from '../../../src/face/draw-mesh.ts';

test('draws lips, lids and dots where the landmarks are, and nothing elsewhere', () => {
  const [width, height] = [200, 160];
  const rgb = new Uint8Array(width * height * 3).fill(40);
  const landmarks = new Float32Array(478 * 3).fill(-100); // outside: must not be drawn, nor crash
  landmarks.set([100, 20, 0], 10 * 3); // forehead and chin give the size
  landmarks.set([100, 150, 0], 152 * 3);
  for (const point of [33, 7]) landmarks.set([point === 33 ? 40.5 : 60.5, 70.5, 0], point * 3); // neighbours on a lid margin
  drawMesh(rgb, width, height, landmarks);
  const pixel = (x: number, y: number) => [...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
  expect(pixel(50, 70)[1]).toBeGreaterThan(150); // the line between them is green
  expect(pixel(50, 70)[1]).toBeGreaterThan(pixel(50, 70)[0]);
  expect(pixel(100, 149)).not.toEqual([40, 40, 40]);
  expect(pixel(180, 100)).toEqual([40, 40, 40]);
});
