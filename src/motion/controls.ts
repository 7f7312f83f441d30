/** What the user's controls and the limits of a face do to motion vectors. */
import { channel } from './channels.ts';
import { browChannels, coefficientChannels, eyeMoodChannels, headChannels, mouthChannels } from './groups.ts';

export interface MotionControls {
  /** 0..2: scales mouth and brows. */
  expression: number;
  /** 0..2: scales head rotation and translation. */
  headMotion: number;
}

// A renderer that moves one picture's pixels shows what it does not have beyond these. Degrees; face heights.
export const headLimits: readonly (readonly [number, number])[] = [
  [channel.headPitch, 18],
  [channel.headYaw, 22],
  [channel.headRoll, 18],
  [channel.headX, 0.25],
  [channel.headY, 0.25],
  [channel.headZ, 0.25],
];

/** `motion` [58] with the controls applied, inside the limits. A new array. */
export function controlMotion(motion: Float32Array, { expression, headMotion }: MotionControls): Float32Array {
  const result = motion.slice();
  articulate(result, expression);
  for (const index of [...browChannels, ...eyeMoodChannels]) result[index] = result[index] * expression;
  for (const index of headChannels) result[index] = result[index] * headMotion;
  boundMotion(result);
  return result;
}

/** Scales the mouth of `motion` [58], in place: mumbling below 1, clear speech above. */
export function articulate(motion: Float32Array, expression: number): void {
  scaleTogether(motion, mouthChannels, expression);
}

/** Holds `motion` [58] inside the limits, in place: coefficients in 0..1, head softly bounded. */
export function boundMotion(motion: Float32Array): void {
  for (const index of coefficientChannels) motion[index] = Math.min(1, Math.max(0, motion[index]));
  for (const [index, limit] of headLimits) motion[index] = softLimit(motion[index], limit);
}

/**
 * One factor for all of `indexes`. The rig is linear, so lips that meet (opening and closing shapes cancel) meet at any scale as long as no channel is clipped alone:
 * a factor above 1 is held back to where the strongest channel reaches 1.
 */
function scaleTogether(motion: Float32Array, indexes: readonly number[], factor: number): void {
  const strongest = indexes.reduce((most, index) => Math.max(most, motion[index]), 1e-6);
  const held = factor > 1 ? Math.min(factor, Math.max(1, 1 / strongest)) : factor;
  for (const index of indexes) motion[index] = motion[index] * held;
}

/** `value` up to 70 % of `limit`, then bending so that it never passes `limit`; smooth. */
export function softLimit(value: number, limit: number): number {
  const size = Math.abs(value) / limit;
  return size <= 0.7 ? value : Math.sign(value) * limit * (0.7 + 0.3 * Math.tanh((size - 0.7) / 0.3));
}
