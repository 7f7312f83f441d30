import { expect, test } from 'vitest';
import { channel, channelCount } from '../../../src/motion/channels.ts';
import { joinClips } from '../../../src/motion/seam.ts';

/** Frames of one function of time for every channel. */
function clipOf(frames: number, value: (frame: number) => number): Float32Array {
  return Float32Array.from({ length: frames * channelCount }, (_, i) => value(Math.floor(i / channelCount)));
}
const read = (clip: Float32Array, index: number) => Array.from({ length: clip.length / channelCount }, (_, frame) => clip[frame * channelCount + index] as number);

test('a head that would jump goes on in value and speed, and is back on its course after 0.8 s', () => {
  const before = clipOf(10, (frame) => 5 + 0.2 * frame); // ends at 6.8, rising by 0.2 a frame
  const clip = clipOf(60, (frame) => 1 - 0.1 * frame);
  joinClips(before, clip);
  const yaw = read(clip, channel.headYaw);
  expect(yaw[0]).toBeCloseTo(7, 5);
  expect((yaw[1] as number) - (yaw[0] as number)).toBeGreaterThan(0.05); // still rising, beginning to turn
  expect(yaw[20]).toBeCloseTo(-1, 5);
  expect(yaw[59]).toBeCloseTo(-4.9, 5);
  const steps = [6.8, ...yaw].slice(1).map((value, i) => value - ([6.8, ...yaw][i] as number));
  const changes = steps.slice(1).map((value, i) => Math.abs(value - (steps[i] as number)));
  expect(Math.max(...changes)).toBeLessThan(0.15); // 6 degrees in one frame before
});

test('a clip that goes on by itself is left alone', () => {
  const course = (frame: number) => 0.5 + 0.01 * frame;
  const clip = clipOf(60, (frame) => course(frame + 10));
  joinClips(clipOf(10, course), clip);
  read(clip, channel.headPitch).forEach((value, frame) => expect(value).toBeCloseTo(course(frame + 10), 5));
});

test('the mouth is not touched, gaze and lids take four frames', () => {
  const clip = clipOf(60, () => 0);
  joinClips(clipOf(10, () => 0.5), clip);
  expect(read(clip, channel.jawOpen)).toEqual(new Array(60).fill(0));
  expect(read(clip, channel.mouthClose)).toEqual(new Array(60).fill(0));
  const gaze = read(clip, channel.eyeLookInLeft);
  expect(gaze[0]).toBeCloseTo(0.5, 6);
  expect(gaze.slice(4)).toEqual(new Array(56).fill(0));
});
