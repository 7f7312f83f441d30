/** From frames with times of their own to a steady rate. */
/** A frame of motion with its time. */
export interface TimedMotion {
  /** From the beginning of the film; rises from frame to frame. */
  readonly timeSeconds: number;
  /** [58] `channelNames` order: coefficients, degrees, face heights. */
  readonly motion: Float32Array;
}

/** Frames this near to the moment that is wanted are taken as they are: containers round times to milliseconds. */
const sameSeconds = 0.002;

/**
 * The motion [58] at 0, 1 / fps, 2 / fps ... to the last frame of `source`, on straight lines between its frames; before the first one as in the first. Streams: two frames are kept.
 * Frames before time 0 and frames that do not come later than the one before are passed over. Frames may be used again by whoever made them once the next one is asked for.
 */
export async function* evenFrames(source: AsyncIterable<TimedMotion>, fps: number): AsyncGenerator<Float32Array> {
  let index = 0;
  let before: TimedMotion | undefined;
  for await (const { timeSeconds, motion } of source) {
    const frame = { timeSeconds, motion: motion.slice() };
    if (before && frame.timeSeconds <= before.timeSeconds) continue;
    for (; index / fps <= frame.timeSeconds + sameSeconds; index++) {
      yield between(before, frame, index / fps);
    }
    before = frame;
  }
  if (index === 0 && before) yield before.motion; // all of it lies before the film
}

function between(before: TimedMotion | undefined, after: TimedMotion, timeSeconds: number): Float32Array {
  if (!before || Math.abs(after.timeSeconds - timeSeconds) <= sameSeconds) return after.motion.slice();
  const share = Math.max(0, (timeSeconds - before.timeSeconds) / (after.timeSeconds - before.timeSeconds));
  return before.motion.map((value, i) => value + share * (after.motion[i] - value));
}
