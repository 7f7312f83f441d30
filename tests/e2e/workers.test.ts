/** The same frames, byte for byte before any encoding, from any number of threads. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { animate } from '../support/command.ts';
import { hashFrames } from '../support/frames.ts';
import { portrait, voice, writeTransparent } from '../support/pictures.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workers-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('1, 2 and 4 threads draw the same film', async () => {
  const request = { portrait, sound: voice, size: 320, crop: 'face', start: 4.4, duration: 0.8 } as const; // where lips close fast
  const [one, two, four] = [await hashFrames({ ...request, threads: 1 }), await hashFrames({ ...request, threads: 2 }), await hashFrames({ ...request, threads: 4 })];
  expect(one).toMatchObject({ count: 20, channels: 3, bytes: 320 * 320 * 3 });
  expect(two).toEqual(one);
  expect(four).toEqual(one);
  const sharp = await hashFrames({ ...request, threads: 2, motionBlur: 'off' });
  expect(sharp.count).toBe(20);
  expect(sharp.hash).not.toBe(one.hash);
});

test('--json tells the sha256 of the frames, which the library draws too', async () => {
  const output = join(folder, 'film.mp4');
  const { status, stdout } = await animate([portrait, voice, '-o', output, '--size', '128', '--duration', '0.4', '--threads', '2', '--json', '--quiet']);
  expect(status).toBe(0);
  const { hash } = await hashFrames({ portrait, sound: voice, size: 128, duration: 0.4, threads: 1 });
  expect((JSON.parse(stdout) as { framesSha256: string }).framesSha256).toBe(hash);
});

test('so do they of a cut-out', async () => {
  const picture = join(folder, 'cutout.png');
  await writeTransparent(picture);
  const request = { portrait: picture, sound: voice, size: 128, start: 0.5, duration: 0.4, alpha: true };
  const one = await hashFrames({ ...request, threads: 1 });
  expect(one).toMatchObject({ count: 10, channels: 4 });
  expect(await hashFrames({ ...request, threads: 3 })).toEqual(one);
});
