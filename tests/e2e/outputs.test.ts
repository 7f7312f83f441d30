/** Films of every kind with real programs: what is written decodes, with the right colours, sound in its place, and says how it was made. */

import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnimateResult } from '../../src/events.ts';
import { listEncoders } from '../../src/ffmpeg/encoders.ts';
import { probe } from '../../src/ffmpeg/probe.ts';
import { provenance } from '../../src/video/args.ts';
import type { CodecName } from '../../src/video/codecs.ts';
import { readFingerprint } from '../../src/video/fingerprint.ts';
import { openFilm } from '../../src/video/writer.ts';
import { animate, animateJs, processesWith, root, start } from '../support/command.ts';
import { bundledFfmpeg, decodeFrames, decodeSound, ffmpegOutput, ffmpegs } from '../support/ffmpeg.ts';
import { findLag } from '../support/lag.ts';
import { portrait, voice } from '../support/pictures.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outputs-'));
});
afterAll(() => rm(folder, { recursive: true }));

const [width, height, count] = [96, 64, 25];
const fingerprint = 'c0ffee'.padEnd(64, '0');
const metadata = provenance({ version: '1.2.3', model: 'default', fingerprint, options: {} });
const colour = (index: number): [number, number, number] => [200 - index, 60 + index, 100];
/** [64, 96, 3] uint8 */
const plain = (index: number): Uint8Array => Uint8Array.from({ length: width * height * 3 }, (_, i) => colour(index)[i % 3]);

async function writeFilm(ffmpeg: string, output: string, codec?: CodecName): Promise<string[]> {
  const film = await openFilm({ ffmpeg, output, codec, width, height, fps: 25, sound: voice, startSeconds: 0.5, durationSeconds: 1, crf: 12, metadata });
  for (let index = 0; index < count; index++) await film.write(plain(index));
  expect(await film.finish()).toEqual([]);
  return [...film.warnings];
}

/** Worst difference of a frame in the middle of the film. */
function compare(decoded: Buffer): number {
  expect(decoded.length).toBe(count * width * height * 3);
  const expected = colour(20);
  const from = 20 * width * height * 3;
  return decoded.subarray(from, from + width * height * 3).reduce((worst, value, i) => Math.max(worst, Math.abs(value - expected[i % 3])), 0);
}

const kinds: [string, CodecName | undefined, string, string | undefined][] = [
  ['mp4', 'h265', 'hevc', 'aac'],
  ['mp4', 'vp9', 'vp9', 'aac'],
  ['mp4', 'av1', 'av1', 'aac'],
  ['mov', 'h265', 'hevc', 'aac'],
  ['mov', 'prores', 'prores', 'aac'],
  ['mkv', undefined, 'h264', 'opus'],
  ['mkv', 'h265', 'hevc', 'opus'],
  ['mkv', 'av1', 'av1', 'opus'],
  ['mkv', 'prores', 'prores', 'opus'],
  ['webm', undefined, 'vp9', 'opus'],
  ['webm', 'av1', 'av1', 'opus'],
  ['gif', undefined, 'gif', undefined],
  ['apng', undefined, 'apng', undefined],
];

describe.each(ffmpegs)('with $name', ({ path }) => {
  test.each(kinds)('a .%s of codec %s', async (ending, codec, expectedCodec, expectedSound) => {
    const output = join(folder, `film-${codec}.${ending}`);
    if (codec === 'av1' && !(await listEncoders(path)).some((name) => ['libsvtav1', 'libaom-av1'].includes(name))) {
      await expect(writeFilm(path, output, codec)).rejects.toMatchObject({ code: 'bad-option', message: `--output: expected an ffmpeg that can write av1 (libsvtav1 or libaom-av1) for ${output}, got ${path}` });
      return;
    }
    const warnings = await writeFilm(path, output, codec);
    expect(warnings).toEqual(expectedSound === undefined ? [`film-${codec}.${ending}: has no sound: .${ending} holds none`] : []);
    const { video, audio } = await probe(path, output);
    expect([video?.codec, audio?.codec, video?.width, video?.height, video?.fps]).toEqual([expectedCodec, expectedSound, width, height, 25]);
    expect(await readFingerprint(output)).toBe(fingerprint);
    const reference = await decodeSound(bundledFfmpeg, voice, 16_000);
    for (const player of ffmpegs) {
      expect(compare(await decodeFrames(player.path, output))).toBeLessThanOrEqual(4);
      if (expectedSound === undefined) continue;
      expect(await describeVideo(player.path, output)).toMatch(/yuv4\d\dp\w*\(tv, bt709/);
      const { lag, score } = findLag(reference.subarray(8000), await decodeSound(player.path, output, 16_000), { from: 2000, length: 8000, reach: 200 });
      expect(Math.abs(lag)).toBeLessThanOrEqual(16); // a millisecond
      expect(score).toBeGreaterThan(0.95);
    }
  });

  test.each(['png', 'jpg', 'webp'])('a picture of each frame as .%s', async (ending) => {
    const pattern = join(folder, `frames-${ending}`, `%03d.${ending}`);
    expect(await writeFilm(path, pattern)).toEqual([`%03d.${ending}: has no sound: pictures hold none`]);
    const names = (await readdir(join(folder, `frames-${ending}`))).sort();
    expect(names).toEqual([...Array.from({ length: count }, (_, index) => `${String(index + 1).padStart(3, '0')}.${ending}`), 'animate.json']);
    expect(await readFingerprint(pattern)).toBe(fingerprint);
    for (const player of ffmpegs) expect(compare(await decodeFrames(player.path, pattern))).toBeLessThanOrEqual(ending === 'png' ? 0 : 4);
  });
});

async function describeVideo(path: string, file: string): Promise<string> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve) => execFile(path, ['-hide_banner', '-i', file], (_error, _stdout, stderr) => resolve(stderr)));
}

