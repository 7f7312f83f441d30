/** From recorded motion to the motion that is drawn: controls, limits, the film's frame rate, rest after the end. What was drawn once is drawn the same again. */
import { controlMotion, headLimits, type MotionControls } from './controls.ts';
import { channelCount } from './channels.ts';
import { type Extension, extendFrames } from './extend.ts';
import { gazeChannels, headChannels, lidChannels } from './groups.ts';
import { resampleMotion } from './resample.ts';

/** Motion from the first frame of a film to any frame after it. */
export interface MotionTrack {
  /** Frames a second. */
  readonly fps: number;
  /** Motion vectors [58], `channelNames` order: coefficients (0..1 or a little beyond), degrees, face heights. At least one. */
  readonly frames: readonly Float32Array[];
  /** Somebody's face before a camera: where it shows shut lips they are shut, also where the portrait's own are not. */
  readonly isCaptured?: boolean | undefined;
}

export interface PlayOptions extends Pick<MotionControls, 'expression' | 'headMotion'> {
  /** Frames a second of the film, and its frames. */
  fps: number;
  frames: number;
  /** What comes after a track that ends early. Default `rest`. */
  extension?: Extension | undefined;
  /** Scales all that the track does: 0 is the picture at rest, 1 the track as it is. Default 1. */
  strength?: number | undefined;
}

// Rates that part by less than this over the whole film count as one, and frames stay as they are: 29.97 is meant as 30000/1001, and timecodes are rounded.
const sameRateFrames = 0.5;
// Files round: a head at its limit may come back this much beyond it.
const limitSlack = 1e-3;

/**
 * Motion vectors [58] to draw, `frames` of them at `fps`. No smoothing and no rest at the ends: the track is played as it is. Coefficients are held in 0..1.2.
 * The head is bent to its limits only where the track goes beyond them, so that motion which was limited before stays as it is.
 */
export function playTrack(track: MotionTrack, options: PlayOptions): AsyncGenerator<Float32Array> {
  const { fps, frames } = options;
  const drift = Math.abs(track.fps / fps - 1) * Math.min(frames, track.frames.length);
  return resampleMotion(shapeFrames(track, options), { sourceFps: drift < sameRateFrames ? fps : track.fps, fps, frames });
}

/**
 * The same for frames [58] that come at the film's own rate, one after the other: the head is always bent softly to its limits, since what comes later is not known. A stream that ends
 * early comes to rest, or is held.
 */
export async function* playStream(source: AsyncIterable<Float32Array>, options: PlayOptions): AsyncGenerator<Float32Array> {
  const { fps, frames, extension = 'rest' } = options;
  const shape = shaper(options);
  let last: Float32Array = new Float32Array(channelCount);
  let index = 0;
  if (frames > 0) {
    for await (const motion of source) {
      last = shape(motion);
      yield last;
      if (++index === frames) return;
    }
  }
  for (const motion of extendFrames([last], fps, extension === 'rest' ? 'rest' : 'hold')) {
    last = motion;
    if (index++ < frames) yield motion;
  }
  for (; index < frames; index++) yield last;
}

async function* shapeFrames({ frames, fps }: MotionTrack, options: PlayOptions): AsyncGenerator<Float32Array> {
  const { headMotion, strength = 1, extension = 'rest' } = options;
  const isWithinLimits = frames.every((motion) => headLimits.every(([index, limit]) => Math.abs(motion[index] * headMotion * strength) <= limit + limitSlack));
  const shape = shaper(options);
  const shapeHeadToo = (motion: Float32Array): Float32Array => {
    const shaped = shape(motion);
    if (isWithinLimits) for (const index of headChannels) shaped[index] = motion[index] * headMotion * strength;
    return shaped;
  };
  for (const motion of extendFrames(frames, fps, extension)) yield shapeHeadToo(motion);
}

function shaper({ expression, headMotion, strength = 1 }: PlayOptions): (motion: Float32Array) => Float32Array {
  const controls = { expression: expression * strength, headMotion: headMotion * strength };
  return (motion) => {
    const shaped = controlMotion(motion, controls);
    if (strength < 1) for (const index of [...lidChannels, ...gazeChannels]) shaped[index] *= strength; // what --expression leaves alone
    return shaped;
  };
}
