import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AnimateError } from '../../../src/errors.ts';
import { loadPicture } from '../../../src/portrait/load.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'animate-load-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** 96 x 80: left half red (200, 30, 40), right half blue (20, 60, 180). */
function twoHalves(): Buffer {
  const rgb = Buffer.alloc(96 * 80 * 3);
  for (let pixel = 0; pixel < 96 * 80; pixel++) rgb.set(pixel % 96 < 48 ? [200, 30, 40] : [20, 60, 180], pixel * 3);
  return rgb;
}
const raw = { width: 96, height: 80, channels: 3 as const };
const open = () => sharp(twoHalves(), { raw });

function pixelAt(picture: { width: number; rgb: Uint8Array }, x: number, y: number): number[] {
  return [...picture.rgb.subarray((y * picture.width + x) * 3, (y * picture.width + x) * 3 + 3)];
}

function expectNear(actual: number[], expected: number[], tolerance: number): void {
  for (const [k, value] of expected.entries()) expect(Math.abs(actual[k] - value), `${actual} against ${expected}`).toBeLessThanOrEqual(tolerance);
}

async function errorOf(promise: Promise<unknown>): Promise<AnimateError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AnimateError);
  return error as AnimateError;
}

describe('loadPicture reads', () => {
  test.each([
    ['PNG', () => open().png(), 0],
    ['JPEG', () => open().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }), 4],
    ['WebP', () => open().webp({ lossless: true }), 1],
    ['AVIF', () => open().avif({ quality: 90, effort: 1 }), 6],
    ['TIFF', () => open().tiff({ compression: 'lzw' }), 0],
    ['GIF', () => open().gif(), 4],
  ])('%s', async (_, encode, tolerance) => {
    const picture = await loadPicture(await encode().toBuffer());
    expect([picture.width, picture.height, picture.rgb.length, picture.alpha]).toEqual([96, 80, 96 * 80 * 3, null]);
    expectNear(pixelAt(picture, 20, 40), [200, 30, 40], tolerance);
    expectNear(pixelAt(picture, 80, 40), [20, 60, 180], tolerance);
    expect(picture.warnings).toEqual([]);
  });

  test('SVG, drawn large enough for a film', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50"><rect width="100" height="50" fill="#c81e28"/></svg>';
    const picture = await loadPicture(Buffer.from(svg));
    expect([picture.width, picture.height]).toEqual([1024, 512]);
    expect(pixelAt(picture, 500, 250)).toEqual([200, 30, 40]);
  });

  test('a huge SVG no larger than needed', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="4500"><rect width="9000" height="4500" fill="#c81e28"/></svg>';
    expect((await loadPicture(Buffer.from(svg))).width).toBe(2048);
  });

  test('16 bits a channel as 8', async () => {
    const picture = await loadPicture(await open().toColourspace('rgb16').png().toBuffer());
    expectNear(pixelAt(picture, 20, 40), [200, 30, 40], 1);
  });

  test.each([
    ['8 bit', 'b-w'],
    ['16 bit', 'grey16'],
  ] as const)('grey of %s as three equal channels', async (_, colourspace) => {
    const grey = sharp({ create: { width: 96, height: 80, channels: 3, background: '#808080' } });
    const picture = await loadPicture(await grey.toColourspace(colourspace).png().toBuffer());
    expect(picture.rgb.length).toBe(96 * 80 * 3);
    expectNear(pixelAt(picture, 20, 40), [128, 128, 128], 1);
  });

  test('CMYK as sRGB', async () => {
    const bytes = await open().toColourspace('cmyk').jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    // The round trip goes through the press's gamut, which is smaller: hues stay, values move.
    const picture = await loadPicture(bytes);
    expectNear(pixelAt(picture, 20, 40), [200, 30, 40], 30);
    expectNear(pixelAt(picture, 80, 40), [20, 60, 180], 45);
  });

  test('a Display P3 profile as sRGB', async () => {
    const bytes = await open().withIccProfile('p3').png().toBuffer(); // converts the pixels to P3 and says so
    expect((await sharp(bytes).metadata()).hasProfile).toBe(true);
    const picture = await loadPicture(bytes);
    expectNear(pixelAt(picture, 20, 40), [200, 30, 40], 3);
    expectNear(pixelAt(picture, 80, 40), [20, 60, 180], 3);
  });

  // Which side of the upright picture the stored row 0 and column 0 show: EXIF 2.32 section 4.6.4, tag Orientation.
  test.each([
    [1, 'top', 'left'],
    [2, 'top', 'right'],
    [3, 'bottom', 'right'],
    [4, 'bottom', 'left'],
    [5, 'left', 'top'],
    [6, 'right', 'top'],
    [7, 'right', 'bottom'],
    [8, 'left', 'bottom'],
  ])('EXIF orientation %i (row 0 %s, column 0 %s) upright', async (orientation, firstRow, firstColumn) => {
    const [width, height] = [96, 80];
    const upright = Buffer.from(twoHalves());
    for (let pixel = 0; pixel < 96 * 20; pixel++) upright.set([250, 250, 0], pixel * 3); // a yellow strip on top
    const swaps = orientation >= 5;
    const stored = Buffer.alloc(upright.length);
    const [storedWidth, storedHeight] = swaps ? [height, width] : [width, height];
    for (let row = 0; row < storedHeight; row++) {
      for (let column = 0; column < storedWidth; column++) {
        const [down, across] = swaps ? [column, row] : [row, column];
        const y = [firstRow, firstColumn].includes('bottom') ? height - 1 - down : down;
        const x = [firstRow, firstColumn].includes('right') ? width - 1 - across : across;
        upright.copy(stored, (row * storedWidth + column) * 3, (y * width + x) * 3, (y * width + x) * 3 + 3);
      }
    }
    const tagged = sharp(stored, { raw: { width: storedWidth, height: storedHeight, channels: 3 } }).withMetadata({ orientation });
    const picture = await loadPicture(await tagged.png().toBuffer());
    expect([picture.width, picture.height]).toEqual([width, height]);
    expect(Buffer.from(picture.rgb).equals(upright)).toBe(true);
  });

  test('transparency over the background, and keeps it', async () => {
    const half = sharp({ create: { width: 64, height: 64, channels: 4, background: { r: 100, g: 0, b: 0, alpha: 0.5 } } });
    const bytes = await half.png().toBuffer();
    const white = await loadPicture(bytes);
    expectNear(pixelAt(white, 5, 5), [178, 128, 128], 1); // 100 * 0.5 + 255 * 0.5
    expect(white.alpha?.[70]).toBe(128);
    const green = await loadPicture(bytes, { background: '#00ff00' });
    expectNear(pixelAt(green, 5, 5), [50, 128, 0], 1);
    const kept = await loadPicture(bytes, { keepAlpha: true });
    expectNear(pixelAt(kept, 5, 5), [100, 0, 0], 1);
    expect(kept.alpha?.[70]).toBe(128);
  });

  test('an alpha channel without transparency as none', async () => {
    expect((await loadPicture(await open().ensureAlpha().png().toBuffer())).alpha).toBeNull();
    const error = await errorOf(loadPicture(await open().ensureAlpha().png().toBuffer(), { name: 'whole.png', keepAlpha: true }));
    expect(error).toMatchObject({ code: 'unreadable-input', message: 'whole.png: expected a picture with transparent parts for --alpha, got one without' });
    expect(error.hint).toContain('leave --alpha out');
  });

  test('the first frame of an animation, and says so', async () => {
    const second = await sharp({ create: { width: 96, height: 80, channels: 3, background: 'lime' } }).png().toBuffer();
    const frames = [await open().png().toBuffer(), second];
    const animation = await sharp(frames, { join: { animated: true } }).gif().toBuffer();
    const picture = await loadPicture(animation, { name: 'dance.gif' });
    expect([picture.width, picture.height]).toEqual([96, 80]);
    expectNear(pixelAt(picture, 20, 40), [200, 30, 40], 4);
    expect(picture.warnings).toEqual(['dance.gif: has 2 frames or pages; the first one is used']);
  });

  test('a very large picture shrunk, and says so', async () => {
    const large = sharp({ create: { width: 1000, height: 600, channels: 3, background: '#c81e28' } });
    const picture = await loadPicture(await large.png().toBuffer(), { name: 'large.png', maxPixels: 150_000 });
    expect([picture.width, picture.height]).toEqual([500, 300]);
    expect(picture.warnings).toEqual(['large.png: 1000x600 pixels are read as 500x300']);
  });

  test('a file by its path', async () => {
    const path = join(folder, 'portrait.png');
    await open().png().toFile(path);
    expect((await loadPicture(path)).name).toBe(path);
  });
});

