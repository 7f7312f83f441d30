import { expect, test } from 'vitest';
import { channel, channelCount, channelNames } from '../../../src/motion/channels.ts';
import { browChannels, coefficientChannels, eyeMoodChannels, headChannels, lipOpening, mouthChannels } from '../../../src/motion/groups.ts';

test('the vector has 58 channels, each name once', () => {
  expect(channelCount).toBe(58);
  expect(new Set(channelNames).size).toBe(58);
  expect([channel.eyeBlinkLeft, channel.jawOpen, channel.tongueOut, channel.headPitch, channel.headZ]).toEqual([0, 17, 51, 52, 57]);
});

test('groups do not overlap and leave only blinks and gaze', () => {
  const grouped = [...mouthChannels, ...browChannels, ...eyeMoodChannels];
  expect(new Set(grouped).size).toBe(grouped.length);
  const rest = coefficientChannels.filter((index) => !grouped.includes(index)).map((index) => channelNames[index]);
  expect(rest).toHaveLength(10);
  for (const name of rest) expect(name).toMatch(/^eye(Blink|Look)/);
  expect(headChannels).toEqual([52, 53, 54, 55, 56, 57]);
});

test('mouthClose undoes what jawOpen parts', () => {
  const motion = new Float32Array(58);
  motion[channel.jawOpen] = 0.5;
  expect(lipOpening(motion)).toBe(0.5);
  motion[channel.mouthClose] = 0.5;
  expect(lipOpening(motion)).toBe(0);
});
