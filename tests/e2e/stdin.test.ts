/** A sound from stdin. */

import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import type { AnimateResult } from '../../src/events.ts';
import { animate, animateJs, start } from '../support/command.ts';
import { bundledFfmpeg, ffmpegOutput } from '../support/ffmpeg.ts';
import { hashPictures } from '../support/film.ts';
import { portrait, voice } from '../support/pictures.ts';

let folder = '';
let temporary = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'animate-from-stdin-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  temporary = await mkdtemp(join(folder, 'tmp-'));
});
afterEach(async () => expect(await readdir(temporary)).toEqual([]));
const run = (args: string[], stdin: Uint8Array, cwd = folder) => animate(args, { cwd, stdin, environment: { TMPDIR: temporary } });
const small = ['--size', '128', '--duration', '0.4'];

// An MP4 has its index at the end: it can be read only where one can go back.
test.each([['wav', []], ['mp3', []], ['mp4', ['-c:a', 'aac']], ['mkv', ['-c:a', 'aac']]])('%s makes the film that the file makes', async (ending, codec) => {
  const file = join(folder, `voice.${ending}`);
  await ffmpegOutput(bundledFfmpeg, ['-i', voice, '-t', '0.6', ...codec, file]);
  const fromFile = await animate([portrait, file, '-o', join(folder, `file-${ending}.mp4`), ...small]);
  const fromStdin = await run([portrait, '-', '-o', `stdin-${ending}.mp4`, ...small], await readFile(file));
  expect(fromFile.status).toBe(0);
  expect(fromStdin).toMatchObject({ status: 0, stdout: `${join(folder, `stdin-${ending}.mp4`)}\n` });
  expect(await hashPictures(join(folder, `stdin-${ending}.mp4`))).toBe(await hashPictures(join(folder, `file-${ending}.mp4`)));
});

test('the film goes into the current folder under the name of the portrait, when nobody says where', async () => {
  const inner = join(folder, 'inner');
  await mkdir(inner);
  const { status, stdout } = await run([portrait, '-', ...small, '--json', '-q'], await readFile(voice), inner);
  expect(status).toBe(0);
  expect((JSON.parse(stdout) as AnimateResult).path).toBe(join(inner, 'astronaut.mp4'));
  expect(await readdir(inner)).toEqual(['astronaut.mp4']);
});

test('errors and warnings call it stdin', async () => {
  expect(await run([portrait, '-', '-o', 'x.mp4'], Buffer.from('no sound'))).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('error: stdin: not readable as sound or video') });
  expect(await run([portrait, '-', '-o', 'x.mp4'], Buffer.alloc(0))).toMatchObject({ status: 2, stderr: expect.stringContaining('error: stdin: the file is empty') });
  const cut = (await readFile(voice)).subarray(0, 20_000);
  expect(await run([portrait, '-', '-o', 'cut.mp4', ...small], cut)).toMatchObject({ status: 0, stderr: expect.stringMatching(/^warning: stdin: the file is cut off/m) });
});

test('the portrait does not come from stdin', async () => {
  expect(await run(['-', voice], await readFile(portrait))).toMatchObject({ status: 2, stderr: expect.stringContaining('portrait: expected a picture file, got -') });
});

test.skipIf(process.platform === 'win32')('an interrupt while it is read ends at once and leaves nothing', async () => {
  const { child, ended } = start(process.execPath, [animateJs, portrait, '-', '-o', join(folder, 'never.mp4')], { environment: { TMPDIR: temporary }, stdin: new Uint8Array(0), keepStdinOpen: true });
  while (!(await readdir(temporary)).some((name) => name.startsWith('animate-stdin-'))) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ status: 130, stdout: '' });
  expect(await readdir(folder)).not.toContain('never.mp4');
});
