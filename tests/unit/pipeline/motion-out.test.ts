import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMotionFile, keepMotion } from '../../../src/motion-out.ts';
import { type OptionValues, resolveOptions } from '../../../src/options.ts';
import { collect } from '../../support/collect.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'source-'));
});
afterEach(() => rm(folder, { recursive: true }));

const wish = (options: object): OptionValues => resolveOptions(options as Record<string, unknown>, { environment: {} }).values;

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
