/** The motion of a film goes into a file, and the file into another film. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMotion } from '../../src/motion-file/read.ts';
import { animate, animateJs, start } from '../support/command.ts';
import { hashPictures } from '../support/film.ts';
import { largestDifference } from '../support/motion.ts';
import { portrait, voice } from '../support/pictures.ts';

let folder = '';
const at = (name: string): string => join(folder, name);
const common = ['--size', '128', '--start', '0.5', '--duration', '1', '--quiet'];

async function film(name: string, ...words: string[]): Promise<void> {
  const { status, stdout, stderr } = await animate([portrait, voice, '-o', at(name), ...common, ...words]);
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${at(name)}\n`, stderr: '' });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'motion-file-'));
  await film('first.mp4', '--motion-out', at('first.json'));
});
afterAll(() => rm(folder, { recursive: true }));

test('the motion that was drawn is there, one frame a frame', async () => {
  const { fps, frames } = await readMotion(at('first.json'));
  expect([fps, frames.length]).toEqual([25, 25]);
  expect(frames.some((motion) => motion.some((value) => Math.abs(value) > 0.05))).toBe(true);
});

test.each(['json', 'csv'])('played, and written again as %s, it is the same', async (ending) => {
  await film(`second-${ending}.mp4`, '--motion', at('first.json'), '--motion-out', at(`second.${ending}`));
  const [first, second] = [await readMotion(at('first.json')), await readMotion(at(`second.${ending}`))];
  expect(second.fps).toBe(25);
  expect(largestDifference(first.frames, second.frames)).toBeLessThan(1e-4);
  if (ending === 'csv') {
    await film('third.mp4', '--motion', at('second.csv'), '--motion-out', at('third.json'));
    expect(largestDifference(first.frames, (await readMotion(at('third.json'))).frames)).toBeLessThan(1e-4);
  } else {
    // The pictures too.
    await film('again.mp4', '--motion', at('second.json'));
    expect(await hashPictures(at('again.mp4'))).toBe(await hashPictures(at(`second-${ending}.mp4`)));
  }
});

test('motion shorter than the sound is told of', async () => {
  const { status, stderr } = await animate([portrait, voice, '-o', at('long.mp4'), '--size', '128', '--duration', '1.5', '--motion', at('first.json')]);
  expect(status).toBe(0);
  expect(stderr).toContain(`warning: ${at('first.json')}: holds 1.00 s of motion for 1.50 s of sound; after it the face comes to rest\n`);
});

test('a bad file is refused before anything is done', async () => {
  await writeFile(at('bad.json'), '{"format":"animate-motion","version":7}');
  const { status, stdout, stderr } = await animate([portrait, voice, '-o', at('bad.mp4'), ...common, '--motion', at('bad.json')]);
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: `error: ${at('bad.json')}: version: expected 1, got 7\ndocs/motion-files.md describes the format; --motion-out writes it.\n`,
  });
  expect(await readdir(folder)).not.toContain('bad.mp4');
});

test.skipIf(process.platform === 'win32')('a run that is stopped leaves neither film nor motion', async () => {
  const before = (await readdir(folder)).sort();
  const words = [portrait, voice, '-o', at('stopped.mp4'), '--size', '128', '--motion', at('first.json'), '--motion-out', at('stopped.csv')];
  const { child, ended } = start(process.execPath, [animateJs, ...words]);
  for (let tries = 0; tries < 600 && !(await readdir(folder)).some((name) => /^\.stopped\..*\.csv$/.test(name)); tries++) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ status: 130, stdout: '' });
  expect((await readdir(folder)).sort()).toEqual(before);
});
