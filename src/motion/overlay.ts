/** A take over a performance that was made from the sound: some parts of the face follow the one, the rest the other. */
import { channelCount } from './channels.ts';
import { isMouth } from './groups.ts';
import { copyParts, isAffect, type Part, partOf } from './parts.ts';

/** What reads frames by number: `Performance` of performance/perform.ts. */
export interface MotionReader {
  /** Writes frame `index` into `out` [58]. */
  read(index: number, out: Float32Array): void;
}

/**
 * `performance` with the parts `parts` of `take` in place of its own; [58] a frame each, the same rate. Where the take moves the lips, no feeling of the performance is added to them;
 * else `affect` gives the mouth the take's feelings, slowed so that the take's own words do not come through (`feelingsOf`).
 */
export function overlayTake(performance: MotionReader, take: readonly Float32Array[], parts: ReadonlySet<Part>, fps: number): MotionReader {
  const feelings = !parts.has('lips') && parts.has('affect') ? feelingsOf(take, fps) : undefined;
  const faceParts = new Set([...parts].filter((part) => part !== 'lips' && part !== 'affect'));
  return {
    read(index, out) {
      performance.read(index, out);
      const frame = Math.min(index, take.length - 1);
      copyParts(take[frame], out, faceParts);
      if (parts.has('lips')) for (let i = 0; i < channelCount; i++) if (isMouth[i]) out[i] = 0;
      if (feelings) for (let i = 0; i < channelCount; i++) if (partOf[i] === 'lips') out[i] = feelings[frame][i];
    },
  };
}

// Syllables come four to five times a second, smiles and frowns last a second and more.
const feelingSeconds = 0.35;

/** What feelings do to the mouth in `take` [58] a frame: those of its channels that feelings move, through a first-order low-pass forwards and backwards, so that nothing lags. */
export function feelingsOf(take: readonly Float32Array[], fps: number): Float32Array[] {
  const keep = Math.exp(-1 / (feelingSeconds * fps));
  const slow = take.map((motion) => motion.map((value, i) => (isAffect[i] ? value : 0)));
  const drag = (from: Float32Array, to: Float32Array): void => {
    for (let i = 0; i < channelCount; i++) to[i] += keep * (from[i] - to[i]);
  };
  for (let index = 1; index < slow.length; index++) drag(slow[index - 1], slow[index]);
  for (let index = slow.length - 2; index >= 0; index--) drag(slow[index + 1], slow[index]);
  return slow;
}
