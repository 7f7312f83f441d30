import { describe, expect, test } from 'vitest';
import { channel, channelCount } from '../../../src/motion/channels.ts';
import { smoothMotion } from '../../../src/motion/smooth.ts';
import { collect } from '../../support/collect.ts';

async function* track(frames: number, value: (frame: number) => number): AsyncGenerator<Float32Array> {
  for (let frame = 0; frame < frames; frame++) yield new Float32Array(channelCount).fill(value(frame));
}
const smoothed = async (frames: number, index: number, value: (frame: number) => number) => (await collect(smoothMotion(track(frames, value)))).map((motion) => motion[index] as number);

describe('smoothing', () => {
  test.each([0, 1, 2, 5, 6, 10, 11, 12, 100])('gives %s frames for as many', async (frames) => {
    expect(await collect(smoothMotion(track(frames, () => 1)))).toHaveLength(frames);
  });

  test('mouth, lids and gaze pass as they are, in their places', async () => {
    const random = (frame: number) => Math.fround(Math.sin(frame * 12.9898) * 0.5);
    for (const index of [channel.jawOpen, channel.mouthClose, channel.eyeBlinkLeft, channel.eyeLookInLeft]) {
      expect(await smoothed(30, index, random)).toEqual(Array.from({ length: 30 }, (_, frame) => random(frame)));
    }
  });

  test.each([
    [1, 0.92],
    [2, 0.73],
    [4, 0.27],
    [12, 0.01],
  ])('keeps of a head swing at %s Hz the share %s, in phase', async (hertz, share) => {
    // Gaussian of 1.6 frames: exp(-2 (pi 1.6 f / 25)^2)
    const swing = (frame: number) => Math.cos((2 * Math.PI * hertz * (frame - 50)) / 25);
    const yaw = await smoothed(101, channel.headYaw, swing);
    expect(yaw[50]).toBeCloseTo(share, 1);
    expect(Math.abs((yaw[49] as number) - (yaw[51] as number))).toBeLessThan(1e-5);
  });

  test('a straight course and a still head stay what they are', async () => {
    const yaw = await smoothed(40, channel.headYaw, (frame) => frame / 10);
    for (let frame = 5; frame < 35; frame++) expect(yaw[frame]).toBeCloseTo(frame / 10, 5);
    expect((await smoothed(3, channel.headRoll, () => 2)).every((value) => Math.abs(value - 2) < 1e-5)).toBe(true);
  });
});
