/** Sounds that need ffmpeg, with the bundled build and the system's. */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSound } from '../../src/audio/decode.ts';
import { measureSound } from '../../src/audio/measure.ts';
import { collect } from '../support/collect.ts';
import { bundledFfmpeg, ffmpegOutput, ffmpegs } from '../support/ffmpeg.ts';
import { findLag } from '../support/lag.ts';
import { burstNoise, wavBytes } from '../support/sound.ts';
import { join } from '../support/voices.ts';

const rate = 44_100;
const original = burstNoise(3, 16_000);
let folder: string;
let wav: string;

/** Encodes the original with `args`; returns the path. */
async function encode(name: string, args: readonly string[] = []): Promise<string> {
  const path = joinPath(folder, name);
  await ffmpegOutput(bundledFfmpeg, ['-i', wav, ...args, path]);
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(joinPath(tmpdir(), 'animate-sound-'));
  wav = joinPath(folder, 'original.wav');
  await writeFile(wav, wavBytes([original], 16_000));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each(ffmpegs)('with $name', ({ path: ffmpegPath }) => {
  test.each([
    ['voice.flac', []],
    ['voice.mp3', ['-ar', String(rate), '-b:a', '128k']],
    ['voice.m4a', ['-ar', String(rate), '-b:a', '160k']],
    ['voice.ogg', ['-c:a', 'libvorbis', '-ar', String(rate)]],
    ['voice.opus', ['-c:a', 'libopus', '-b:a', '96k', '-ar', '48000']],
    ['stereo.aiff', ['-ac', '2', '-ar', String(rate)]],
    ['adpcm.wav', ['-c:a', 'adpcm_ms', '-ar', String(rate)]],
    ['video.mp4', ['-f', 'lavfi', '-i', 'color=size=64x64:rate=10:duration=3', '-shortest', '-ar', String(rate)]],
  ])('%s has the length of the original and lies within 1 ms of it', async (name, args) => {
    const file = await encode(name, args);
    const sound = await openSound(file, { ffmpegPath });
    const samples = join(await collect(sound.samples()));
    expect(sound.reader).toBe('ffmpeg');
    expect(sound.warnings).toEqual([]);
    // Encoders fill up their last packet; formats without its true length keep that.
    expect(samples.length).toBeGreaterThanOrEqual(original.length - 160);
    expect(samples.length).toBeLessThan(original.length + 0.1 * 16_000);
    const { lag, score } = findLag(original, samples, { from: 8000, length: 24_000, reach: 1200 });
    expect(score).toBeGreaterThan(0.9);
    expect(Math.abs(lag)).toBeLessThanOrEqual(16);
  });

  test('start and duration cut to the sample', async () => {
    const file = await encode('cut.flac');
    const sound = await openSound(file, { ffmpegPath, startSeconds: 1.25, durationSeconds: 0.5 });
    const samples = join(await collect(sound.samples()));
    expect(samples.length).toBe(8000);
    const expected = original.subarray(20_000, 28_000);
    expect(Math.max(...samples.map((x, i) => Math.abs(x - expected[i])))).toBeLessThan(1e-4);
    expect(sound.durationSeconds).toBe(0.5);
  });

  test('a start after the end is a bad option', async () => {
    const file = await encode('late.flac');
    await expect(openSound(file, { ffmpegPath, startSeconds: 100 })).rejects.toMatchObject({ code: 'bad-option', message: `--start: expected less than the 3 s of ${file}, got 100 s` });
    const barely = await openSound(file, { ffmpegPath, startSeconds: 3.5 });
    await expect(measureSound(barely, { fps: 25 })).rejects.toMatchObject({ code: 'bad-option', message: `--start: expected less than the 3 s of ${file}, got 3.5 s` });
  });

  test.each([
    ['damaged.flac', [], /parts are damaged; what ffmpeg could decode is used \([\d.]+ s of 3 s\)$/],
    ['damaged.mp3', ['-ar', '44100'], /parts are damaged; what ffmpeg could decode is used \(Header missing\)$/],
  ])('%s is used as far as it can be, with a warning', async (name, args, warning) => {
    const file = await encode(name, args);
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(0x55, bytes.length / 2, bytes.length / 2 + 3000));
    const sound = await openSound(file, { ffmpegPath });
    const samples = join(await collect(sound.samples()));
    expect(samples.length).toBeGreaterThan(0.7 * original.length);
    expect(sound.warnings).toEqual([expect.stringMatching(warning)]);
  });

  test('what is no sound is refused with a reason', async () => {
    const noise = joinPath(folder, 'noise.dat');
    await writeFile(noise, Uint8Array.from({ length: 4000 }, (_, i) => (i * i * 7) >> 3));
    await expect(openSound(noise, { ffmpegPath })).rejects.toMatchObject({
      code: 'unreadable-input',
      message: expect.stringMatching(/noise\.dat: not readable as sound or video \(ffmpeg: .+\)$/),
    });
    const text = joinPath(folder, 'notes.txt');
    await writeFile(text, 'this is not a sound\n'.repeat(50));
    await expect(openSound(text, { ffmpegPath })).rejects.toMatchObject({
      code: 'unreadable-input',
      message: `${text}: expected a file with sound, got one without an audio stream (tty, ansi pictures)`,
    });
    const picture = joinPath(folder, 'silent.mp4');
    await ffmpegOutput(bundledFfmpeg, ['-f', 'lavfi', '-i', 'color=size=64x64:rate=10:duration=1', picture]);
    await expect(openSound(picture, { ffmpegPath })).rejects.toMatchObject({
      code: 'unreadable-input',
      message: `${picture}: expected a file with sound, got one without an audio stream (mov, h264 pictures)`,
    });
  });

  test('a WAV file over 64 MB goes through ffmpeg', async () => {
    const file = joinPath(folder, 'large.wav');
    await ffmpegOutput(bundledFfmpeg, ['-stream_loop', '-1', '-i', wav, '-t', '180', '-ar', '192000', '-c:a', 'pcm_s16le', file]);
    const sound = await openSound(file, { ffmpegPath, startSeconds: 3, durationSeconds: 1 });
    expect(sound.reader).toBe('ffmpeg');
    expect(join(await collect(sound.samples())).length).toBe(16_000);
    await rm(file);
  });

  test('reading stops when the reader stops, or on the signal', async () => {
    const file = await encode('stop.flac');
    const controller = new AbortController();
    const sound = await openSound(file, { ffmpegPath, signal: controller.signal });
    for await (const block of sound.samples()) {
      expect(block.length).toBeGreaterThan(0);
      break;
    }
    const again = sound.samples();
    await again.next();
    controller.abort();
    await expect(collect(again)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
