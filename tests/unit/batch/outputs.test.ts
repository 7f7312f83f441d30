import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findClashes } from '../../../src/batch/outputs.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clashes-'));
  for (const name of ['face.png', 'voice.wav', 'jobs.csv']) await writeFile(join(folder, name), 'x');
});
afterEach(() => rm(folder, { recursive: true }));

const here = (name: string): string => join(folder, name);
const find = async (outputs: string[], more: object = {}) => {
  const jobs = outputs.map((output, index) => ({ line: index + 2, portrait: here('face.png'), sound: here('voice.wav'), options: { output: here(output), ...more } }));
  return (await findClashes(jobs, here('jobs.csv'))).map(({ line, message }) => `${line}: ${message.replaceAll(folder, '')}`);
};

test('films of their own are no problem', async () => {
  expect(await find(['a.mp4', 'b.mp4', 'sub/a.mp4'])).toEqual([]);
});

test('a film that an earlier job makes too, under whatever name its folder goes', async () => {
  await mkdir(here('films'));
  await symlink(here('films'), here('same'));
  expect(await find(['films/a.mp4', 'b.mp4', 'same/a.mp4', 'films/../b.mp4'])).toEqual([
    '4: output: expected another file than that of line 2, got "/same/a.mp4"',
    '5: output: expected another file than that of line 3, got "/b.mp4"',
  ]);
});

test('a film that is an input of any job, even by another name, or the job file', async () => {
  await link(here('voice.wav'), here('linked.mp4'));
  expect(await find(['a.mp4', 'linked.mp4', 'jobs.csv'])).toEqual([
    '3: output: expected another file than the input /voice.wav, got "/linked.mp4"',
    '4: output: expected another file than the job file, got "/jobs.csv"',
  ]);
});

test('motion files are outputs too', async () => {
  expect(await find(['a.mp4', 'b.mp4'], { motionOut: here('m.json') })).toEqual(['3: motionOut: expected another file than that of line 2, got "/m.json"']);
});
