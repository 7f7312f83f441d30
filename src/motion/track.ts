/** From sampled motion to the motion that is drawn: no tremble, controls, limits, rest at both ends, the film's frame rate. Streams; keeps a handful of frames. */
import { controlMotion, type MotionControls } from './controls.ts';
import { easeMotion } from './ease.ts';
import { type ResampleOptions, resampleMotion } from './resample.ts';
import { smoothMotion } from './smooth.ts';

export interface TrackOptions extends MotionControls, ResampleOptions {
  /** Frames that `source` has. */
  sourceFrames: number;
}

/** Motion vectors [58] to draw, `frames` of them at `fps`, from `source` at `sourceFps`: docs/architecture.md "Motion vector". */
export function shapeTrack(source: AsyncIterable<Float32Array>, options: TrackOptions): AsyncGenerator<Float32Array> {
  return resampleMotion(restAtEnds(source, options), options);
}

async function* restAtEnds(source: AsyncIterable<Float32Array>, options: TrackOptions): AsyncGenerator<Float32Array> {
  let index = 0;
  for await (const motion of smoothMotion(source)) {
    const shaped = controlMotion(motion, options);
    easeMotion(shaped, index++, options.sourceFrames, options.sourceFps);
    yield shaped;
  }
}
