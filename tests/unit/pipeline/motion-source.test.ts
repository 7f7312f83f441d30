import { spawnSync } from 'node:child_process';
import { link, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMotionFile, keepMotion, openRecording } from '../../../src/motion-source.ts';
import { type OptionValues, resolveOptions } from '../../../src/options.ts';
import { temporaryBeside } from '../../../src/video/leftovers.ts';
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

test('without --motion-out nothing is written', async () => expect(await createMotionFile(wish({}), [])).toBeUndefined());

test('nothing is opened before the first frame', async () => {
  const motionFile = await createMotionFile(wish({ motionOut: join(folder, 'take.csv') }), []);
  await motionFile?.abort();
  expect(await readdir(folder)).toEqual([]);
});

test('what a killed run left goes', async () => {
  const take = join(folder, 'take.csv');
  const dead = temporaryBeside(take).replace(`-${process.pid}-`, `-${spawnSync(process.execPath, ['-e', '0']).pid}-`);
  await writeFile(dead, 'x');
  await createMotionFile(wish({ motionOut: take }), []);
  expect(await readdir(folder)).toEqual([]);
});

test('the target is checked as the one of the film is', async () => {
  const refused = (motionOut: string, inputs: string[] = [], film?: string) => expect(createMotionFile(wish({ motionOut }), inputs, film)).rejects;
  const [take, film] = [join(folder, 'take.json'), join(folder, 'film.mp4')];
  await writeFile(take, 'x');
  await refused(film).toMatchObject({ code: 'bad-option', message: `--motion-out: expected a name that ends in .json, .csv, got "${film}"`, hint: `Try --motion-out ${join(folder, 'film.json')}` });
  await refused(take, [take]).toMatchObject({ code: 'bad-option', message: `--motion-out: expected another file than the input ${take}, got "${take}"`, hint: 'Give another name with --motion-out.' });
  await link(take, film);
  await refused(take, [], film).toMatchObject({ code: 'bad-option', message: `--motion-out: expected another file than the film ${film}, got "${take}"` });
  const nowhere = join(folder, 'none', 'take.json');
  await refused(nowhere).toMatchObject({ code: 'bad-option', message: `--motion-out: expected a file in an existing folder, got "${nowhere}"` });
});

test('every frame is kept before it goes on', async () => {
  const kept: Float32Array[] = [];
  async function* track() {
    for (let index = 0; index < 3; index++) yield Float32Array.of(index);
  }
  const passed = await collect(keepMotion(track(), async (motion) => void kept.push(motion)));
  expect(kept).toEqual(passed);
});
