import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { blendMark } from '../../../src/watermark/blend.ts';
import { checkMark, drawMark } from '../../../src/watermark/mark.ts';
import { temporaryFolder } from '../../support/signing.ts';

const frame = { width: 512, height: 384 };

describe('a text', () => {
  test('lies in the lower right corner, and is as large as the frame asks', async () => {
    const small = await drawMark('AI-generated', frame);
    expect([small.x + small.width, small.y + small.height]).toEqual([502, 374]);
    const large = await drawMark('AI-generated', { width: 2048, height: 1536 });
    expect(large.height / small.height).toBeCloseTo(4, 0);
  });

  test('becomes smaller where it would be wider than the frame', async () => {
    const { width, x } = await drawMark('a long text '.repeat(10), frame);
    expect(width).toBeLessThan(460);
    expect(x).toBeGreaterThan(0);
  });

  test.each([0, 128, 255])('can be read on grey of %d: its lightest and darkest pixels are far apart', async (grey) => {
    const pixels = new Uint8Array(512 * 384 * 3).fill(grey);
    blendMark(pixels, { width: 512, channels: 3 }, await drawMark('AI-generated', frame));
    const { x, y, width, height } = await drawMark('AI-generated', frame);
    const inside = [...pixels].filter((_, at) => at >= y * 512 * 3 && at < (y + height) * 512 * 3 && (at / 3) % 512 >= x && (at / 3) % 512 < x + width);
    expect(inside.reduce((most, value) => Math.max(most, value), 0) - inside.reduce((least, value) => Math.min(least, value), 255)).toBeGreaterThan(100);
    expect(pixels.subarray(0, 512 * 300 * 3).every((value) => value === grey)).toBe(true);
  });

  test('in another script is refused, with a way out', async () => {
    await expect(checkMark('漢字')).rejects.toMatchObject({ code: 'bad-option', message: '--watermark: expected Latin letters, digits and common signs, got "漢"', hint: 'Other scripts: give the mark as a picture, --watermark mark.png' });
  });

  test('that is a book is refused', async () => {
    await expect(checkMark('x'.repeat(201))).rejects.toThrow('--watermark: expected at most 200 letters, got 201');
  });

  test('fits the smallest film', async () => {
    const { x, y, width, height } = await drawMark('AI-generated', { width: 64, height: 48 });
    expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
    expect([x + width <= 64, y + height <= 48]).toEqual([true, true]);
  });
});

describe('a picture', () => {
  test('is made to fit a quarter of the width, and keeps its transparency', async () => {
    const path = join(await temporaryFolder(), 'mark.png');
    await sharp({ create: { width: 800, height: 100, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } } }).png().toFile(path);
    const { width, height, rgba } = await drawMark(path, frame);
    expect([width, height]).toEqual([128, 16]);
    expect([...rgba.subarray(0, 4)]).toEqual([255, 0, 0, 128]);
  });

  test('that is missing or none is told', async () => {
    const path = join(await temporaryFolder(), 'mark.png');
    await expect(checkMark(path)).rejects.toMatchObject({ code: 'bad-option', message: `--watermark: expected a picture that is there, got "${path}"` });
    await writeFile(path, 'hello');
    await expect(checkMark(path)).rejects.toMatchObject({ code: 'unreadable-input', message: expect.stringContaining(`--watermark: ${path}: expected a picture, but it cannot be read`) });
  });
});

test('one picture over another: half of white over black, over nothing, over half of black', () => {
  const mark = { width: 1, height: 1, x: 1, y: 0, rgba: new Uint8Array([255, 255, 255, 128]) };
  const opaque = new Uint8Array([9, 9, 9, 0, 0, 0]);
  blendMark(opaque, { width: 2, channels: 3 }, mark);
  expect([...opaque]).toEqual([9, 9, 9, 128, 128, 128]);
  const clear = new Uint8Array([9, 9, 9, 9, 0, 0, 0, 0]);
  blendMark(clear, { width: 2, channels: 4 }, mark);
  expect([...clear]).toEqual([9, 9, 9, 9, 255, 255, 255, 128]);
  const half = new Uint8Array([9, 9, 9, 9, 0, 0, 0, 128]);
  blendMark(half, { width: 2, channels: 4 }, mark);
  // 0.502 over 0.502: opacity 0.502 + 0.502 * 0.498 = 0.752, white's share of it 0.502 / 0.752
  expect([...half.subarray(4)]).toEqual([170, 170, 170, 192]);
});
