/** What the user's controls and the limits of a face do to motion vectors. */
import { channel } from './channels.ts';
import { browChannels, coefficientChannels, eyeMoodChannels, headChannels, lidChannels, mouthChannels } from './groups.ts';

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

/** Recorded faces go beyond 1 (a wide yawn, a broad grin): up to here the shapes of the rig still hold. Lids that are shut are shut. */
const mostRecorded = 1.2;

/** Recorded `motion` [58] with the controls applied, inside the limits. A new array. */
export function controlMotion(motion: Float32Array, { expression, headMotion }: MotionControls): Float32Array {
  const result = motion.slice();
  articulate(result, expression, mostRecorded);
  for (const index of [...browChannels, ...eyeMoodChannels]) result[index] = result[index] * expression;
  for (const index of headChannels) result[index] = result[index] * headMotion;
  for (const index of lidChannels) result[index] = Math.min(1, result[index]);
  boundMotion(result, mostRecorded);
  return result;
}

/** Scales the mouth of `motion` [58], in place: mumbling below 1, clear speech above; no shape is brought beyond `most`. */
export function articulate(motion: Float32Array, expression: number, most = 1): void {
  scaleTogether(motion, mouthChannels, expression, most);
}

/** Holds `motion` [58] inside the limits, in place: coefficients in 0..`most`, head softly bounded. */
export function boundMotion(motion: Float32Array, most = 1): void {
  for (const index of coefficientChannels) motion[index] = Math.min(most, Math.max(0, motion[index]));
  for (const [index, limit] of headLimits) motion[index] = softLimit(motion[index], limit);
}

/**
 * One factor for all of `indexes`. The rig is linear, so lips that meet (opening and closing shapes cancel) meet at any scale as long as no channel is clipped alone:
 * a factor above 1 is held back to where the strongest channel reaches `most`.
 */
function scaleTogether(motion: Float32Array, indexes: readonly number[], factor: number, most: number): void {
  const strongest = indexes.reduce((highest, index) => Math.max(highest, motion[index]), 1e-6);
  const held = factor > 1 ? Math.min(factor, Math.max(1, most / strongest)) : factor;
  for (const index of indexes) motion[index] = motion[index] * held;
}

/** `value` up to 70 % of `limit`, then bending so that it never passes `limit`; smooth. */
export function softLimit(value: number, limit: number): number {
  const size = Math.abs(value) / limit;
  return size <= 0.7 ? value : Math.sign(value) * limit * (0.7 + 0.3 * Math.tanh((size - 0.7) / 0.3));
}
