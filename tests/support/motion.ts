/** Motion tracks for tests. */
import { channelCount, coefficientCount } from '../../src/motion/channels.ts';
import type { MotionTrack } from '../../src/motion/play.ts';

/** Smooth, different in every channel, inside the limits of a face. */
export function wavingTrack(fps: number, frames: number): MotionTrack {
  const value = (frame: number, c: number): number => {
    const wave = Math.sin((frame / fps) * (1 + c / 20) * 3 + c);
    return c < coefficientCount ? 0.4 + 0.35 * wave : c < 55 ? 9 * wave : 0.15 * wave;
  };
  return { fps, frames: Array.from({ length: frames }, (_, frame) => Float32Array.from({ length: channelCount }, (_, c) => value(frame, c))) };
}

/** The largest difference of any number; Infinity where the counts of frames differ. */
export function largestDifference(left: readonly Float32Array[], right: readonly Float32Array[]): number {
  if (left.length !== right.length) return Number.POSITIVE_INFINITY;
  return left.reduce((most, motion, frame) => motion.reduce((worst, value, c) => Math.max(worst, Math.abs(value - right[frame][c])), most), 0);
}