const small = ['--size', '128', '--start', '0.5', '--duration', '3', '--quiet'];

describe.skipIf(process.platform === 'win32')('--output -', () => {
  /** `command` is a shell's, with `"$@"` for what writes the film to stdout. */
  const shell = (command: string, ...words: string[]) => start('bash', ['-c', command, 'bash', process.execPath, animateJs, portrait, voice, '-o', '-', ...small, ...words]).ended;

  test.each(['mp4', 'mkv'])('%s: pieces that come while the film is made, all of it, sound in its place', async (format) => {
    const file = join(folder, `stream.${format}`);
    const { status, stdout, stderr } = await shell(`"$@" > '${file}'`, '--stream-format', format, '--json');
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(JSON.parse(stderr) as AnimateResult).toMatchObject({ path: '-', frames: 75 });
    const reference = await decodeSound(bundledFfmpeg, voice, 16_000);
    for (const player of ffmpegs) {
      const frames = await ffmpegOutput(player.path, ['-i', file, '-map', '0:v:0', '-vsync', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1']);
      expect(frames.length).toBe(75 * 128 * 128 * 3);
      // By the clock of the film, as players go: what comes before zero is priming of AAC.
      const heard = await ffmpegOutput(player.path, ['-copyts', '-i', file, '-map', '0:a:0', '-ac', '1', '-af', 'aresample=async=1:first_pts=0', '-ar', '16000', '-f', 'f32le', 'pipe:1']);
      const { lag } = findLag(reference.subarray(8000), new Float32Array(heard.buffer.slice(heard.byteOffset, heard.byteOffset + heard.length)), { from: 2000, length: 16_000, reach: 800 });
      expect(Math.abs(lag)).toBeLessThanOrEqual(16);
    }
    const bytes = await readFile(file);
    if (format === 'mp4') expect(bytes.toString('latin1').split('moof').length - 1).toBeGreaterThanOrEqual(5); // half a second each
  });

  test('the first piece is there before the last frame is drawn', async () => {
    const child = spawn(process.execPath, [animateJs, portrait, voice, '-o', '-', '--size', '256', '--duration', '6'], { cwd: root, env: { ...process.env, ANIMATE_FFMPEG: bundledFfmpeg }, stdio: ['ignore', 'pipe', 'pipe'] });
    let [bytes, isLastDrawn, bytesBefore] = [0, false, 0];
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (!isLastDrawn && text.includes('150 of 150')) [isLastDrawn, bytesBefore] = [true, bytes];
    });
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
    expect(isLastDrawn).toBe(true);
    expect(bytesBefore).toBeGreaterThan(bytes / 4);
  });

  test('a reader that goes away ends it quietly, and nothing is left running', async () => {
    const { stdout, stderr, status } = await shell('set -o pipefail; "$@" | head -c 1000 | wc -c', '--duration', '8.123');
    expect({ status, stdout: stdout.trim(), stderr }).toEqual({ status: 141, stdout: '1000', stderr: '' });
    if (process.platform === 'linux') expect((await processesWith('8.623')).filter((line) => line.includes('pipe:1'))).toEqual([]);
  });
});

test('--no-sound makes a film without', async () => {
  const output = join(folder, 'silent.mp4');
  expect(await animate([portrait, voice, '-o', output, '--no-sound', ...small, '--duration', '0.2'])).toMatchObject({ status: 0, stderr: '' });
  const { video, audio } = await probe(bundledFfmpeg, output);
  expect([video?.codec, audio]).toEqual(['h264', null]);
});

test('a GIF, and pictures, are known as ours: inspect tells how they were made', async () => {
  const made = await animate([portrait, voice, '-o', join(folder, 'ours.gif'), ...small, '--duration', '0.2', '--json']);
  expect(made.status).toBe(0);
  expect(made.stderr).toBe('');
  const { fingerprint: own, warnings } = JSON.parse(made.stdout) as AnimateResult;
  expect(warnings).toContain('ours.gif: has no sound: .gif holds none');
  const inspected = JSON.parse((await animate(['inspect', join(folder, 'ours.gif'), '--json'])).stdout) as Record<string, unknown>;
  expect(inspected).toMatchObject({ kind: 'film', isOurs: true, video: 'gif', seed: 0, fingerprint: own });
  const pictures = await animate([portrait, voice, '-o', `${join(folder, 'ours')}/`, ...small, '--duration', '0.2']);
  expect(pictures).toMatchObject({ status: 0, stdout: `${join(folder, 'ours', '%05d.png')}\n` });
  expect(JSON.parse((await animate(['inspect', join(folder, 'ours'), '--json'])).stdout)).toMatchObject({ kind: 'film', isOurs: true, video: 'png', seed: 0, durationSeconds: 0.2, width: 128 });
});
