/** Quick looks: a preview, a contact sheet, a plot. */
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { animate } from '../support/command.ts';
import { portrait, voice } from '../support/pictures.ts';

let folder = '';
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'looks-'));
  await symlink(portrait, at('face.png'));
  await symlink(voice, at('voice.wav'));
});
afterAll(() => rm(folder, { recursive: true }));

const { width = 0, height = 0 } = await sharp(portrait).metadata();

test('a preview has 2 s at half the size, beside the sound, with its looks', async () => {
  const { status, stdout } = await animate([at('face.png'), at('voice.wav'), '--preview', '--sheet', at('sheet.jpg'), '--plot', at('plot.png'), '--json', '--quiet']);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ path: at('face-preview.mp4'), frames: 50, durationSeconds: 2, width: width / 2, height: height / 2 });
  expect((await readdir(folder)).sort()).toEqual(['face-preview.mp4', 'face.png', 'plot.png', 'sheet.jpg', 'voice.wav']);
  expect((await sharp(at('plot.png')).metadata()).width).toBe(1600);
  expect((await sharp(at('sheet.jpg')).metadata()).format).toBe('jpeg');
});

test('jobs of a batch have looks of their own, and a batch has none for all', async () => {
  await writeFile(at('jobs.csv'), 'portrait,sound,output,sheet\nface.png,voice.wav,one.mp4,one.png\nface.png,voice.wav,two.mp4,two.png\n');
  const { status } = await animate(['batch', at('jobs.csv'), '--size', '128', '--duration', '0.3', '--quiet']);
  expect(status).toBe(0);
  expect(await readdir(folder)).toEqual(expect.arrayContaining(['one.mp4', 'one.png', 'two.mp4', 'two.png']));
  expect(await animate(['--plot', at('all.svg'), 'batch', at('jobs.csv')])).toMatchObject({ status: 2, stderr: 'error: --plot: expected it in a job file, one for each job\n' });
});
