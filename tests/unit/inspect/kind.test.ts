import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findKind, isPicture } from '../../../src/inspect/kind.ts';
import { burstNoise, wavBytes } from '../../support/sound.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'animate-kind-'));
});
afterAll(() => rm(folder, { recursive: true }));
const canvas = () => sharp({ create: { width: 70, height: 70, channels: 3, background: 'teal' } });

describe('pictures are known by their first bytes, whatever the name', () => {
  test.each(['png', 'jpeg', 'webp', 'tiff', 'gif', 'avif'] as const)('%s', async (format) => {
    const file = join(folder, 'voice.mp3');
    await writeFile(file, await canvas().toFormat(format).toBuffer());
    expect(await findKind(file)).toEqual({ kind: 'portrait', path: file });
  });

  test.each([
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', true],
    ['\ufeff<?xml version="1.0"?>\n<!-- made by hand -->\n<!DOCTYPE svg PUBLIC "x">\n<svg>', true],
    ['<html><svg></svg></html>', false],
    ['plain text', false],
  ])('%j', (text, expected) => {
    expect(isPicture(Buffer.from(text))).toBe(expected);
  });
});

test('everything else is a sound or film', async () => {
  const file = join(folder, 'face.png');
  await writeFile(file, wavBytes([burstNoise(0.1, 16_000)], 16_000));
  expect(await findKind(file)).toEqual({ kind: 'media', path: file });
});

test('a model is its folder or its model.json', async () => {
  const model = join(folder, 'model');
  await mkdir(model);
  await writeFile(join(model, 'model.json'), '{}');
  expect(await findKind(model)).toEqual({ kind: 'model', path: model });
  expect(await findKind(join(model, 'model.json'))).toEqual({ kind: 'model', path: model });
});

describe('what cannot be inspected', () => {
  test.each([
    ['nothing', () => join(folder, 'none'), /none: no such file$/],
    ['another folder', () => folder, /expected a picture, a sound, a film or the folder of a model, got a folder without model\.json$/],
    ['an address', () => 'https://example.org/face.png', /^https:\/\/example\.org\/face\.png: expected a file on this machine, got an address; nothing is ever fetched from the network$/],
  ])('%s', async (_what, path, message) => {
    await expect(findKind(path())).rejects.toMatchObject({ code: 'unreadable-input', message: expect.stringMatching(message) });
  });

  test('an empty file', async () => {
    const file = join(folder, 'empty');
    await writeFile(file, '');
    await expect(findKind(file)).rejects.toMatchObject({ code: 'unreadable-input', message: `${file}: the file is empty` });
  });
});
