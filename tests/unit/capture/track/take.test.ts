import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTake, parseStart, type Take } from '../../../../src/capture/track/take.ts';
import { frameFilters } from '../../../../src/capture/track/take-arguments.ts';
import { bundledFfmpeg, ffmpegOutput, ffmpegs } from '../../../support/ffmpeg.ts';
import { portrait, voice } from '../../../support/pictures.ts';

vi.setConfig({ testTimeout: 60_000 });
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'animate-take-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A film made by the bundled ffmpeg. */
async function make(name: string, ...args: string[]): Promise<string> {
  const path = join(folder, name);
  await ffmpegOutput(bundledFfmpeg, [...args, ...(args.includes('-pix_fmt') ? [] : ['-pix_fmt', 'yuv420p']), path]);
  return path;
}
const pattern = (size: string, rate: string, seconds = 1): string[] => ['-f', 'lavfi', '-i', `testsrc=size=${size}:rate=${rate}:duration=${seconds}`];

async function read(take: Take, options = {}) {
  const seen: { seconds: number; width: number; height: number; mean: number; corner: number[] }[] = [];
  for await (const { timeSeconds, width, height, rgb } of take.frames(options)) seen.push({ seconds: timeSeconds, width, height, mean: rgb.reduce((sum, value) => sum + value, 0) / rgb.length, corner: [...rgb.subarray(0, 3)] });
  return seen;
}

