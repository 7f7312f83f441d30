import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { headArea, openSheet, pickFrames, timeOf } from '../../../src/looks/sheet.ts';

describe('the frames of a sheet', () => {
  test.each([1, 19, 20])('all of %d', (frames) => expect(pickFrames(frames)).toEqual(Array.from({ length: frames }, (_, i) => i)));
  test('20 of an hour, the first and the last among them, evenly spread', () => {
    const picked = pickFrames(90_000);
    expect([picked.length, picked[0], picked[19]]).toEqual([20, 0, 89_999]);
    for (let i = 1; i < 20; i++) expect(Math.abs(picked[i] - picked[i - 1] - 89_999 / 19)).toBeLessThanOrEqual(1);
  });
});

test.each([[0, '0:00.00'], [3.24, '0:03.24'], [59.996, '1:00.00'], [75.5, '1:15.50'], [3675.04, '1:01:15.04']])('%d s is %s', (seconds, text) => expect(timeOf(seconds)).toBe(text));

describe('the area about the head', () => {
  // 40 pixels wide and high about (x, y): the square has 1.45 times that, and its middle lies 0.06 times that higher.
  const landmarks = (x: number, y: number): Float32Array => Float32Array.of(x - 20, y - 20, 0, x + 20, y + 20, 0);
  test.each([
    [200, 100, { x: 171, y: 69, size: 58 }],
    [10, 10, { x: 0, y: 0, size: 58 }],
    [395, 195, { x: 342, y: 142, size: 58 }],
  ])('at %d, %d stays in the frame', (x, y, area) => expect(headArea({ width: 400, height: 200, landmarks: landmarks(x, y) })).toEqual(area));
  test('is the frame where the face is larger', () => expect(headArea({ width: 40, height: 30, landmarks: landmarks(20, 15) })).toEqual({ x: 5, y: 0, size: 30 }));
});

test.each([3, 4] as const)('tiles of %d channels lie in the order of their frames', async (channels) => {
  const [width, height, frames] = [64, 64, 7];
  const sheet = openSheet({ width, height, channels, frames, fps: 25, landmarks: Float32Array.of(16, 16, 0, 48, 48, 0) });
  const frame = new Uint8Array(width * height * channels);
  for (let index = 0; index < frames; index++) {
    frame.fill(30 * (index + 1));
    if (channels === 4) for (let i = 3; i < frame.length; i += 4) frame[i] = 255;
    await sheet.take(frame, index); // the same bytes again and again, as renderers give them
  }
  frame.fill(0);
  const png = await sheet.encode('png', 'made by a test');
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  // 46 pixels about the face, twice as large; five in a row, 8 pixels between.
  const tile = 92;
  expect([info.width, info.height]).toEqual([5 * (tile + 8) + 8, 2 * (tile + 8) + 8]);
  const middle = (column: number, row: number): number => data[((8 + row * (tile + 8) + tile / 2) * info.width + 8 + column * (tile + 8) + tile / 2) * 3];
  expect([0, 1, 2, 3, 4].map((column) => middle(column, 0))).toEqual([30, 60, 90, 120, 150]);
  expect([0, 1].map((column) => middle(column, 1))).toEqual([180, 210]);
});

test.each(['jpeg', 'webp'] as const)('also as %s', async (format) => {
  const sheet = openSheet({ width: 32, height: 32, channels: 3, frames: 1, fps: 25, landmarks: Float32Array.of(4, 4, 0, 28, 28, 0) });
  await sheet.take(new Uint8Array(32 * 32 * 3).fill(128), 0);
  expect((await sharp(await sheet.encode(format, 'x')).metadata()).format).toBe(format);
});
