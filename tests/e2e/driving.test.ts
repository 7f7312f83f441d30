/** A take, here a film of our own whose motion is known, is captured and moves another portrait. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { probe } from '../../src/ffmpeg/probe.ts';
import type { CapturedFrame } from '../../src/index.ts';
import { lipOpening } from '../../src/motion/groups.ts';
import { readMotion } from '../../src/motion-file/read.ts';
import { channel } from '../../src/motion/channels.ts';
import { animate, root } from '../support/command.ts';
import { bundledFfmpeg, ffmpegOutput } from '../support/ffmpeg.ts';
import { readPictures } from '../support/film.ts';
import { largestDifference } from '../support/motion.ts';
import { portrait, voice } from '../support/pictures.ts';

let folder = '';
const at = (name: string): string => join(folder, name);
const seconds = 2;
const common = ['--size', '128', '--quiet'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'driving-'));
  const { status, stderr } = await animate([portrait, voice, '-o', at('take.mp4'), '--size', '360', '--crop', 'face', '--start', '0.5', '--duration', String(seconds), '--motion-out', at('truth.json'), '--quiet']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

/** Pearson's r. */
function correlate(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (x: readonly number[], mx: number, y: readonly number[], my: number): number => x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0);
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
}
const gap = (frames: readonly Float32Array[]): number[] => frames.map(lipOpening);
const curve = (frames: readonly Float32Array[], name: keyof typeof channel): number[] => frames.map((motion) => motion[channel[name]]);

