/** Runs that are killed, starved and robbed at random moments leave nothing half-written and nothing running. TORTURE_RUNS says how many; docs/torture.md. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { animate } from '../support/command.ts';
import { bundledFfmpeg } from '../support/ffmpeg.ts';
import { portrait as picture, voice } from '../support/pictures.ts';
import { hurt, type Samples } from './hurt.ts';
import { note, runs, toDo } from './settings.ts';

let folder = '';
let samples: Samples;
let usualMilliseconds = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torture-'));
  samples = { portrait: join(folder, 'face.png'), sound: join(folder, 'voice.wav'), old: join(folder, 'old.mp4') };
  const run = promisify(execFile);
  await sharp(picture).resize(256, 256).png().toFile(samples.portrait);
  await run(bundledFfmpeg, ['-v', 'error', '-ss', '1', '-i', voice, '-t', '0.4', samples.sound]);
  const { status, seconds } = await animate([samples.portrait, samples.sound, '-o', samples.old, '--size', '64', '--steps', '2', '--seed', '5']);
  expect(status).toBe(0);
  usualMilliseconds = seconds * 1000;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const isLinux = process.platform === 'linux';

// Which runs the short form makes: one of each group of faults, at moments that once hit something.
test.runIf(isLinux && runs === 0).each([
  ['kill -9', false],
  ['ffmpeg killed', false],
  ['a thread of render/ ended', false],
  ['disk full (limit of a file)', false],
  ['kill -9', true],
])('%s (a batch: %s)', async (fault, isBatch) => {
  const { faults, ...told } = await hurt(7, samples, usualMilliseconds, { fault, isBatch, output: 0 });
  expect({ ...told, faults }).toEqual({ ...told, faults: [] });
});

test.runIf(isLinux && runs > 0)('many of them', { timeout: 2 ** 31 - 1 }, async () => {
  const bad: unknown[] = [];
  let done = 0;
  for (const index of toDo('fault', runs)) {
    const result = await hurt(index, samples, usualMilliseconds);
    note({ what: 'fault', ...result });
    if (result.faults.length > 0) bad.push(result);
    if (result.ending === 0 && !result.isBatch && result.output !== 'film.webm') usualMilliseconds = 0.8 * usualMilliseconds + 0.2 * result.seconds * 1000; // the machine may get busier
    done++;
  }
  expect({ done, bad }).toEqual({ done, bad: [] });
});
