import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMotionFile, keepMotion, openRecording } from '../../../src/motion-out.ts';
import { type OptionValues, resolveOptions } from '../../../src/options.ts';
import { collect } from '../../support/collect.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'source-'));
});
afterEach(() => rm(folder, { recursive: true }));

const wish = (options: object): OptionValues => resolveOptions(options as Record<string, unknown>, { environment: {} }).values;

test.each([
  [1, 1, []],
  [1, 1.03, []], // lengths are rounded up to whole frames
  [1, 0.98, []],
  [1, 2, ['holds 1.00 s of motion for 2.00 s of sound; after it the face comes to rest']],
  [1, 0.5, ['holds 1.00 s of motion for 0.50 s of sound; the rest is left out']],
])('%d s of motion for %d s of sound', async (seconds, filmSeconds, warnings) => {
  const path = join(folder, 'take.json');
  await writeFile(path, JSON.stringify({ format: 'animate-motion', version: 1, fps: 30, channels: ['jawOpen'], frames: Array(30 * seconds).fill([0.5]) }));
  expect((await openRecording(path)).warningsFor(filmSeconds)).toEqual(warnings.map((warning) => `${path}: ${warning}`));
});

test('nothing is opened before the first frame', async () => {
  await createMotionFile(join(folder, 'take.csv'), wish({})).abort();
  expect(await readdir(folder)).toEqual([]);
});

test('every frame is kept before it goes on', async () => {
  const kept: Float32Array[] = [];
  async function* track() {
    for (let index = 0; index < 3; index++) yield Float32Array.of(index);
  }
  const passed = await collect(keepMotion(track(), async (motion) => void kept.push(motion)));
  expect(kept).toEqual(passed);
});
