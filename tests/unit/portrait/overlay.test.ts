import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawOverlay, overlaySvg } from '../../../src/portrait/overlay.ts';

// A tetrahedron's front: two triangles that face the viewer (counter-clockwise with y up is clockwise with y down) and one that does not.
const positions = Float32Array.of(10, 10, 0, 10, 50, 0, 50, 50, 0, 50, 10, 0);
const front = Uint32Array.of(0, 1, 2, 0, 2, 3);
const back = Uint32Array.of(0, 2, 1);
const boxes = [{ x: 2, y: 2, width: 20, height: 20 }, { x: 30, y: 30, width: 40, height: 40 }];
const landmarks = Float32Array.of(40, 45, 0, 60, 45, 0);

test('edges of triangles that face the viewer are drawn once, others not', () => {
  const drawn = (triangles: Uint32Array) => (overlaySvg(80, 80, { boxes, speaking: 1, landmarks, mesh: { positions, triangles } }).match(/M[\d.]+ [\d.]+L/g) ?? []).length;
  expect(drawn(front)).toBe(5);
  expect(drawn(back)).toBe(0);
});

test('boxes are numbered from 1, the speaking one in a colour of its own, landmarks are dots', () => {
  const svg = overlaySvg(80, 80, { boxes, speaking: 1, landmarks, mesh: { positions, triangles: front } });
  expect(svg.match(/<rect [^>]*stroke="#ffd400"/g)).toHaveLength(1);
  expect(svg.match(/<rect [^>]*stroke="#9aa0a6"/g)).toHaveLength(1);
  expect(svg.match(/<text [^>]*>(\d)<\/text>/g)).toHaveLength(2);
  expect(svg.match(/<circle /g)).toHaveLength(2);
});

test('the picture under it stays, but where something is drawn', async () => {
  const [width, height] = [80, 60];
  const picture = { width, height, rgb: new Uint8Array(width * height * 3).fill(90), alpha: null, name: 'p', warnings: [] };
  const png = await drawOverlay(picture, { boxes, speaking: 1, landmarks, mesh: { positions, triangles: front } });
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width, height, channels: 3 });
  const pixel = (x: number, y: number) => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
  expect(pixel(75, 5)).toEqual([90, 90, 90]);
  expect(pixel(50, 30)).not.toEqual([90, 90, 90]); // upper edge of the speaking box
});
