import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expandPattern, matcherOf } from '../../../src/batch/glob.ts';

test.each([
  ['*.wav', 'a.wav', true],
  ['*.wav', '.wav', false],
  ['*.wav', '.a.wav', false],
  ['.*.wav', '.a.wav', true],
  ['*.wav', 'a.wave', false],
  ['*.wav', 'awav', false],
  ['?.wav', 'ab.wav', false],
  ['?.wav', '🎵.wav', true],
  ['a*b*c', 'a-b-bc', true],
  ['a(1)+[x].wav', 'a(1)+[x].wav', true],
  ['*', 'two\nlines', true],
  ['**********b', 'a'.repeat(200), false], // in no time
])('%j fits %j: %s', (pattern, name, fits) => expect(matcherOf(pattern)(name)).toBe(fits));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glob-'));
  for (const name of ['b.wav', 'a.wav', 'B.wav', 'c.mp3', '.hidden.wav', 'what?.wav']) await writeFile(join(folder, name), 'x');
  await mkdir(join(folder, 'folder.wav'));
});
afterAll(() => rm(folder, { recursive: true }));

test('files that fit come in the order of their names; folders and hidden files do not', async () => {
  expect(await expandPattern(join(folder, '*.wav'), '--sounds')).toEqual(['B.wav', 'a.wav', 'b.wav', 'what?.wav'].map((name) => join(folder, name)));
});

test('a path without wildcards, or one that is there, is itself', async () => {
  expect(await expandPattern('nowhere/a.wav', '--sounds')).toEqual(['nowhere/a.wav']);
  expect(await expandPattern(join(folder, 'what?.wav'), '--sounds')).toEqual([join(folder, 'what?.wav')]);
});

test.each([
  ['*.ogg', /^--sounds: expected files that fit ".*\*\.ogg", got none$/],
  ['none/*.wav', /^--sounds: expected files that fit .*got none \(.*none: no such folder\)$/],
  ['*/a.wav', /^--sounds: expected \* and \? in the name of the file alone/],
])('%s is refused', async (pattern, message) => {
  await expect(expandPattern(join(folder, pattern), '--sounds')).rejects.toMatchObject({ code: 'bad-option', message: expect.stringMatching(message) });
});
