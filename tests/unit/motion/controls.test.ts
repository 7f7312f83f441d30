import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChannelName, channel } from '../../../src/motion/channels.ts';
import { controlMotion, softLimit } from '../../../src/motion/controls.ts';
import { lipOpening } from '../../../src/motion/groups.ts';

const asItIs = { expression: 1, headMotion: 1 };

function motionOf(values: Partial<Record<ChannelName, number>>): Float32Array {
  const motion = new Float32Array(58);
  for (const [name, value] of Object.entries(values)) motion[channel[name as ChannelName]] = value;
  return motion;
}

describe('expression', () => {
  const talking = motionOf({ jawOpen: 0.3, browInnerUp: 0.2, eyeBlinkLeft: 0.9, eyeLookInLeft: 0.3, eyeWideLeft: 0.1, headYaw: 5 });

  test('scales mouth, brows and wide eyes, but no blink, gaze or head', () => {
    const half = controlMotion(talking, { expression: 0.5, headMotion: 1 });
    expect(half).toEqual(motionOf({ jawOpen: 0.15, browInnerUp: 0.1, eyeBlinkLeft: 0.9, eyeLookInLeft: 0.3, eyeWideLeft: 0.05, headYaw: 5 }));
    expect(talking[channel.jawOpen]).toBe(Math.fround(0.3));
  });

  test('0 leaves the mouth of the picture', () => {
    const still = controlMotion(talking, { expression: 0, headMotion: 1 });
    expect([still[channel.jawOpen], still[channel.browInnerUp]]).toEqual([0, 0]);
  });

  test('keeps lips that meet together at every strength, even where a channel would pass 1', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 2, noNaN: true }), (jaw, expression) => {
        const met = motionOf({ jawOpen: jaw, mouthClose: jaw, mouthPucker: 0.8 });
        expect(lipOpening(controlMotion(met, { expression, headMotion: 1 }))).toBe(0);
      }),
    );
  });

  test('twice the strength opens wider, up to 1.2', () => {
    expect(controlMotion(motionOf({ jawOpen: 0.3 }), { expression: 2, headMotion: 1 })[channel.jawOpen]).toBeCloseTo(0.6, 6);
    expect(controlMotion(motionOf({ jawOpen: 0.7 }), { expression: 2, headMotion: 1 })[channel.jawOpen]).toBeCloseTo(1.2, 6);
  });

  test('a face that was recorded beyond 1 stays so, but for lids', () => {
    const wild = controlMotion(motionOf({ jawOpen: 1.1, eyeBlinkLeft: 1.1 }), asItIs);
    expect(wild[channel.jawOpen]).toBeCloseTo(1.1, 6);
    expect(wild[channel.eyeBlinkLeft]).toBe(1);
  });
});

describe('head motion', () => {
  test.each([
    [0, 0],
    [0.5, 2],
    [2, 8],
  ])('%s turns 4 degrees of yaw into %s', (headMotion, expected) => {
    expect(controlMotion(motionOf({ headYaw: 4 }), { expression: 1, headMotion })[channel.headYaw]).toBeCloseTo(expected, 5);
  });
});

describe('limits', () => {
  test('coefficients stay in 0..1.2 and the head within what the picture can show, for any input', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 58, maxLength: 58 }), fc.double({ min: 0, max: 2, noNaN: true }), (values, scale) => {
        const result = controlMotion(Float32Array.from(values), { expression: scale, headMotion: scale });
        expect(result.subarray(0, 52).every((value) => value >= 0 && value <= Math.fround(1.2))).toBe(true);
        expect(Math.abs(result[channel.headYaw] as number)).toBeLessThanOrEqual(22);
        expect(Math.abs(result[channel.headPitch] as number)).toBeLessThanOrEqual(18);
        expect(Math.abs(result[channel.headZ] as number)).toBeLessThanOrEqual(0.25);
      }),
    );
  });

  test('the soft limit leaves small values alone, is odd, rises throughout and never passes the limit', () => {
    expect(softLimit(7, 10)).toBe(7);
    expect(softLimit(-12, 10)).toBe(-softLimit(12, 10));
    const values = Array.from({ length: 100 }, (_, i) => softLimit(i / 4, 10));
    expect(values.every((value, i) => value <= 10 && (i === 0 || value >= (values[i - 1] as number)))).toBe(true);
    expect(controlMotion(motionOf({ headRoll: 3 }), asItIs)[channel.headRoll]).toBe(3);
  });
});