describe('loadPicture refuses', () => {
  test('a missing file', async () => {
    const path = join(folder, 'nobody.png');
    const error = await errorOf(loadPicture(path));
    expect([error.code, error.message]).toEqual(['unreadable-input', `${path}: no such file (expected a picture)`]);
    expect(error.hint).toBe('check the path and the permissions');
  });

  test('a folder', async () => {
    const error = await errorOf(loadPicture(folder));
    expect([error.code, error.message]).toEqual(['unreadable-input', `${folder}: expected a picture, got a folder`]);
    expect(error.hint).toBe('give the path of one picture file');
  });

  test('an empty file', async () => {
    const path = join(folder, 'empty.png');
    await writeFile(path, '');
    const error = await errorOf(loadPicture(path));
    expect([error.code, error.message]).toEqual(['unreadable-input', `${path}: expected a picture, got an empty file`]);
  });

  test.each([
    ['hello, I am a letter\n', 'text'],
    ['RIFF\x24\x00\x00\x00WAVEfmt ', 'a WAV sound'],
    ['\x00\x00\x00\x20ftypisom\x00\x00\x02\x00', 'a video or sound (MP4)'],
    ['%PDF-1.7\n', 'a PDF document'],
    ['\x00\x01\x02\x03\x80\x81', 'data that no decoder knows'],
  ])('what is no picture: %j', async (content, what) => {
    const error = await errorOf(loadPicture(Buffer.from(content, 'latin1'), { name: 'x.bin' }));
    expect(error.code).toBe('unreadable-input');
    expect(error.message).toBe(`x.bin: expected a picture (JPEG, PNG, WebP, AVIF, TIFF, GIF or SVG), got ${what}`);
    expect(error.hint).toBe('open it in an image program and save it as PNG or JPEG');
  });

  test.each([
    [1, 1],
    [63, 500],
  ])('a picture of %ix%i pixels', async (width, height) => {
    const bytes = await sharp({ create: { width, height, channels: 3, background: 'white' } }).png().toBuffer();
    const error = await errorOf(loadPicture(bytes, { name: 'dot.png' }));
    expect([error.code, error.message]).toEqual([
      'unreadable-input',
      `dot.png: expected at least 64 pixels a side, got ${width}x${height} pixels`,
    ]);
  });

  test('a picture of 30,001 pixels a side', async () => {
    const bytes = await sharp({ create: { width: 30_001, height: 70, channels: 3, background: 'white' } }).png().toBuffer();
    const error = await errorOf(loadPicture(bytes, { name: 'long.png' }));
    expect([error.code, error.message, error.hint]).toEqual([
      'unreadable-input',
      'long.png: expected at most 30000 pixels a side and 200 megapixels, got 30001x70 pixels',
      'shrink or crop the picture first',
    ]);
  });

  test.each(['jpeg', 'png', 'webp', 'tiff'] as const)('a %s cut off in the middle', async (format) => {
    const noise = sharp({ create: { width: 256, height: 256, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 40 }, background: 'white' } });
    const bytes = await noise.toFormat(format).toBuffer();
    const error = await errorOf(loadPicture(bytes.subarray(0, bytes.length / 2), { name: `cut.${format}` }));
    expect(error.code).toBe('unreadable-input');
    expect(error.message).toMatch(new RegExp(`^cut\\.${format}: expected a`));
    expect(error.hint).toBeDefined();
  });

  test('a background that is no colour', async () => {
    const error = await errorOf(loadPicture(await open().png().toBuffer(), { background: 'octarine' }));
    expect([error.code, error.message]).toEqual([
      'bad-option',
      'background: expected a colour like white, #202020 or rgb(20, 40, 60), got "octarine"',
    ]);
  });
});
