/** `animate batch` as users type it: films, results, what is skipped, what a kill leaves. */

import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BatchCheck, BatchResult, FilmPlan, JobResult } from '../../src/index.ts';
import { animate, animateJs, processesWith, start } from '../support/command.ts';
import { bundledFfmpeg } from '../support/ffmpeg.ts';
import { hashPictures } from '../support/film.ts';
import { portrait, voice, writeLandscape } from '../support/pictures.ts';

let folder = '';
const here = (...names: string[]): string => join(folder, ...names);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batch-'));
  await mkdir(here('dubs'));
  for (const name of ['1.wav', '2.wav', '3.wav']) await copyFile(voice, here('dubs', name));
  await copyFile(portrait, here('face.png'));
  await writeLandscape(here('landscape.png'));
});
afterAll(() => rm(folder, { recursive: true }));

const small = ['--size', '64', '--duration', '0.4'];
const readResults = async (path: string): Promise<JobResult[]> =>
  (await readFile(path, 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as JobResult);
const exists = (path: string): Promise<boolean> => stat(path).then(() => true, () => false);
const hidden = async (path: string): Promise<string[]> => (await readdir(path)).filter((name) => name.startsWith('.'));

describe('a batch from a table', () => {
  const films = (): string[] => ['a.mp4', 'b.mp4'].map((name) => here('films', name));

  test('makes the films, and tells which jobs could not start', async () => {
    await writeFile(here('jobs.csv'), 'portrait,sound,output,seed\nface.png,dubs/1.wav,a.mp4,3\nlandscape.png,dubs/2.wav,no.mp4,\nface.png,dubs/2.wav,b.mp4,\n');
    const { status, stdout, stderr } = await animate(['batch', here('jobs.csv'), '-o', here('films'), ...small, '--keep-going', '--jobs', '1']);
    expect({ status, stdout }).toEqual({ status: 10, stdout: films().map((film) => `${film}\n`).join('') });
    expect(stderr).toMatch(/\[1\/3\] .*jobs\.csv:3: failed \(.*landscape\.png: expected a face/);
    expect(stderr).toMatch(/2 done, 1 failed of 3 in \d+ s; results in .*results\.jsonl\n$/);
    const results = await readResults(here('films', 'results.jsonl'));
    expect(results.map(({ line, status: ending, output, error }) => ({ line, ending, output, code: error?.code }))).toEqual([
      { line: 3, ending: 'failed', output: undefined, code: 'no-face' },
      { line: 2, ending: 'done', output: films()[0], code: undefined },
      { line: 4, ending: 'done', output: films()[1], code: undefined },
    ]);
    expect((await readdir(here('films'))).sort()).toEqual(['a.mp4', 'b.mp4', 'results.jsonl']);
  });

  test('with the frames of single commands, and a fingerprint that a single command writes too', async () => {
    const [, ...done] = await readResults(here('films', 'results.jsonl'));
    // The second film draws with what the first found out about the portrait.
    for (const [index, args] of [['1.wav', '--seed', '3'], ['2.wav']].entries()) {
      const [sound, ...more] = args;
      const single = await animate([here('face.png'), here('dubs', sound), '-o', here('single.mp4'), ...small, ...more, '--json']);
      expect(single.status).toBe(0);
      expect(await hashPictures(here('single.mp4'))).toBe(await hashPictures(films()[index]));
      expect((JSON.parse(single.stdout) as { fingerprint: string }).fingerprint).toBe(done[index].fingerprint);
    }
  });

  test('again with --skip-existing makes only what is missing or made of other things', async () => {
    await writeFile(here('jobs.csv'), 'portrait,sound,output,seed\nface.png,dubs/1.wav,a.mp4,4\nface.png,dubs/2.wav,b.mp4,\nface.png,dubs/3.wav,c.mp4,\n');
    const before = await stat(films()[1]);
    const args = ['batch', here('jobs.csv'), '-o', here('films'), ...small, '--skip-existing', '--json', '--quiet'];
    const first = await animate(args);
    expect(first.status).toBe(0);
    const result = JSON.parse(first.stdout) as BatchResult;
    expect(result).toMatchObject({ jobs: 3, done: 2, skipped: 1, failed: 0, left: 0 });
    expect((await stat(films()[1])).mtimeMs).toBe(before.mtimeMs);
    expect((await readResults(here('films', 'results.jsonl'))).slice(3).map(({ line, status }) => [line, status]).sort()).toEqual([[2, 'done'], [3, 'skipped'], [4, 'done']]);
    expect(JSON.parse((await animate(args)).stdout)).toMatchObject({ done: 0, skipped: 3 });
  });
});

describe('before the first film', () => {
  test('every problem is told, nothing is made, and the status is that of the first', async () => {
    await writeFile(here('bad.jsonl'), [{ portrait: 'face.png', sound: 'dubs/1.wav' }, { portrait: 'none.png', sound: 'none.wav', seed: 'x' }, { portrait: 'none.png', sound: 'none.wav' }, { portrait: 'face.png', sound: 'dubs/1.wav' }].map((job) => JSON.stringify(job)).join('\n'));
    const { status, stdout, stderr } = await animate(['batch', here('bad.jsonl'), '-o', here('bad-films')]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    for (const told of ['bad.jsonl:2: seed: expected a whole number', 'bad.jsonl:3: ', 'none.wav: no such file', 'none.png: no such file', 'bad.jsonl:4: output: expected another file than that of line 1']) expect(stderr).toContain(told);
    expect(await exists(here('bad-films'))).toBe(false);
  });

  test('--dry-run tells what would be made, and makes nothing', async () => {
    const { status, stdout } = await animate(['batch', '--portrait', here('face.png'), '--sounds', here('dubs', '*.wav'), '-o', here('dry'), ...small, '--dry-run', '--json', '--shard', '1/2']);
    expect(status).toBe(0);
    const { jobs, problems, resultsFile } = JSON.parse(stdout) as BatchCheck;
    expect(problems).toEqual([]);
    expect(resultsFile).toBe(here('dry', 'results.1-of-2.jsonl'));
    expect(jobs.map(({ line, action, width, durationSeconds, options }) => [line, action, width, durationSeconds, options.output])).toEqual([
      [1, 'make', 64, 0.4, here('dry', '1.mp4')],
      [3, 'make', 64, 0.4, here('dry', '3.mp4')],
    ]);
    expect(await exists(here('dry'))).toBe(false);
  });

  test('a single film is planned likewise', async () => {
    const { status, stdout } = await animate([here('face.png'), here('dubs', '1.wav'), '-o', here('planned.mp4'), ...small, '--dry-run', '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout) as FilmPlan).toMatchObject({ path: here('planned.mp4'), replaces: false, frames: 10, width: 64, height: 64, model: 'default' });
    expect(await exists(here('planned.mp4'))).toBe(false);
    const bad = await animate([here('landscape.png'), here('dubs', '1.wav'), '-o', here('planned.mp4'), '--dry-run']);
    expect(bad).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('landscape.png: expected a face') });
  });
});

test('the first failure stops the batch, unless told otherwise', async () => {
  await mkdir(here('stop'));
  await mkdir(here('stop', '.keep'));
  await writeFile(here('stop.csv'), `portrait,sound,output,ffmpeg\nface.png,dubs/1.wav,a.mp4,\nface.png,dubs/2.wav,b.mp4,${here('ffmpeg-broken')}\nface.png,dubs/3.wav,c.mp4,\n`);
  await writeFile(here('ffmpeg-broken'), `#!/bin/sh\ncase "$*" in *rawvideo*) head -c 1000 >/dev/null; echo "No space left on device" >&2; exit 1;; *) exec "${bundledFfmpeg}" "$@";; esac\n`, { mode: 0o755 });
  const args = ['batch', here('stop.csv'), '-o', here('stop'), ...small, '--jobs', '1', '--json', '--quiet'];
  const stopped = await animate(args);
  expect(stopped.status).toBe(10);
  expect(JSON.parse(stopped.stdout)).toMatchObject({ jobs: 3, done: 1, failed: 1, left: 1 });
  expect(stopped.stderr).toMatch(/b\.mp4: failed \(b\.mp4: not written \(ffmpeg: No space left on device\)\)/);
  const goes = await animate([...args, '--keep-going', '--skip-existing']);
  expect(goes.status).toBe(10);
  expect(JSON.parse(goes.stdout)).toMatchObject({ jobs: 3, done: 1, skipped: 1, failed: 1, left: 0 });
  expect((await readdir(here('stop'))).sort()).toEqual(['.keep', 'a.mp4', 'c.mp4', 'results.jsonl']);
});

describe.skipIf(process.platform === 'win32')('a batch that is stopped', () => {
  const begin = (films: string) => start(process.execPath, [animateJs, 'batch', '--portrait', here('face.png'), '--sounds', here('dubs', '*.wav'), '-o', films, '--size', '64', '--duration', '3', '--skip-existing', '--jobs', '1']);
  const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
    for (let tries = 0; tries < 1200; tries++) {
      if (await condition()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('waited for a minute in vain');
  };
  const resume = async (films: string, done: number): Promise<void> => {
    const { status, stderr } = await begin(films).ended;
    expect(status).toBe(0);
    expect(stderr).toMatch(new RegExp(`${3 - done} done, ${done} there already of 3 in`));
    expect((await readdir(films)).sort()).toEqual(['1.mp4', '2.mp4', '3.mp4', 'results.jsonl']);
  };

  test('outright leaves whole films only, and the next run goes on', async () => {
    const films = here('killed');
    const { child, ended } = begin(films);
    await until(async () => (await exists(here('killed', '1.mp4'))) && (await hidden(films)).length > 0);
    child.kill('SIGKILL');
    await ended;
    if (process.platform === 'linux') await until(async () => (await processesWith(films)).length === 0);
    expect((await readdir(films)).filter((name) => /^\d\.mp4$/.test(name))).toEqual(['1.mp4']);
    expect((await readResults(join(films, 'results.jsonl'))).map(({ line, status }) => [line, status])).toEqual([[1, 'done']]);
    await resume(films, 1);
    expect(await hidden(films)).toEqual([]); // what the kill left is gone
  });

  test('by SIGINT leaves nothing but whole films', async () => {
    const films = here('interrupted');
    const { child, ended } = begin(films);
    await until(async () => (await exists(here('interrupted', '1.mp4'))) && (await hidden(films)).length > 0);
    child.kill('SIGINT');
    const { status, stderr } = await ended;
    expect(status).toBe(130);
    expect(stderr).toMatch(/\ncancelled\n$/);
    expect((await readdir(films)).sort()).toEqual(['1.mp4', 'results.jsonl']);
    if (process.platform === 'linux') await until(async () => (await processesWith(films)).length === 0);
    await resume(films, 1);
  });
});

test('a portrait that is called like the command', async () => {
  await copyFile(portrait, here('batch'));
  const { status, stdout } = await start(process.execPath, [animateJs, './batch', here('dubs', '1.wav'), '-o', here('named.mp4'), ...small], { cwd: folder }).ended;
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${here('named.mp4')}\n` });
});
