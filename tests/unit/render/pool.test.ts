import { describe, expect, test } from 'vitest';
import { channel, channelCount } from '../../../src/motion/channels.ts';
import { speechIn, withActivity } from '../../../src/render/activity.ts';
import { analysePortrait, renderFrames } from '../../../src/render/pool.ts';
import { isSame, makePortrait, rigFile } from '../../support/portrait.ts';

async function* track(values: readonly number[]): AsyncGenerator<Float32Array> {
  const motion = new Float32Array(channelCount); // one buffer, reused: readers have to copy
  for (const value of values) {
    motion[channel.jawOpen] = value;
    yield motion;
  }
}

test('activity is 1 from the first frame to the last where lips are followed, whatever they do', async () => {
  const result: number[] = [];
  for await (const { activity } of withActivity(track(new Array(40).fill(0)), 25, { isAlwaysActive: true })) result.push(activity);
  expect(result).toEqual(new Array(40).fill(1));
});

describe('renderFrames in the calling thread', () => {
  const source = makePortrait({ width: 96, height: 96, scale: 34 });

  test('draws one frame a motion, in order, still ones first', async () => {
    const frames: Uint8Array[] = [];
    const jaws = [...new Array(30).fill(0), 0.5, 0.8];
    for await (const frame of renderFrames(rigFile(), source, track(jaws), { threads: 0 })) frames.push(frame.slice());
    expect(frames.length).toBe(32);
    expect(isSame(frames[0], source.rgb)).toBe(true);
    expect(isSame(frames[31], frames[30])).toBe(false);
    expect(isSame(frames[30], source.rgb)).toBe(false);
  });

  test('stops with "cancelled" when the signal fires', async () => {
    const stop = new AbortController();
    const drawing = async (): Promise<void> => {
      for await (const _ of renderFrames(rigFile(), source, track(new Array(100).fill(0.1)), { threads: 0, signal: stop.signal })) stop.abort();
    };
    await expect(drawing()).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('analysePortrait tells identity, pose and warnings without drawing', () => {
    const { identity, pose, warnings } = analysePortrait(rigFile(), makePortrait({ scale: 120, yaw: 10 }));
    expect(identity.length).toBe(40);
    expect(pose.yaw).toBeCloseTo(10, 0);
    expect(warnings).toEqual([]);
  });
});

describe('withActivity', () => {
  const activities = async (values: readonly number[], fps = 25): Promise<number[]> => {
    const out: number[] = [];
    for await (const { activity, motion } of withActivity(track(values), fps)) {
      expect(motion[channel.jawOpen]).toBeCloseTo(values[out.length], 6);
      out.push(activity);
    }
    return out;
  };

  test('is 0 on the first and the last frame where the film is to rest there, speech or not', async () => {
    const motions = track(new Array(50).fill(0.3));
    const result: number[] = [];
    for await (const { activity } of withActivity(motions, 25, { restingFrames: 50 })) result.push(activity);
    expect([result[0], result[49]]).toEqual([0, 0]);
    expect(result.slice(1, 8)).toEqual([...result.slice(1, 8)].sort((a, b) => a - b));
    expect(Math.max(...result.slice(10, 40))).toBeCloseTo((await activities(new Array(50).fill(0.3)))[25], 6);
  });

  test('is 0 in silence, 1 in speech, and ramps in before the first sound', async () => {
    const values = [...new Array(60).fill(0), ...new Array(40).fill(0.3), ...new Array(60).fill(0)];
    const result = await activities(values);
    expect(result.length).toBe(160);
    expect(result[0]).toBe(0);
    expect(result[60]).toBe(1);
    expect(result[80]).toBe(1);
    expect(result[159]).toBe(0);
    expect(result[50]).toBeGreaterThan(0.3);
    for (let f = 1; f < result.length; f++) expect(Math.abs(result[f] - result[f - 1])).toBeLessThan(0.08);
  });

  test('holds through the closures inside speech', async () => {
    const values = Array.from({ length: 100 }, (_, f) => (f % 12 < 6 ? 0.25 : 0));
    const result = await activities(values);
    expect(Math.min(...result.slice(20, 80))).toBe(1);
  });

  test('a track shorter than the look-ahead comes through whole', async () => {
    expect((await activities([0, 0.2, 0])).length).toBe(3);
    expect((await activities([])).length).toBe(0);
  });

  test('a smile alone is no speech', () => {
    const motion = new Float32Array(channelCount);
    motion[channel.mouthSmileLeft] = 0.6;
    motion[channel.mouthSmileRight] = 0.6;
    expect(speechIn(motion)).toBe(0);
  });
});