describe.each(ffmpegs)('with $name', ({ path: ffmpegPath }) => {
  test.each([
    ['24', 24, 24],
    ['30000/1001', 29.97, 30],
    ['60', 60, 60],
    ['120', 60, 60],
  ])('reads a take of %s frames a second with its own times', async (rate, fps, count) => {
    const take = await openTake(await make(`rate-${count}-${rate.length}.mp4`, ...pattern('160x90', rate)), { ffmpegPath });
    const frames = await read(take);
    expect([take.width, take.height, take.hasSound]).toEqual([160, 90, false]);
    expect(take.fps).toBeCloseTo(fps, 2);
    expect(frames).toHaveLength(count);
    for (const [k, { seconds }] of frames.entries()) expect(Math.abs(seconds - k / fps), `frame ${k}`).toBeLessThan(0.002);
  });

  test('a variable rate keeps its times', async () => {
    const kept = Array.from({ length: 50 }, (_, k) => k).filter((k) => k % 3 === 0 || k % 7 === 0);
    const file = await make('variable.mkv', ...pattern('160x90', '50'), '-vf', "select='not(mod(n,3))+not(mod(n,7))'", '-vsync', 'vfr');
    const frames = await read(await openTake(file, { ffmpegPath }));
    expect(frames.map(({ seconds }) => Math.round(seconds * 50))).toEqual(kept);
  });

  test.each([
    ['pictures 0.2 s after the sound', 0.2, 0],
    ['sound 0.3 s after the pictures', 0, 0.3],
  ])('time counts from the first sample: %s', async (_, late, lateSound) => {
    const file = await make(`late-${late}.mkv`, '-itsoffset', String(late), ...pattern('160x90', '25'), '-itsoffset', String(lateSound), '-i', voice, '-t', '2', '-map', '0:v', '-map', '1:a', '-c:a', 'pcm_s16le');
    const take = await openTake(file, { ffmpegPath });
    expect(take.hasSound).toBe(true);
    expect(Math.abs(take.startSeconds - (late - lateSound))).toBeLessThan(0.002);
    const [first, second] = await read(take, { firstSeconds: 1 });
    expect(first.seconds).toBe(take.startSeconds);
    expect(second.seconds - first.seconds).toBeCloseTo(0.04, 2);
  });

  test('rotation is applied, pixels become square, the longer side is limited', async () => {
    const plain = await make('plain.mp4', ...pattern('320x180', '25'));
    const turned = join(folder, 'turned.mp4');
    await ffmpegOutput(bundledFfmpeg, ['-i', plain, '-c', 'copy', '-metadata:s:v', 'rotate=90', turned]);
    const take = await openTake(turned, { ffmpegPath });
    expect([take.width, take.height]).toEqual([180, 320]);
    const [{ width, height }] = await read(take, { longSide: 160 });
    expect([width, height]).toEqual([90, 160]);
    const wide = await openTake(await make('wide.mp4', ...pattern('180x144', '25'), '-vf', 'setsar=16/11'), { ffmpegPath });
    expect([wide.width, wide.height]).toEqual([262, 144]);
  });

  test.each([['limited', 'yuv420p'], ['full', 'yuvj420p']])('white is white and black is black in %s range', async (range, format) => {
    const halves = ['-f', 'lavfi', '-i', 'color=white:s=64x64:r=25:d=0.2,format=rgb24,drawbox=x=32:w=32:h=64:color=black:t=fill'];
    const file = await make(`range-${range}.mp4`, ...halves, '-pix_fmt', format);
    const [{ corner, mean }] = await read(await openTake(file, { ffmpegPath }));
    expect(Math.min(...corner)).toBeGreaterThan(248);
    expect(Math.abs(mean - 127.5)).toBeLessThan(3);
  });

  test('fields that were woven are taken apart', async () => {
    // A bar that moves by 5 pixels from field to field: woven, every second line shows it elsewhere.
    const bar = ['-f', 'lavfi', '-i', 'color=black:s=320x180:r=50:d=1', '-f', 'lavfi', '-i', 'color=white:s=40x180:r=50:d=1', '-filter_complex', '[0][1]overlay=x=5*n,tinterlace=interleave_top,setfield=tff'];
    const file = await make('woven.mp4', ...bar, '-flags', '+ildct+ilme', '-x264-params', 'tff=1:bframes=0', '-crf', '4');
    const take = await openTake(file, { ffmpegPath });
    let comb = 0;
    for await (const { rgb, width, index } of take.frames()) {
      if (index !== 12) continue;
      for (let row = 60; row < 100; row++) for (let x = 0; x < width; x++) comb += Math.abs(rgb[(row * width + x) * 3] - rgb[((row + 1) * width + x) * 3]) / 40 / 255;
    }
    expect(comb).toBeLessThan(2.5); // woven: 10 a line
  });

  test('what is no take is refused, and it is said what it is', async () => {
    const message = (file: string): Promise<unknown> => openTake(file, { ffmpegPath }).then(() => undefined, (error: { code: string; message: string; hint: string }) => [error.code, error.message.replace(file, 'x'), error.hint.length > 20]);
    const text = join(folder, 'text.mp4');
    await writeFile(text, 'not a film at all, only a few words');
    expect(await message(portrait)).toEqual(['unreadable-input', 'x: expected a video of a person, got a PNG picture', true]);
    expect(await message(voice)).toEqual(['unreadable-input', expect.stringMatching(/^x: expected a video of a person, got a sound \(/), true]);
    expect(await message(await make('one.mp4', ...pattern('64x64', '25', 0.04)))).toEqual(['unreadable-input', 'x: expected a video of a person, got a single picture', true]);
    expect(await message(join(folder, 'none.mp4'))).toEqual(['unreadable-input', 'x: no such file (expected a video)', true]);
    expect((await message(text)) as string[]).toContain('unreadable-input');
  });

  test('PQ comes out as bright as it was', async () => {
    // 203 nits, the white of a screen (BT.2408), is PQ code 0.58; a tenth of it 0.37.
    const filters = frameFilters({ codec: 'hevc', pixelFormat: 'rgb24', width: 64, height: 64, fps: 25, index: 0, scan: 'progressive', transfer: 'smpte2084' }, {});
    const grey = async (code: number): Promise<number> => {
      const hex = Math.round(code * 255).toString(16).padStart(2, '0').repeat(3);
      return (await ffmpegOutput(ffmpegPath, ['-f', 'lavfi', '-i', `color=0x${hex}:s=64x64:d=0.04,format=rgb24`, '-vf', filters, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1']))[0];
    };
    expect(await grey(0)).toBeLessThan(3);
    expect(Math.abs((await grey(0.58)) - 255)).toBeLessThan(12);
    expect(Math.abs((await grey(0.37)) - 255 * 0.155 ** (1 / 2.2))).toBeLessThan(12);
  });
});

test('parseStart reads what framecrc prints', () => {
  const text = '#tb 0: 1/90000\n#dimensions 0: 320x180\n#tb 1: 1/48000\n1, 38400, 38400, 1024, 2048, 0x1\n0, 99000, 99000, 1, 86400, 0xf\n0, 102600, 102600, 1, 86400, 0xf\n';
  expect(parseStart(text)).toEqual({ width: 320, height: 180, hasSound: true, videoSeconds: expect.closeTo(0.3, 6), stepSeconds: expect.closeTo(0.04, 6) });
  expect(parseStart(text.split('\n').slice(0, 5).join('\n'))).toBeUndefined();
});
