import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkWhole } from '../../../src/video/whole.ts';
import { bundledFfmpeg, ffmpegOutput, ffmpegs } from '../../support/ffmpeg.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whole-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each(ffmpegs)('with $name', ({ path }) => {
  test.each([
    ['mp4', ['-c:v', 'libx264', '-c:a', 'aac', '-movflags', '+faststart']],
    ['mov', ['-c:v', 'libx264', '-c:a', 'aac']],
    ['webm', ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-c:a', 'libopus']],
  ])('%s: whole, of another length, cut off anywhere', async (ending, codecs) => {
    const file = join(folder, `film.${ending}`);
    await ffmpegOutput(bundledFfmpeg, ['-f', 'lavfi', '-i', 'testsrc=size=64x64:rate=25:duration=0.4', '-f', 'lavfi', '-i', 'sine=sample_rate=48000:duration=0.4', ...codecs, file]);
    await expect(checkWhole(path, file, 10, [], undefined)).resolves.toBeUndefined();
    await expect(checkWhole(path, file, 11, [], undefined)).rejects.toMatchObject({ code: 'ffmpeg-failed', message: 'ffmpeg: the file holds 10 of 11 frames' });
    const bytes = await readFile(file);
    for (const share of [0, 0.1, 0.5, 0.8]) {
      await writeFile(file, bytes.subarray(0, bytes.length * share));
      await expect(checkWhole(path, file, 10, [`Error writing trailer of file:${file}: No space left on device`], undefined)).rejects.toMatchObject({ code: 'ffmpeg-failed', message: 'ffmpeg: Error writing trailer of the film: No space left on device' });
    }
  });
});
