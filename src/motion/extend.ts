/** A track that is shorter than the film: what comes after its end. */
import { channelCount } from './channels.ts';
import { smoothStep } from './ease.ts';

/** `rest` goes to the picture itself, `hold` stays, `loop` begins again, `mirror` runs back and forth. */
export const extensions = ['rest', 'hold', 'loop', 'mirror'] as const;
export type Extension = (typeof extensions)[number];

// Seconds from the last frame to rest.
const restSeconds = 0.6;
// Seconds in which the end of one round goes over into the beginning of the next.
const seamSeconds = 0.5;

/** `frames` [58] of a track at `fps`, and what follows them: for ever with `loop` and `mirror`, else until nothing changes any more. At least one frame. */
export function* extendFrames(frames: readonly Float32Array[], fps: number, how: Extension): Generator<Float32Array> {
  if (how === 'loop' && frames.length > 1) return yield* repeat(frames, fps);
  if (how === 'mirror' && frames.length > 1) return yield* mirror(frames);
  yield* frames;
  if (how !== 'rest') return;
  const last = frames[frames.length - 1];
  const restFrames = Math.ceil(restSeconds * fps);
  for (let index = 1; index < restFrames; index++) yield last.map((value) => value * (1 - smoothStep(index / restFrames)));
  yield new Float32Array(channelCount);
}

/** Rounds overlap at the seam: there the end of the one becomes the beginning of the next. */
function* repeat(frames: readonly Float32Array[], fps: number): Generator<Float32Array> {
  const overlap = Math.min(Math.round(seamSeconds * fps), Math.floor(frames.length / 3));
  const round = frames.length - overlap;
  yield* frames.slice(0, round);
  for (;;) {
    for (let index = 0; index < round; index++) {
      if (index >= overlap) {
        yield frames[index];
        continue;
      }
      const share = smoothStep((index + 1) / (overlap + 1));
      const ending = frames[round + index];
      yield frames[index].map((value, i) => ending[i] + share * (value - ending[i]));
    }
  }
}

/** The outermost frames are shown once, so that the motion does not stand still at the turns. */
function* mirror(frames: readonly Float32Array[]): Generator<Float32Array> {
  for (;;) {
    yield* frames;
    for (let index = frames.length - 2; index > 0; index--) yield frames[index];
  }
}
