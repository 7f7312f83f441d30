/** From sampled lips and the performance about them to the motion that is drawn: controls, limits, rest at both ends, the film's frame rate. Streams; keeps a handful of frames. */
import { blendMouth, type GapRow, sealLips } from './blend.ts';
import { channelCount } from './channels.ts';
import { articulate, boundMotion } from './controls.ts';
import { easeMotion } from './ease.ts';
import { isMouth } from './groups.ts';
import { type ResampleOptions, resampleMotion } from './resample.ts';

export interface TrackOptions extends ResampleOptions {
  /** Frames that `source` has. */
  sourceFrames: number;
  /** 0..2: scales the mouth. */
  expression: number;
  /** Everything but speech: writes frame `index` into `out` [58], the mouth's channels as what a feeling adds. Absent: the source has it all. */
  performance?: { read(index: number, out: Float32Array): void } | undefined;
  /** [52] */
  gapRow: GapRow;
}

/** Motion vectors [58] to draw, `frames` of them at `fps`, from `source` at `sourceFps`: docs/architecture.md "Motion vector". */
export async function* shapeTrack(source: AsyncIterable<Float32Array> | Iterable<Float32Array>, options: TrackOptions): AsyncGenerator<Float32Array> {
  for await (const motion of resampleMotion(joinPerformance(source, options), options)) {
    boundMotion(motion); // last, for between two frames a curve may swing beyond both
    yield motion;
  }
}

async function* joinPerformance(source: AsyncIterable<Float32Array> | Iterable<Float32Array>, { performance, expression, gapRow, sourceFrames, sourceFps }: TrackOptions): AsyncGenerator<Float32Array> {
  const performed = new Float32Array(channelCount);
  let index = 0;
  for await (const lips of source) {
    const motion = lips.slice();
    sealLips(motion, gapRow);
    articulate(motion, expression);
    if (performance) {
      performance.read(index, performed);
      blendMouth(motion, performed, gapRow);
      for (let i = 0; i < channelCount; i++) if (!isMouth[i]) motion[i] += performed[i];
    }
    easeMotion(motion, index++, sourceFrames, sourceFps);
    yield motion;
  }
}
