import { describe, expect, test } from 'vitest';
import { smoothMotion } from '../../../../src/capture/solve/smooth.ts';
import { gapOf } from '../../../../src/motion/blend.ts';
import { channel, channelCount } from '../../../../src/motion/channels.ts';
import { lipGapRow } from '../../../../src/rig/lip-gap.ts';
import { shippedRig } from '../../../support/portrait.ts';

const gapRow = lipGapRow(shippedRig());
const fps = 25;
const times = Array.from({ length: 100 }, (_, i) => i / fps);
const frames = (fill: (motion: Float32Array, i: number) => void): Float32Array[] =>
  times.map((_, i) => {
    const motion = new Float32Array(channelCount);
    fill(motion, i);
    return motion;
  });
const noise = (i: number): number => Math.sin(i * 12.9898) * Math.cos(i * 78.233);

describe('smoothMotion', () => {
  test('lags by less than 10 ms', () => {
    // A nod of 1.5 Hz: the shift of the smoothed one from its first Fourier coefficient.
    const motions = frames((motion, i) => (motion[channel.headPitch] = 8 * Math.sin(2 * Math.PI * 1.5 * times[i])));
    const phase = (track: Float32Array[]): number => {
      const part = (f: (x: number) => number): number => track.reduce((sum, motion, i) => sum + motion[channel.headPitch] * f(2 * Math.PI * 1.5 * times[i]), 0);
      return Math.atan2(part(Math.cos), part(Math.sin));
    };
    const lagSeconds = (phase(motions) - phase(smoothMotion(motions, times, gapRow))) / (2 * Math.PI * 1.5);
    expect(Math.abs(lagSeconds)).toBeLessThan(0.01);
  });

  test('halves the tremble of a still head', () => {
    const motions = frames((motion, i) => (motion[channel.headYaw] = 0.1 * noise(i)));
    const spread = (track: Float32Array[]): number => Math.hypot(...track.map((motion) => motion[channel.headYaw]));
    expect(spread(smoothMotion(motions, times, gapRow))).toBeLessThan(0.65 * spread(motions));
  });

  test('keeps blinks of one frame, and shut lips shut', () => {
    const motions = frames((motion, i) => {
      motion[channel.eyeBlinkLeft] = i === 50 ? 1 : 0;
      const isShut = i % 8 === 0;
      motion[channel.jawOpen] = isShut ? 0.1 : 0.4;
      motion[channel.mouthLowerDownLeft] = isShut ? 0 : 0.6;
      motion[channel.mouthClose] = isShut ? 0.11 : 0;
    });
    const smooth = smoothMotion(motions, times, gapRow);
    expect(smooth[50][channel.eyeBlinkLeft]).toBe(1);
    for (const [i, motion] of smooth.entries()) {
      const wanted = gapOf(motions[i], gapRow);
      if (wanted <= 0) expect(gapOf(motion, gapRow)).toBeLessThan(1e-3);
      else expect(gapOf(motion, gapRow)).toBeCloseTo(wanted, 3);
    }
  });
});
