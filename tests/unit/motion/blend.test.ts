import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blendMouth, gapOf, sealLips } from '../../../src/motion/blend.ts';
import { type ChannelName, channel, channelCount, channelNames } from '../../../src/motion/channels.ts';
import { mouthChannels } from '../../../src/motion/groups.ts';

function motionOf(values: Partial<Record<ChannelName, number>>): Float32Array {
  const motion = new Float32Array(channelCount);
  for (const [name, value] of Object.entries(values)) motion[channel[name as ChannelName]] = value;
  return motion;
}

/** Shares of the default rig's row, rounded. */
const gapRow = motionOf({ jawOpen: 0.8, mouthClose: -0.8, mouthLowerDownLeft: 0.12, mouthLowerDownRight: 0.12, mouthUpperUpLeft: 0.1, mouthUpperUpRight: 0.1, mouthSmileLeft: -0.05, mouthSmileRight: -0.05, mouthFunnel: 0.2 }).slice(0, 52);
const smiling = motionOf({ mouthSmileLeft: 0.7, mouthSmileRight: 0.7, mouthUpperUpLeft: 0.2, mouthUpperUpRight: 0.2, cheekSquintLeft: 0.4 });

describe('a feeling on a speaking mouth', () => {
  test('smiling lips still close at p', () => {
    const speech = motionOf({ jawOpen: 0.1, mouthClose: 0.1 });
    blendMouth(speech, smiling, gapRow);
    expect(Math.abs(gapOf(speech, gapRow))).toBeLessThan(1e-6);
    expect(speech[channel.mouthSmileLeft]).toBeCloseTo(0.7, 6);
  });

  test('sad lips still open at a', () => {
    const speech = motionOf({ jawOpen: 0.5 });
    blendMouth(speech, motionOf({ mouthFrownLeft: 0.6, mouthFrownRight: 0.6, mouthClose: 0.1, mouthShrugLower: 0.3 }), gapRow);
    expect(gapOf(speech, gapRow)).toBeCloseTo(0.4, 5);
    expect(speech[channel.mouthFrownLeft]).toBeCloseTo(0.6, 6);
  });

  test('rounded lips leave a smile a quarter of its room', () => {
    const speech = motionOf({ mouthPucker: 1, jawOpen: 0.2 });
    blendMouth(speech, smiling, gapRow);
    expect(speech[channel.mouthSmileLeft]).toBeCloseTo(0.7 * 0.25, 6);
  });

  test('nothing felt changes nothing', () => {
    const speech = motionOf({ jawOpen: 0.3, mouthPucker: 0.2, headYaw: 5, eyeBlinkLeft: 0.5 });
    const before = speech.slice();
    blendMouth(speech, new Float32Array(channelCount), gapRow);
    expect(speech).toEqual(before);
  });

  test('whatever is said and felt: the gap is the speech’s own or cannot be reached, coefficients stay in 0..1, nothing but the mouth changes', () => {
    const amounts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: channelCount, maxLength: channelCount });
    fc.assert(
      fc.property(amounts, amounts, (said, felt) => {
        const speech = Float32Array.from(said);
        const wanted = Math.max(0, gapOf(speech, gapRow));
        blendMouth(speech, Float32Array.from(felt), gapRow);
        const gap = gapOf(speech, gapRow);
        expect(gap).toBeLessThanOrEqual(wanted + 1e-5);
        if (speech[channel.jawOpen] < 1 && wanted > 0.004) expect(gap).toBeGreaterThanOrEqual(wanted - 1e-5);
        for (const index of mouthChannels) expect(speech[index] >= 0 && speech[index] <= 1).toBe(true);
        for (let i = 0; i < channelNames.length; i++) if (!mouthChannels.includes(i)) expect(speech[i]).toBe(Math.fround(said[i]));
      }),
    );
  });
});

describe('sealing', () => {
  const sealed = (gap: number): number => {
    const motion = motionOf({ jawOpen: gap / 0.8 + 0.1, mouthClose: 0.1 });
    sealLips(motion, gapRow);
    return gapOf(motion, gapRow);
  };

  test('lips that all but touch meet, open ones are left alone, and nothing turns back between', () => {
    expect(sealed(0.01)).toBeCloseTo(0, 5);
    expect(sealed(0.018)).toBeCloseTo(0, 5);
    expect(sealed(0.065)).toBeCloseTo(0.065, 5);
    expect(sealed(0.3)).toBeCloseTo(0.3, 5);
    const gaps = Array.from({ length: 80 }, (_, i) => sealed(i / 1000));
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
  });

  test('pressed lips stay pressed', () => expect(sealed(-0.03)).toBeCloseTo(-0.03, 5));
});
