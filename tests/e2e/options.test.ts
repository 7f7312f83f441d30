/** Every option changes what it says it changes. */

import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gapOf } from '../../src/motion/blend.ts';
import { type ChannelName, channel } from '../../src/motion/channels.ts';
import { readMotion } from '../../src/motion-file/read.ts';
import { optionNames } from '../../src/options.ts';
import { lipGapRow } from '../../src/rig/lip-gap.ts';
import { animate } from '../support/command.ts';
import { bundledFfmpeg, decodeSound } from '../support/ffmpeg.ts';
import { hashPictures, meanMotion, type Pictures, readPictures } from '../support/film.ts';
import { findLag } from '../support/lag.ts';
import { portrait, voice, writeTransparent, writeTwoFaces } from '../support/pictures.ts';
import { shippedRig } from '../support/portrait.ts';

let folder = '';
let plain = '';
let plainHash = '';
const common = ['--size', '192', '--duration', '0.6', '--start', '0.5', '--quiet'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'options-'));
  plain = await film('plain');
  plainHash = await hashPictures(plain);
});
afterAll(() => rm(folder, { recursive: true }));

/** Makes a film of the example with `words` and returns its path. */
async function film(name: string, words: readonly string[] = [], { picture = portrait, environment = {} } = {}): Promise<string> {
  const output = join(folder, `${name}.mp4`);
  const { status, stdout, stderr } = await animate([picture, voice, '-o', output, ...common, ...words], { environment });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${output}\n`, stderr: '' });
  return output;
}

describe('the same frames', () => {
  test('come from the same command', async () => {
    expect(await hashPictures(await film('again'))).toBe(plainHash);
  });

  test.each(['1', '3'])('come from %s threads', async (threads) => {
    expect(await hashPictures(await film('threads', ['--threads', threads]))).toBe(plainHash);
  });

  test('come from the same seed, by flag or by variable, and others from another', async () => {
    const seven = await hashPictures(await film('seven', ['--seed', '7']));
    expect(seven).not.toBe(plainHash);
    expect(await hashPictures(await film('seven-again', [], { environment: { ANIMATE_SEED: '7' } }))).toBe(seven);
  });
});

describe('motion', () => {
  const motionOf = async (name: string, ...words: string[]): Promise<number> => meanMotion(await readPictures(await film(name, words)));

  test('--expression: the face moves less at 0.3 and more at 1.8', async () => {
    const [little, normal, much] = [await motionOf('little', '--expression', '0.3'), meanMotion(await readPictures(plain)), await motionOf('much', '--expression', '1.8')];
    expect(little).toBeLessThan(normal);
    expect(much).toBeGreaterThan(normal);
  });

  test('--head-motion 0 holds the head: the upper edge of the head stays where it is', async () => {
    const top = { left: 0.3, right: 0.7, top: 0, bottom: 0.25 };
    const held = meanMotion(await readPictures(await film('held', ['--head-motion', '0'])), top);
    const wild = meanMotion(await readPictures(await film('wild', ['--head-motion', '2'])), top);
    expect(held).toBeLessThan(wild * 0.7);
  });

  test.each([
    ['--steps', '3'],
    ['--guidance', '1'],
    ['--preset', 'fast'],
  ])('%s %s makes other motion', async (flag, value) => {
    expect(await hashPictures(await film('other', [flag, value]))).not.toBe(plainHash);
  });
});

describe('the performance, as the film’s own motion file tells it', () => {
  /** Motion of a film of 3 s. */
  const perform = async (name: string, ...words: string[]): Promise<readonly Float32Array[]> => {
    const file = join(folder, `${name}.json`);
    await film(name, ['--duration', '3', '--size', '96', '--motion-out', file, ...words]);
    return (await readMotion(file)).frames;
  };
  const curve = (frames: readonly Float32Array[], channelName: ChannelName): number[] => frames.map((motion) => motion[channel[channelName]]);
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const travel = (values: readonly number[]): number => values.slice(1).reduce((sum, value, i) => sum + Math.abs(value - values[i]), 0);
  const head = (frames: readonly Float32Array[]): number => travel(curve(frames, 'headYaw')) + travel(curve(frames, 'headPitch')) + travel(curve(frames, 'headRoll'));

  test('--speed: the head travels further for each level', async () => {
    const [slow, usual, fast] = [head(await perform('slow', '--speed', '1')), head(await perform('usual')), head(await perform('fast', '--speed', '9'))];
    expect(slow).toBeLessThan(usual);
    expect(usual).toBeLessThan(fast);
  });

  test('--blink 0 keeps the eyes open, 60 shuts them often', async () => {
    expect(Math.max(...curve(await perform('stare', '--blink', '0'), 'eyeBlinkLeft'))).toBeLessThan(0.3);
    expect(curve(await perform('flutter', '--blink', '60'), 'eyeBlinkLeft').filter((value) => value > 0.7).length).toBeGreaterThan(2);
  });

  test('--gaze: the eyes go where they are sent', async () => {
    const right = async (where: string): Promise<number> => {
      const frames = await perform('gaze', '--gaze', where, '--head-motion', '0');
      return mean(curve(frames, 'eyeLookOutLeft')) - mean(curve(frames, 'eyeLookInLeft'));
    };
    const [left, viewer, rightwards] = [await right('-15,0'), await right('camera'), await right('15,0')];
    expect(viewer).toBeCloseTo(0, 5);
    expect(left).toBeLessThan(-0.4);
    expect(rightwards).toBeGreaterThan(0.4);
  });

  test('--emotion shows on the face and leaves the lips to the speech', async () => {
    const gap = (frames: readonly Float32Array[]): number[] => frames.map((motion) => gapOf(motion, lipGapRow(shippedRig())));
    const [neutral, happy, sad] = [await perform('neutral', '--emotion', 'neutral'), await perform('happy', '--emotion', 'happy:1'), await perform('sad', '--emotion', 'sad:1')];
    expect(mean(curve(happy, 'mouthSmileLeft'))).toBeGreaterThan(mean(curve(neutral, 'mouthSmileLeft')) + 0.2);
    expect(mean(curve(sad, 'browInnerUp'))).toBeGreaterThan(mean(curve(neutral, 'browInnerUp')) + 0.2);
    for (const felt of [happy, sad]) gap(felt).forEach((value, i) => expect(Math.abs(value - Math.max(0, gap(neutral)[i]))).toBeLessThan(0.03));
  });

  test('--pose turns the resting head', async () => {
    expect(mean(curve(await perform('turned', '--pose', '0,9,0', '--head-motion', '0'), 'headYaw').slice(20, -20))).toBeCloseTo(9, 3);
  });

  test('--still moves lips alone', async () => {
    const frames = await perform('still', '--still');
    expect(head(frames)).toBe(0);
    expect(Math.max(...curve(frames, 'eyeBlinkLeft'), ...curve(frames, 'browInnerUp'), ...curve(frames, 'eyeLookUpLeft'))).toBe(0);
    expect(travel(curve(frames, 'jawOpen'))).toBeGreaterThan(0.5);
  });

  test('--loop: the last frame is the first one', async () => {
    const { pixels, frames } = await readPictures(await film('loop', ['--loop', '--crf', '4']));
    const size = pixels.length / frames;
    const apart = (from: number, to: number): number => meanMotion({ width: size / 3, height: 1, frames: 2, fps: 25, pixels: Buffer.concat([pixels.subarray(from * size, (from + 1) * size), pixels.subarray(to * size, (to + 1) * size)]) });
    expect(apart(0, frames - 1)).toBeLessThan(0.6); // of 255: what H.264 leaves
    expect(apart(0, frames >> 1)).toBeGreaterThan(2 * apart(0, frames - 1));
  });
});

describe('the picture', () => {
  test.each([
    ['128', 128],
    ['201', 200],
  ])('--size %s makes the long side %d', async (size, expected) => {
    const { width, height } = await readPictures(await film('size', ['--size', size]));
    expect({ width, height }).toEqual({ width: expected, height: expected });
  });

  test('--crop square and face show less of the picture than none, which shows all of it', async () => {
    const two = join(folder, 'two.png');
    await writeTwoFaces(two);
    const shapes: Record<string, number> = {};
    const faces: Record<string, Pictures> = {};
    for (const crop of ['none', 'square', 'face']) {
      faces[crop] = await readPictures(await film(`crop-${crop}`, ['--crop', crop, '--duration', '0.2'], { picture: two }));
      shapes[crop] = faces[crop].width / faces[crop].height;
    }
    expect(shapes['none']).toBeCloseTo(932 / 512, 1);
    expect(shapes['square']).toBe(1);
    expect(shapes['face']).toBeLessThan(shapes['none']);
    expect(Math.max(faces['face'].width, faces['face'].height)).toBe(192);
  });

  test('--face chooses who speaks, from the left; without it the largest does', async () => {
    const two = join(folder, 'two.png');
    await writeTwoFaces(two);
    const left = { left: 0, right: 0.5, top: 0, bottom: 1 };
    const right = { left: 0.6, right: 1, top: 0, bottom: 1 };
    const motion = async (name: string, words: string[]): Promise<'left' | 'right'> => {
      const pictures = await readPictures(await film(name, words, { picture: two }));
      return meanMotion(pictures, left) > meanMotion(pictures, right) ? 'left' : 'right';
    };
    expect(await motion('largest', [])).toBe('left');
    expect(await motion('first', ['--face', '1'])).toBe('left');
    expect(await motion('second', ['--face', '2'])).toBe('right');
    const { status, stderr } = await animate([two, voice, '-o', join(folder, 'third.mp4'), ...common, '--face', '3']);
    expect(status).toBe(2);
    expect(stderr).toContain('face: expected a number from 1 to 2');
  });

  test('--background shows through, white when nobody says', async () => {
    const hollow = join(folder, 'hollow.png');
    await writeTransparent(hollow);
    const cornerOf = async (name: string, words: string[]): Promise<number[]> => {
      const { pixels } = await readPictures(await film(name, [...words, '--duration', '0.2'], { picture: hollow }));
      return [...pixels.subarray(5 * 192 * 3, 5 * 192 * 3 + 3)];
    };
    for (const value of await cornerOf('white', [])) expect(value).toBeGreaterThan(245);
    const [red, green, blue] = await cornerOf('green', ['--background', '#00ff00']);
    expect(green).toBeGreaterThan(200);
    expect(Math.max(red, blue)).toBeLessThan(60);
  });
});

describe('the film', () => {
  test.each([12, 30, 29.97, 60])('--fps %d', async (fps) => {
    const pictures = await readPictures(await film('fps', ['--fps', String(fps)]));
    expect(pictures.fps).toBeCloseTo(fps, 1);
    expect(pictures.frames).toBe(Math.ceil(fps * 0.6 - 1e-6));
  });

  test('--start and --duration cut the sound, to a millisecond', async () => {
    const output = await film('cut', ['--start', '0:02', '--duration', '1.2', '--size', '128']);
    const { frames } = await readPictures(output);
    expect(frames).toBe(30);
    const whole = await decodeSound(bundledFfmpeg, voice, 16_000);
    const decoded = await decodeSound(bundledFfmpeg, output, 16_000);
    expect(Math.abs(decoded.length - 1.2 * 16_000)).toBeLessThanOrEqual(16_000 / 25);
    const { lag, score } = findLag(whole.subarray(2 * 16_000), decoded, { from: 3000, length: 12_000, reach: 800 });
    expect(Math.abs(lag)).toBeLessThanOrEqual(16);
    expect(score).toBeGreaterThan(0.95);
  });

  test('--crf: a higher number makes a smaller file', async () => {
    const coarse = await film('coarse', ['--crf', '40']);
    expect((await stat(coarse)).size).toBeLessThan((await stat(plain)).size * 0.7);
  });

  test('--model by folder is the same model as by name, and --device cpu the same device as auto on a plain machine', async () => {
    expect(await hashPictures(await film('folder', ['--model', 'models/default', '--device', 'cpu']))).toBe(plainHash);
  });
});

test('every option has its test', () => {
  const here = ['fps', 'size', 'start', 'duration', 'crf', 'crop', 'face', 'background', 'seed', 'expression', 'headMotion', 'speed', 'blink', 'gaze', 'emotion', 'pose', 'still', 'loop', 'preset', 'steps', 'guidance', 'motionOut', 'model', 'device', 'threads', 'quiet'];
  const elsewhere = ['output', 'ffmpeg', 'json', 'verbose', 'motion', 'alpha', 'motionBlur', 'dryRun', 'sign', 'key', 'noSign', 'watermark', 'codec', 'noSound', 'streamFormat', 'driving', 'drive', 'driveStrength', 'driveMode', 'driveFit', 'neutral', 'drivingFace', 'preview', 'sheet', 'plot']; // command, motion-file, alpha, workers, batch, provenance, outputs, driving, looks
  expect([...here, ...elsewhere].sort()).toEqual([...optionNames].sort());
});
