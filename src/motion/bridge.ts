/** Over the moments in which a face was not seen: hands, turns away, cuts. */
import { channelCount } from './channels.ts';
import { smoothStep } from './ease.ts';
import type { TimedMotion } from './even.ts';

export interface SeenMotion {
  readonly timeSeconds: number;
  /** [58]; undefined where no face was seen. May be used again once the next frame is asked for. */
  readonly motion: Float32Array | undefined;
  /** 0..1 */
  readonly confidence: number;
  /** Nothing goes on from the frame before: another shot, another place. */
  readonly isCut: boolean;
}

export interface BridgedMotion extends TimedMotion {
  readonly confidence: number;
}

/** Up to here a gap is crossed on a straight line. */
const shortSeconds = 0.32;
/** A longer one: the face stays as it was, then comes to rest. */
const holdSeconds = 0.2;
const restSeconds = 0.6;
/** What is seen again takes over in this time. */
const returnSeconds = 0.32;

/** Motion without gaps and without jumps, the same frames. A face that comes into the picture late is at rest until then. Keeps the frames of a short gap. */
export async function* bridgeGaps(source: AsyncIterable<SeenMotion> | Iterable<SeenMotion>): AsyncGenerator<BridgedMotion> {
  let seen = { timeSeconds: Number.NEGATIVE_INFINITY, motion: new Float32Array(channelCount) }; // the last time, as it was shown
  let shown = seen.motion; // the last frame
  let isFirst = true;
  let back: { timeSeconds: number; from: Float32Array } | undefined; // since when the face is there again, and what was shown before
  const unseen: number[] = []; // times of frames that may belong to a short gap

  function* leave(): Generator<BridgedMotion> {
    for (const timeSeconds of unseen.splice(0)) {
      const share = 1 - smoothStep((timeSeconds - seen.timeSeconds - holdSeconds) / restSeconds);
      shown = seen.motion.map((value) => value * share);
      isFirst = false;
      yield { timeSeconds, motion: shown, confidence: 0 };
    }
  }

  for await (const { timeSeconds, motion, confidence, isCut } of source) {
    const isLong = timeSeconds - seen.timeSeconds > shortSeconds;
    if (motion === undefined) {
      unseen.push(timeSeconds);
      if (isLong) yield* leave();
      continue;
    }
    if (isCut || isLong) {
      yield* leave();
      back = isFirst ? undefined : { timeSeconds, from: shown };
    }
    const share = back === undefined ? 1 : smoothStep((timeSeconds - back.timeSeconds) / returnSeconds);
    const from = back?.from ?? motion;
    shown = motion.map((value, i) => from[i] + share * (value - from[i]));
    if (share === 1) back = undefined;
    for (const between of unseen.splice(0)) {
      const way = (between - seen.timeSeconds) / (timeSeconds - seen.timeSeconds);
      yield { timeSeconds: between, motion: seen.motion.map((value, i) => value + way * (shown[i] - value)), confidence: 0 };
    }
    seen = { timeSeconds, motion: shown };
    isFirst = false;
    yield { timeSeconds, motion: shown, confidence };
  }
  yield* leave();
}
