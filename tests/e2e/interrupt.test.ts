/** A run that is stopped leaves no film, no temporary file and no process. */

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { animateJs, processesWith, start } from '../support/command.ts';
import { portrait } from '../support/pictures.ts';
import { burstNoise, wavBytes } from '../support/sound.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'interrupt-'));
  await writeFile(join(folder, 'long.wav'), wavBytes([burstNoise(60, 16_000)], 16_000));
});
afterEach(() => rm(folder, { recursive: true }));

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('waited for a minute in vain');
}

const leftOver = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name !== 'long.wav');

test.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s in the middle of the frames', async (name) => {
  const { child, stderr, ended } = start(process.execPath, [animateJs, portrait, join(folder, 'long.wav'), '-o', join(folder, 'film.mp4'), '--size', '128']);
  await until(() => stderr().includes('drawing frames'));
  await until(async () => (await leftOver()).length > 0); // ffmpeg has opened the temporary file
  child.kill(name);
  const { status, stdout, stderr: told, seconds } = await ended;
  expect({ status, stdout }).toEqual({ status: 130, stdout: '' });
  expect(told).toMatch(/\ncancelled\n$/);
  expect(seconds).toBeLessThan(120);
  expect(await leftOver()).toEqual([]);
  if (process.platform === 'linux') await until(async () => (await processesWith(folder)).length === 0);
});

test.skipIf(process.platform === 'win32').each(['frames/', '-'])('SIGTERM in the middle of --output %s', async (output) => {
  const target = output === '-' ? '-' : `${join(folder, 'frames')}/`;
  const { child, stderr, ended } = start(process.execPath, [animateJs, portrait, join(folder, 'long.wav'), '-o', target, '--size', '128']);
  await until(() => stderr().includes('drawing frames'));
  if (output !== '-') await until(async () => (await leftOver()).length > 0);
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ status: 130 });
  expect(await leftOver()).toEqual([]);
  if (process.platform === 'linux') await until(async () => (await processesWith(folder)).length === 0);
});

test.skipIf(process.platform === 'win32')('a signal while the model opens', async () => {
  const { child, stderr, ended } = start(process.execPath, [animateJs, portrait, join(folder, 'long.wav'), '-o', join(folder, 'film.mp4'), '--size', '128']);
  await until(() => stderr().includes('opening the model'));
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ status: 130, stdout: '' });
  expect(await leftOver()).toEqual([]);
});

test.runIf(process.platform === 'linux')('a run that is killed outright leaves no process behind', async () => {
  const { child, stderr, ended } = start(process.execPath, [animateJs, portrait, join(folder, 'long.wav'), '-o', join(folder, 'film.mp4'), '--size', '128']);
  await until(() => stderr().includes('drawing frames'));
  child.kill('SIGKILL');
  await ended;
  await until(async () => (await processesWith(folder)).length === 0);
  expect(await readdir(folder)).not.toContain('film.mp4');
});
