import { describe, expect, test } from 'vitest';
import { channel, channelCount, type ChannelName } from '../../../src/motion/channels.ts';
import { type MotionReader, overlayTake } from '../../../src/motion/overlay.ts';
import { isAffect, type Part, partNames, partOf } from '../../../src/motion/parts.ts';

const fps = 25;
const voice: MotionReader = { read: (_index, out) => void out.fill(0.1) };
const take = Array.from({ length: 100 }, (_, index) => new Float32Array(channelCount).fill(0.5 + 0.4 * Math.sin(index)));

function read(parts: readonly Part[], index = 50, of = take): (name: ChannelName) => number {
  const out = new Float32Array(channelCount);
  overlayTake(voice, of, new Set(parts), fps).read(index, out);
  return (name) => out[channel[name]];
}

test('every channel has a part, and feelings belong to the mouth', () => {
  expect(partOf).toHaveLength(channelCount);
  expect(new Set(partOf)).toEqual(new Set(partNames.filter((part) => part !== 'affect')));
  for (let i = 0; i < channelCount; i++) if (isAffect[i]) expect(partOf[i]).toBe('lips');
});

test.each<[Part, ChannelName, ChannelName]>([
  ['head', 'headYaw', 'browInnerUp'],
  ['eyes', 'eyeBlinkLeft', 'headPitch'],
  ['eyes', 'eyeLookInRight', 'mouthSmileLeft'],
  ['brows', 'browDownLeft', 'eyeSquintLeft'],
])('of %s %s comes from the take, %s from the voice', (part, taken, left) => {
  const value = read([part]);
  expect(value(taken)).toBe(take[50][0]);
  expect(value(left)).toBe(Math.fround(0.1));
});

test('a take that moves the lips has no feeling of the performance added to them', () => {
  const value = read(['lips']);
  expect([value('mouthSmileLeft'), value('jawOpen')]).toEqual([0, 0]);
  expect(value('headYaw')).toBe(Math.fround(0.1));
});

describe('affect', () => {
  test('gives the mouth the smile of the take, and neither its jaw nor its syllables', () => {
    const value = read(['affect']);
    expect(value('jawOpen')).toBe(0);
    expect(value('mouthFunnel')).toBe(0);
    expect(Math.abs(value('mouthSmileLeft') - 0.5)).toBeLessThan(0.06); // the sine of 4 Hz is gone
    expect(value('browInnerUp')).toBe(Math.fround(0.1));
  });

  test('a smile is not late', () => {
    const smile = Array.from({ length: 200 }, (_, index) => new Float32Array(channelCount).fill(Math.exp(-(((index - 100) / 20) ** 2))));
    const at = (index: number): number => read(['affect'], index, smile)('mouthSmileLeft');
    expect(at(100)).toBeGreaterThan(0.7);
    expect(Math.abs(at(85) - at(115))).toBeLessThan(0.01);
  });
});

test('past its end the take stays where it is', () => {
  expect(read(['head'], 5000)('headRoll')).toBe(take[99][0]);
});
