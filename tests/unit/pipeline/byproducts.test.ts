import { spawnSync } from 'node:child_process';
import { link, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import sharp from 'sharp';
import { checkByproducts, type FilmFacts, openByproducts } from '../../../src/byproducts.ts';
import { type OptionValues, resolveOptions } from '../../../src/options.ts';
import { temporaryBeside } from '../../../src/video/leftovers.ts';

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'byproducts-'))));
afterEach(() => rm(folder, { recursive: true }));

const wish = (options: Record<string, unknown>): OptionValues => resolveOptions(options, { environment: {} }).values;

// A film of 64 x 48 pixels: the face is about its middle, and the sound half a second of a tone.
const facts: FilmFacts = {
  ...{ width: 64, height: 48, channels: 3, frames: 30, fps: 25, durationSeconds: 1.2, sampleRate: 16_000 },
  landmarks: Float32Array.of(24, 16, 0, 40, 16, 0, 32, 32, 0),
  gapRow: new Float32Array(52).fill(0.01),
  samples: async function* () {
    for (let block = 0; block < 12; block++) yield Float32Array.from({ length: 1600 }, (_, i) => (block < 6 ? Math.sin(i / 5) : 0));
  },
};

test('a film alone takes frames and no motion', async () => {
  const byproducts = await openByproducts(resolveOptions({}, { environment: {} }).values, []);
  expect(byproducts.takeMotion).toBeUndefined();
  await byproducts.takeFrame(new Uint8Array(3), 0);
  await byproducts.close();
  await byproducts.finish();
  expect(await readdir(folder)).toEqual([]);
});

test('the motion file appears when the film is finished', async () => {
  const { values } = resolveOptions({ motionOut: join(folder, 'take.json') }, { environment: {} });
  const byproducts = await openByproducts(values, []);
  await byproducts.takeMotion?.(new Float32Array(58).fill(0.25));
  await byproducts.close();
  expect(await readdir(folder)).not.toContain('take.json');
  await byproducts.finish();
  await byproducts.abort();
  expect(await readdir(folder)).toEqual(['take.json']);
  expect(await readFile(join(folder, 'take.json'), 'utf8')).toContain('0.25');
});

test('giving up leaves nothing', async () => {
  const { values } = resolveOptions({ motionOut: join(folder, 'take.json') }, { environment: {} });
  const byproducts = await openByproducts(values, []);
  await byproducts.takeMotion?.(new Float32Array(58));
  await byproducts.abort();
  expect(await readdir(folder)).toEqual([]);
});

test('the target is checked as the one of the film is', async () => {
  const refused = (motionOut: string, inputs: string[] = [], film?: string) => expect(openByproducts(wish({ motionOut }), inputs, film)).rejects;
  const [take, film] = [join(folder, 'take.json'), join(folder, 'film.mp4')];
  await writeFile(take, 'x');
  await refused(film).toMatchObject({ code: 'bad-option', message: `--motion-out: expected a name that ends in .json, .csv, got "${film}"`, hint: `Try --motion-out ${join(folder, 'film.json')}` });
  await refused(take, [take]).toMatchObject({ code: 'bad-option', message: `--motion-out: expected another file than the input ${take}, got "${take}"`, hint: 'Give another name with --motion-out.' });
  await link(take, film);
  await refused(take, [], film).toMatchObject({ code: 'bad-option', message: `--motion-out: expected another file than the film ${film}, got "${take}"` });
  const nowhere = join(folder, 'none', 'take.json');
  await refused(nowhere).toMatchObject({ code: 'bad-option', message: `--motion-out: expected a file in an existing folder, got "${nowhere}"` });
});

test('two files beside a film need two names', async () => {
  const path = join(folder, 'look.png');
  await expect(checkByproducts(wish({ sheet: path, plot: path }), [])).rejects.toMatchObject({ code: 'bad-option', message: `--plot: expected another file than that of --sheet, got "${path}"` });
  await expect(checkByproducts(wish({ sheet: join(folder, 'look.gif') }), [])).rejects.toMatchObject({ message: `--sheet: expected a name that ends in .png, .jpg, .jpeg, .webp, got "${join(folder, 'look.gif')}"` });
  expect(await checkByproducts(wish({ sheet: path }), [], undefined, { isDry: true })).toEqual({ motionOut: undefined, sheet: path, plot: undefined });
  expect(await readdir(folder)).toEqual([]);
});

test('sheet and plot appear when the film is finished, and not before', async () => {
  const byproducts = await openByproducts(wish({ sheet: join(folder, 'sheet.png'), plot: join(folder, 'plot.svg') }), []);
  byproducts.begin(facts);
  for (let index = 0; index < facts.frames; index++) {
    await byproducts.takeMotion?.(new Float32Array(58).fill(index / 30));
    await byproducts.takeFrame(new Uint8Array(64 * 48 * 3).fill(8 * index), index);
  }
  await byproducts.close();
  expect((await readdir(folder)).every((name) => name.startsWith('.'))).toBe(true);
  await byproducts.finish();
  await byproducts.abort();
  expect((await readdir(folder)).sort()).toEqual(['plot.svg', 'sheet.png']);
  const { format, exif } = await sharp(join(folder, 'sheet.png')).metadata();
  expect(format).toBe('png');
  expect(exif?.toString('latin1')).toContain('AI-generated by animate');
  expect(await readFile(join(folder, 'plot.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
});

test.each(['before', 'after'])('a film that fails %s its last frame leaves neither sheet nor plot', async (when) => {
  const byproducts = await openByproducts(wish({ sheet: join(folder, 'sheet.webp'), plot: join(folder, 'plot.png') }), []);
  byproducts.begin(facts);
  await byproducts.takeMotion?.(new Float32Array(58));
  await byproducts.takeFrame(new Uint8Array(64 * 48 * 3), 0);
  if (when === 'after') await byproducts.close();
  expect(await readdir(folder)).toHaveLength(when === 'after' ? 2 : 0);
  await byproducts.abort();
  expect(await readdir(folder)).toEqual([]);
});

test('what a killed run left goes', async () => {
  const take = join(folder, 'take.csv');
  const dead = temporaryBeside(take).replace(`-${process.pid}-`, `-${spawnSync(process.execPath, ['-e', '0']).pid}-`);
  await writeFile(dead, 'x');
  await (await openByproducts(resolveOptions({ motionOut: take }, { environment: {} }).values, [])).abort();
  expect(await readdir(folder)).toEqual([]);
});
