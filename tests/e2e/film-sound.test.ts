/** The user's sound lies in the film where it lay in the input, to a millisecond, with the newest and the oldest ffmpeg. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { probe } from '../../src/ffmpeg/probe.ts';
import { openFilm } from '../../src/video/writer.ts';
import { bundledFfmpeg, decodeSound, ffmpegOutput, ffmpegs } from '../support/ffmpeg.ts';
import { findLag } from '../support/lag.ts';
import { burstNoise, wavBytes } from '../support/sound.ts';

const rate = 16_000; // of the comparison: 1 ms is 16 samples
const soundSeconds = 2.3;
const fps = 25;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'film-'));
  for (const sampleRate of [8000, 16_000, 44_100, 48_000, 96_000]) {
    const mono = burstNoise(soundSeconds, sampleRate);
    await writeFile(join(folder, `${sampleRate}.wav`), wavBytes(sampleRate === 44_100 ? [mono, mono] : [mono], sampleRate));
  }
  const make = (ffmpeg: string, name: string, ...args: string[]) => ffmpegOutput(ffmpeg, ['-i', join(folder, '44100.wav'), ...args, join(folder, name)]);
  const newest = ffmpegs.at(-1)?.path ?? bundledFfmpeg;
  await make(newest, 'new.m4a', '-c:a', 'aac');
  await make(bundledFfmpeg, 'old.m4a', '-c:a', 'aac');
  await make(newest, 'adts.aac', '-c:a', 'aac');
  await make(newest, 'voice.mp3');
  await make(newest, 'voice.flac');
  await make(newest, 'voice.ogg', '-c:a', 'libvorbis');
  await make(newest, 'voice.opus', '-c:a', 'libopus');
  await make(newest, 'aac.mkv', '-c:a', 'aac');
  await make(newest, 'aac.ts', '-c:a', 'aac');
  await make(newest, 'surround.wav', '-ac', '6');
  const picture = ['-f', 'lavfi', '-i', 'testsrc=size=64x64:rate=25:duration=2.5'];
  await ffmpegOutput(newest, [...picture, '-i', join(folder, '44100.wav'), '-c:a', 'aac', '-pix_fmt', 'yuv420p', join(folder, 'video.mp4')]);
  await ffmpegOutput(newest, [...picture, '-itsoffset', '0.3', '-i', join(folder, '44100.wav'), '-c:a', 'aac', '-pix_fmt', 'yuv420p', join(folder, 'late.mp4')]);
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

async function makeFilm(ffmpeg: string, name: string, cut: { startSeconds: number; durationSeconds: number | undefined }): Promise<string> {
  const output = join(folder, `film-of-${name}.mp4`);
  const film = await openFilm({ ffmpeg, output, width: 32, height: 32, fps, sound: join(folder, name), ...cut, crf: 30, metadata: {} });
  const frame = new Uint8Array(32 * 32 * 3);
  for (let index = 0; index < Math.round((cut.durationSeconds ?? soundSeconds - cut.startSeconds) * fps); index++) await film.write(frame.fill(index * 4));
  expect(await film.finish()).toEqual([]);
  return output;
}

const sources = ['8000.wav', '16000.wav', '44100.wav', '48000.wav', '96000.wav', 'surround.wav', 'new.m4a', 'old.m4a', 'adts.aac', 'voice.mp3', 'voice.flac', 'voice.ogg', 'voice.opus', 'aac.mkv', 'aac.ts', 'video.mp4', 'late.mp4'];

describe.each(ffmpegs)('with $name', ({ path }) => {
  test.each(sources)('%s', async (name) => {
    const output = await makeFilm(path, name, { startSeconds: 0, durationSeconds: undefined });
    const expected = await decodeSound(path, join(folder, name), rate);
    for (const player of ffmpegs) {
      const decoded = await decodeSound(player.path, output, rate);
      expectInPlace(expected, decoded);
      expect(Math.abs(decoded.length - expected.length) / rate).toBeLessThanOrEqual(1 / fps);
    }
    const { audio, video } = await probe(path, output);
    expect(audio?.codec).toBe('aac');
    expect(video).toMatchObject({ codec: 'h264', pixelFormat: 'yuv420p', width: 32, height: 32, fps });
  });

  test.each(['44100.wav', 'new.m4a', 'voice.mp3', 'late.mp4'])('a piece cut out of %s', async (name) => {
    const cut = { startSeconds: 0.413, durationSeconds: 1.2 };
    const output = await makeFilm(path, name, cut);
    const whole = await decodeSound(path, join(folder, name), rate);
    const expected = whole.slice(Math.round(cut.startSeconds * rate), Math.round((cut.startSeconds + cut.durationSeconds) * rate));
    for (const player of ffmpegs) {
      const decoded = await decodeSound(player.path, output, rate);
      expectInPlace(expected, decoded);
      expect(Math.abs(decoded.length - expected.length) / rate).toBeLessThanOrEqual(1 / fps);
    }
  });
});

function expectInPlace(expected: Float32Array, decoded: Float32Array): void {
  const length = rate * 0.4;
  for (const from of [rate * 0.05, expected.length - length - rate * 0.1]) {
    const { lag, score } = findLag(expected, decoded, { from: Math.round(from), length, reach: rate * 0.05 });
    expect({ lagMilliseconds: Math.abs((lag * 1000) / rate) <= 1 ? 'within 1' : (lag * 1000) / rate, alike: score > 0.9 || score }).toEqual({ lagMilliseconds: 'within 1', alike: true });
  }
}
