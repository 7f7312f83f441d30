/** Films that stay transparent: alpha decoded from what was written. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { probe } from '../../src/ffmpeg/probe.ts';
import { openFilm } from '../../src/video/writer.ts';
import { animate } from '../support/command.ts';
import { bundledFfmpeg, decodeSound, ffmpegOutput, ffmpegs } from '../support/ffmpeg.ts';
import { hashFrames } from '../support/frames.ts';
import { findLag } from '../support/lag.ts';
import { portrait, voice, writeTransparent } from '../support/pictures.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alpha-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** [frames, height, width, 4] uint8. Of VP9 only libvpx's decoder gives the alpha. */
function decodeRgba(ffmpeg: string, file: string): Promise<Buffer> {
  const decoder = /\.(webm|mkv)$/.test(file) ? ['-c:v', 'libvpx-vp9'] : [];
  return ffmpegOutput(ffmpeg, [...decoder, '-i', file, '-map', '0:v:0', '-vf', 'format=rgba', '-f', 'rawvideo', 'pipe:1']);
}

const [width, height] = [96, 64];
/** A soft edge that moves to the right, one pixel a frame. */
function wipe(index: number): Uint8Array {
  return Uint8Array.from({ length: width * height * 4 }, (_, i) => {
    const x = Math.floor(i / 4) % width;
    return i % 4 === 3 ? Math.min(255, Math.max(0, (x - 20 - index) * 16)) : [200, 60, 100][i % 4];
  });
}

describe.each(ffmpegs)('with $name', ({ path }) => {
  test.each(['webm', 'mov', 'mkv'])('.%s keeps alpha, colours and sound', async (ending) => {
    const output = join(folder, `wipe.${ending}`);
    const film = await openFilm({ ffmpeg: path, output, width, height, channels: 4, fps: 25, sound: voice, startSeconds: 0.5, durationSeconds: 1, crf: 12, metadata: {} });
    for (let index = 0; index < 25; index++) await film.write(wipe(index));
    await film.finish();
    for (const player of ffmpegs) {
      const decoded = await decodeRgba(player.path, output);
      expect(decoded.length).toBe(25 * width * height * 4);
      let worst = 0;
      for (let index = 0; index < 25; index++) {
        const expected = wipe(index);
        const from = index * expected.length;
        for (let i = 3; i < expected.length; i += 4) worst = Math.max(worst, Math.abs(decoded[from + i] - expected[i]));
        const [red, green, blue] = decoded.subarray(from + ((height / 2) * width + 90) * 4);
        expect(Math.max(Math.abs(red - 200), Math.abs(green - 60), Math.abs(blue - 100))).toBeLessThanOrEqual(4);
      }
      expect(worst).toBeLessThanOrEqual(8);
    }
    const reference = await decodeSound(bundledFfmpeg, voice, 16_000);
    const recording = await decodeSound(bundledFfmpeg, output, 16_000);
    const { lag, score } = findLag(reference.subarray(8000), recording, { from: 2000, length: 8000, reach: 200 });
    expect(Math.abs(lag)).toBeLessThanOrEqual(16); // a millisecond
    expect(score).toBeGreaterThan(0.95);
  });
});

test('a .webm without --alpha is a plain film', async () => {
  const output = join(folder, 'plain.webm');
  const { status, stderr } = await animate([portrait, voice, '-o', output, '--size', '96', '--duration', '0.2', '--quiet']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { video, audio } = await probe(bundledFfmpeg, output);
  expect(video).toMatchObject({ codec: 'vp9', width: 96, fps: 25 });
  expect(audio).toMatchObject({ codec: 'opus', sampleRate: 48_000 });
});

describe('--alpha', () => {
  const words = ['--alpha', '--size', '192', '--start', '0.5', '--duration', '0.4', '--quiet'];
  let picture = '';
  beforeAll(async () => {
    picture = join(folder, 'cutout.png');
    await writeTransparent(picture); // the left eighth
  });

  test.each(['webm', 'mov'])('writes a transparent .%s', async (ending) => {
    const output = join(folder, `film.${ending}`);
    const { status, stderr } = await animate([picture, voice, '-o', output, ...words]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const decoded = await decodeRgba(bundledFfmpeg, output);
    expect(decoded.length).toBe(10 * 192 * 192 * 4);
    for (let frame = 0; frame < 10; frame++) {
      const alphaAt = (x: number, y: number): number => decoded[((frame * 192 + y) * 192 + x) * 4 + 3];
      for (const y of [5, 96, 186]) expect(alphaAt(3, y)).toBeLessThan(6);
      for (const [x, y] of [[80, 50], [96, 96], [150, 170]]) expect(alphaAt(x, y)).toBeGreaterThan(249);
    }
  });

  test.each(['cutout.apng', 'cutouts/%05d.png', 'cutouts.webp/%05d.webp'])('writes %s', async (name) => {
    const output = join(folder, name);
    const { status } = await animate([picture, voice, '-o', output, ...words, '--duration', '0.12']);
    expect(status).toBe(0);
    const decoded = await decodeRgba(bundledFfmpeg, output);
    expect(decoded.length).toBe(3 * 192 * 192 * 4);
    const alphaAt = (x: number, y: number): number => decoded[(y * 192 + x) * 4 + 3];
    expect([alphaAt(3, 96), alphaAt(96, 96)]).toEqual([0, 255]);
  });

  test('without --output writes a .webm beside the sound', async () => {
    const sound = join(folder, 'beside.wav');
    await writeFile(sound, await ffmpegOutput(bundledFfmpeg, ['-i', voice, '-t', '1', '-f', 'wav', 'pipe:1']));
    const { status, stdout } = await animate([picture, sound, ...words.slice(0, -3), '--duration', '0.1', '--quiet']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${join(folder, 'cutout.webm')}\n` });
  });

  test('into an MP4, and from a picture without transparent parts, is an error that says what to do', async () => {
    const mp4 = await animate([picture, voice, '-o', join(folder, 'refused.mp4'), ...words]);
    expect(mp4).toMatchObject({
      status: 2,
      stderr: `error: --output: expected a name that ends in .mov, .mkv, .webm, .apng, or pictures like frames/%05d.png (.png, .webp) (with --alpha), got "${join(folder, 'refused.mp4')}"\nTry --output ${join(folder, 'refused.webm')}\n`,
    });
    const opaque = await animate([portrait, voice, '-o', join(folder, 'refused.webm'), ...words]);
    expect(opaque).toMatchObject({ status: 2, stderr: expect.stringContaining(`error: ${portrait}: expected a picture with transparent parts for --alpha, got one without\n`) });
    expect((await readdir(folder)).filter((name) => name.includes('refused'))).toEqual([]);
  });

  test('gives four channels to a program', async () => {
    const { channels, bytes } = await hashFrames({ portrait: picture, sound: voice, alpha: true, size: 96, duration: 0.1 });
    expect({ channels, bytes }).toEqual({ channels: 4, bytes: 96 * 96 * 4 });
  });
});
