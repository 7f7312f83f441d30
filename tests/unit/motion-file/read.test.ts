import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { csvMotionText } from '../../../src/motion-file/csv.ts';
import { readMotion } from '../../../src/motion-file/read.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'motion-'));
  await mkdir(join(folder, 'folder.json'));
  await writeFile(join(folder, 'large.csv'), '');
  await truncate(join(folder, 'large.csv'), 300e6); // a hole: takes no room
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ['take.txt', 'expected a name that ends in .json or .csv, got ".txt"', 'docs/motion-files.md describes both.'],
  ['take', 'expected a name that ends in .json or .csv, got ""', 'docs/motion-files.md describes both.'],
  ['none.json', 'no such file (expected motion as .json or .csv)', 'Check the path and the permissions.'],
  ['folder.json', 'expected a motion file, got a folder', 'Give the path of one .json or .csv file.'],
  ['large.csv', 'expected at most 200 MB of motion, got 300 MB', 'Cut it to the length of the sound, or write it at fewer frames a second.'],
])('%s is refused in whole words', async (name, message, hint) => {
  const path = join(folder, name);
  await expect(readMotion(path)).rejects.toMatchObject({ code: 'unreadable-input', message: `${path}: ${message}`, hint });
});

test.each([
  ['json', `{"format":"animate-motion","version":1,"fps":25,"channels":["jawOpen"],"frames":[[0.5]]}`],
  ['csv', csvMotionText(25).head + csvMotionText(25).frame(new Float32Array(58).fill(0.5), 0)],
])('a byte order mark before %s does no harm', async (ending, text) => {
  const path = join(folder, `marked.${ending}`);
  await writeFile(path, `\uFEFF${text}`);
  expect((await readMotion(path)).frames[0]?.[17]).toBe(0.5);
});