describe('the motion of the take', () => {
  test.each(['json', 'csv'])('is captured into .%s, one frame a frame, with a confidence each', async (ending) => {
    const { status, stdout, stderr } = await animate(['capture', at('take.mp4'), '-o', at(`captured.${ending}`), '--quiet']);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${at(`captured.${ending}`)}\n`, stderr: '' });
    const [truth, found] = [await readMotion(at('truth.json')), await readMotion(at(`captured.${ending}`))];
    expect(found.fps).toBe(25);
    expect(found.frames).toHaveLength(25 * seconds);
    expect(correlate(gap(truth.frames), gap(found.frames))).toBeGreaterThan(0.9);
    expect(correlate(curve(truth.frames, 'headYaw'), curve(found.frames, 'headYaw'))).toBeGreaterThan(0.8);
    if (ending === 'json') {
      const { confidence } = JSON.parse(await readFile(at('captured.json'), 'utf8'));
      expect(confidence).toHaveLength(25 * seconds);
      expect(Math.min(...confidence)).toBeGreaterThan(0.5);
    }
  });

  test('can be checked on a film with the mesh over it', async () => {
    const { status, stdout } = await animate(['capture', at('take.mp4'), '-o', at('again.json'), '--overlay', at('check.mp4'), '--json', '--quiet']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ path: at('again.json'), overlay: at('check.mp4'), frames: 25 * seconds, fps: 25, warnings: [] });
    const [take, check] = [await readPictures(at('take.mp4')), await readPictures(at('check.mp4'))];
    expect([check.width, check.height, check.frames]).toEqual([take.width, take.height, take.frames]);
    const changed = check.pixels.filter((value, i) => Math.abs(value - take.pixels[i]) > 40).length / check.pixels.length;
    expect(changed).toBeGreaterThan(0.002);
    expect(changed).toBeLessThan(0.4);
  });

  test('comes frame by frame to programs, and goes into a film as it comes', async () => {
    const { animate: animateFilm, capture }: typeof import('../../src/index.ts') = await import(`${root}dist/index.js`);
    const kept: CapturedFrame[] = [];
    async function* live(): AsyncGenerator<CapturedFrame> {
      for await (const frame of capture(at('take.mp4'), { ffmpeg: bundledFfmpeg })) {
        kept.push({ ...frame, motion: frame.motion.slice() });
        yield frame;
      }
    }
    const result = await animateFilm({ portrait, sound: voice, motion: live(), output: at('live.mp4'), duration: 1, size: 96, motionOut: at('live.json'), noSign: true, ffmpeg: bundledFfmpeg });
    expect(result.frames).toBe(25);
    const { frames } = await readMotion(at('live.json'));
    expect(curve(frames, 'jawOpen')[12]).toBeCloseTo(Math.max(0, kept[12].motion[channel.jawOpen]), 3);
    expect(kept[12].timeSeconds).toBeCloseTo(0.48, 3);
  });
});

describe('--driving', () => {
  test('without a sound takes that of the take and all of its motion', async () => {
    const { status, stdout, stderr } = await animate([portrait, '--driving', at('take.mp4'), '-o', at('film.mp4'), ...common, '--motion-out', at('film.json'), '--json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { frames, durationSeconds } = JSON.parse(stdout);
    expect([frames, durationSeconds]).toEqual([25 * seconds, seconds]);
    const [truth, drawn] = [await readMotion(at('truth.json')), await readMotion(at('film.json'))];
    expect(correlate(gap(truth.frames), gap(drawn.frames))).toBeGreaterThan(0.9);
    const sound = await ffmpegOutput(bundledFfmpeg, ['-i', at('film.mp4'), '-f', 's16le', '-ac', '1', 'pipe:1']);
    expect(sound.length).toBeGreaterThan(44_100 * (seconds - 0.1) * 2);

    // --motion and --driving go the same way; a file holds six decimals, and the sound of the take ends with its last block.
    await animate([portrait, at('take.mp4'), '--motion', at('captured.json'), '-o', at('same.mp4'), ...common, '--motion-out', at('same.json')]);
    expect(largestDifference(drawn.frames, (await readMotion(at('same.json'))).frames.slice(0, drawn.frames.length))).toBeLessThan(1e-5);
  });

  test('beside a sound leaves it the lips', async () => {
    const { status, stderr } = await animate([portrait, voice, '--duration', '1', '--driving', at('take.mp4'), '-o', at('beside.mp4'), ...common, '--motion-out', at('beside.json')]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    await animate([portrait, voice, '--duration', '1', '-o', at('plain.mp4'), ...common, '--still', '--motion-out', at('plain.json')]);
    const [truth, beside, plain] = [await readMotion(at('truth.json')), await readMotion(at('beside.json')), await readMotion(at('plain.json'))];
    expect(correlate(gap(beside.frames), gap(plain.frames))).toBeGreaterThan(0.9);
    const middle = (frames: readonly Float32Array[]): number[] => curve(frames, 'headYaw').slice(10, 15);
    for (const [i, yaw] of middle(beside.frames).entries()) expect(Math.abs(yaw - middle(truth.frames)[i])).toBeLessThan(2.5);
  });

  test.each<[string, string[], string]>([
    ['a sound', ['--driving', voice], 'expected a video of a person, got a sound'],
    ['a still picture', ['--driving', portrait], 'expected a video of a person, got a'],
    ['a file that is not there', ['--driving', 'nowhere.mp4'], 'nowhere.mp4: no such file'],
    ['motion beside it', ['--driving', 'TAKE', '--motion', 'MOTION'], '--driving and --motion: expected one of them, got both'],
    ['parts that are none', ['--driving', 'TAKE', '--drive', 'nose'], '--drive: expected some of lips,head,eyes,brows,affect'],
  ])('%s is refused, and nothing is left', async (_, words, message) => {
    const filled = words.map((word) => (word === 'TAKE' ? at('take.mp4') : word === 'MOTION' ? at('truth.json') : word));
    const before = await readdir(folder);
    const { status, stderr } = await animate([portrait, ...filled, '-o', at('refused.mp4'), ...common]);
    expect([2, 3]).toContain(status);
    expect(stderr).toContain(message);
    expect(await readdir(folder)).toEqual(before);
  });

  test('a batch takes takes, with and without sound of their own, and looks at them before it begins', async () => {
    await ffmpegOutput(bundledFfmpeg, ['-i', at('take.mp4'), '-an', '-c', 'copy', '-t', '1', at('silent.mp4')]);
    await writeFile(at('jobs.csv'), `portrait,sound,driving,output\n${portrait},,silent.mp4,a.mp4\n${portrait},,take.mp4,b.mp4\n`);
    const made = await animate(['batch', at('jobs.csv'), '-o', at('films'), '--size', '96', '--duration', '1', '--skip-existing', '--json', '--quiet']);
    expect({ status: made.status, stderr: made.stderr }).toEqual({ status: 0, stderr: '' });
    const [a, b] = [await probe(bundledFfmpeg, at('films/a.mp4')), await probe(bundledFfmpeg, at('films/b.mp4'))];
    expect([a.audio, b.audio?.codec]).toEqual([null, 'aac']);
    expect((await readPictures(at('films/b.mp4'))).frames).toBe(25);

    await writeFile(at('bad.csv'), `portrait,sound,driving,output\n${portrait},,${voice},c.mp4\n`);
    const refused = await animate(['batch', at('bad.csv'), '-o', at('films'), '--quiet']);
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain('expected a video of a person, got a sound');
  });

  test('a take without a face says so', async () => {
    await ffmpegOutput(bundledFfmpeg, ['-f', 'lavfi', '-i', 'testsrc=size=160x120:rate=10:duration=1', at('bars.mp4')]);
    const { status, stderr } = await animate([portrait, '--driving', at('bars.mp4'), '-o', at('refused.mp4'), ...common]);
    expect(stderr).toContain(`${at('bars.mp4')}: expected a face, found none in 160x120 pixels`);
    expect(status).toBe(2);
  });
});
