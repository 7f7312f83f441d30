import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Driver, driveByFile, driveByTrack, openDriver } from '../../../src/driver.ts';
import { channel } from '../../../src/motion/channels.ts';
import type { TimedMotion } from '../../../src/motion/even.ts';
import { partNames } from '../../../src/motion/parts.ts';
import { type OptionValues, resolveOptions } from '../../../src/options.ts';
import { openReport } from '../../../src/report.ts';
import { collect } from '../../support/collect.ts';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'driver-'))));
afterAll(() => rm(folder, { recursive: true }));
const wish = (options: object = {}): OptionValues => resolveOptions(options as Record<string, unknown>, { environment: {} }).values;

/** A take of `frames` frames whose jaw opens by a hundredth a frame. */
const trackOf = (frames: number, fps = 25) => ({ fps, frames: Array.from({ length: frames }, (_, index) => Float32Array.from({ length: 58 }, (_v, i) => (i === channel.jawOpen ? index / 100 : 0))) });
const take = { path: 'take.mp4', width: 1, height: 1, fps: 25, durationSeconds: 2, hasSound: true, startSeconds: 0, warnings: [], frames: () => { throw new Error('not read'); } }; // biome-ignore format: one line

async function open(request: object, options: object = {}) {
  const asked: unknown[] = [];
  const own = Float32Array.from({ length: 58 }, (_, i) => (i === channel.headYaw ? -10 : i === channel.jawOpen ? 0.1 : 0));
  const session = { stillMotion: async () => own, capture: async () => { asked.push(1); return { track: trackOf(50), confidences: [], warnings: ['hand before the face'] }; } };
  const events: unknown[] = [];
  const report = openReport((event) => events.push(event));
  const driver = await openDriver({ request, recorded: undefined, take: 'driving' in options ? take : undefined, landmarks: new Float32Array(1434), values: wish(options), model: {} as never, session, report, signal: undefined });
  return { driver, report, asked };
}

describe('a file of motion', () => {
  test.each([
    [1, 1, []],
    [1, 1.03, []], // lengths are rounded up to whole frames
    [1, 0.98, []],
    [1, 2, ['holds 1.00 s of motion for 2.00 s of sound; after it the face comes to rest']],
    [1, 0.5, ['holds 1.00 s of motion for 0.50 s of sound; the rest is left out']],
  ])('of %d s for %d s of sound', async (seconds, filmSeconds, warnings) => {
    const path = join(folder, 'take.json');
    await writeFile(path, JSON.stringify({ format: 'animate-motion', version: 1, fps: 30, channels: ['jawOpen'], frames: Array(30 * seconds).fill([0.5]) }));
    const driver = await driveByFile(path, wish());
    expect(driver.warningsFor(filmSeconds)).toEqual(warnings.map((warning) => `${path}: ${warning}`));
    expect(driver.movesAll).toBe(true);
  });

  test('what follows its end is told as it is', () => {
    const driver = driveByTrack('a.json', trackOf(25), partNames, wish({ driveFit: 'mirror' }));
    expect(driver.warningsFor(3)).toEqual(['a.json: holds 1.00 s of motion for 3.00 s of sound; after it the motion runs back and forth']);
  });
});

describe('a take', () => {
  test('alone moves everything, cut as its sound is', async () => {
    const { driver, report } = await open({}, { driving: 'take.mp4', start: 0.4, duration: 1 });
    expect(driver?.movesAll).toBe(true);
    expect(driver?.durationSeconds).toBe(1);
    const [first] = await collect((driver as Driver).play({ fps: 25, frames: 1 }));
    expect(first[channel.jawOpen]).toBeCloseTo(0.1, 6);
    expect(report.warnings).toEqual(['hand before the face']);
  });

  test('beside a sound leaves it the lips, and begins with the film', async () => {
    const { driver } = await open({ sound: 'voice.wav' }, { driving: 'take.mp4', start: 0.4 });
    expect(driver?.parts).toEqual(new Set(['head', 'eyes', 'brows', 'affect']));
    expect(driver?.movesAll).toBe(false);
    expect(driver?.durationSeconds).toBe(2);
  });

  test('copied absolutely, what the portrait shows already is not added to it', async () => {
    const { driver } = await open({}, { driving: 'take.mp4', driveMode: 'absolute' });
    const drawn = await collect((driver as Driver).play({ fps: 25, frames: 50 }));
    expect(drawn[0][channel.headYaw]).toBe(10);
    expect(drawn[5][channel.jawOpen]).toBe(0); // 0.05 less 0.1
    expect(drawn[40][channel.jawOpen]).toBeCloseTo(0.3, 5);
  });

  test('given as the sound too counts as alone', async () => {
    expect((await open({ sound: 'take.mp4' }, { driving: 'take.mp4' })).driver?.movesAll).toBe(true);
  });

  test('--drive says what it moves; with the lips it moves what feelings do to them', async () => {
    expect((await open({}, { driving: 'take.mp4', drive: 'head' })).driver?.parts).toEqual(new Set(['head']));
    expect((await open({}, { driving: 'take.mp4', drive: 'lips,head,eyes,brows' })).driver?.movesAll).toBe(true);
  });
});

test('frames from the caller are drawn as they come, whatever their rate', async () => {
  async function* live(): AsyncGenerator<TimedMotion> {
    for (const [index, motion] of trackOf(40).frames.entries()) yield { timeSeconds: index / 50, motion };
  }
  const { driver, asked } = await open({ sound: 'voice.wav', motion: live() });
  const drawn = await collect((driver as Driver).play({ fps: 25, frames: 10 }));
  expect(drawn.map((motion) => Number(motion[channel.jawOpen].toFixed(4)))).toEqual([0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18]);
  expect(asked).toEqual([]);
});

test('without any of them the sound moves the face', async () => {
  expect((await open({ sound: 'voice.wav' })).driver).toBeUndefined();
});
