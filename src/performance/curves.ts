/** Curves over a film, one value a frame of 25 a second. */
import type { Random } from '../tensor/random.ts';

export const framesPerSecond = 25;

/** A move towards `value`, begun at frame `at`, that takes `seconds`. */
export interface Key {
  readonly at: number;
  readonly value: number;
  readonly seconds: number;
}

/** 0 to 1 for t from 0 to 1, at rest at both ends: minimum jerk, Flash and Hogan 1985 (J. Neurosci. 5(7)), equation 9. */
export function minimumJerk(t: number): number {
  const x = Math.min(1, Math.max(0, t));
  return x ** 3 * (10 - 15 * x + 6 * x * x);
}

/** From 0 through `keys`: each move starts from wherever the last had come to. [frames] */
export function glide(frames: number, keys: readonly Key[]): Float32Array {
  const curve = new Float32Array(frames);
  for (const { at, value, seconds } of [...keys].sort((a, b) => a.at - b.at)) {
    const first = Math.min(frames - 1, Math.max(0, Math.round(at)));
    const from = first > 0 ? curve[first - 1] : 0;
    const length = Math.max(2, seconds * framesPerSecond);
    for (let i = first; i < frames; i++) {
      const t = (i - first + 1) / length;
      if (t >= 1) {
        curve.fill(value, i);
        break;
      }
      curve[i] = from + (value - from) * minimumJerk(t);
    }
  }
  return curve;
}

/** Adds a bell of `height` about frame `centre` that is felt for `seconds`. */
export function addBump(curve: Float32Array, centre: number, seconds: number, height: number): void {
  const half = (seconds * framesPerSecond) / 2;
  const [first, last] = [Math.max(0, Math.ceil(centre - 2 * half)), Math.min(curve.length - 1, Math.floor(centre + 2 * half))];
  for (let i = first; i <= last; i++) curve[i] += height * Math.exp(-2 * ((i - centre) / half) ** 2);
}

/** Smoothed by a Gaussian of `sigma` frames, without delay; the outermost values go on beyond the ends. [frames] */
export function smoothCurve(curve: ArrayLike<number>, sigma: number): Float32Array {
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / sigma) ** 2));
  const sum = weights.reduce((a, b) => a + b);
  const last = curve.length - 1;
  return Float32Array.from({ length: curve.length }, (_, i) =>
    weights.reduce((total, weight, k) => total + weight * curve[Math.min(last, Math.max(0, i + k - reach))], 0) / sum);
}

const swayTones = 14;

/** Noise of unit variance between `lowHz` and `highHz` as a function of time in seconds: tones spread evenly over the logarithm of frequency, each with a phase and a share of its own. */
export function createSway(random: Random, lowHz: number, highHz: number): (seconds: number) => number {
  const tones = Array.from({ length: swayTones }, (_, i) => ({
    omega: 2 * Math.PI * lowHz * (highHz / lowHz) ** ((i + random.uniform()) / swayTones),
    phase: 2 * Math.PI * random.uniform(),
    size: 0.4 + random.uniform(),
  }));
  const scale = Math.sqrt(2 / tones.reduce((sum, { size }) => sum + size * size, 0));
  return (seconds) => scale * tones.reduce((sum, { omega, phase, size }) => sum + size * Math.sin(omega * seconds + phase), 0);
}

export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}
