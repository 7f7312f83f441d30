/** The motion of a film: from the sound, from what drives the face in its place, or from both. */
import { speechTokens } from './audio/features.ts';
import type { SoundMeasure } from './audio/measure.ts';
import type { Sound } from './audio/sound.ts';
import { clipSettings, sampleMotion } from './clips.ts';
import type { Driver } from './driver.ts';
import type { Model } from './model/open.ts';
import type { GapRow } from './motion/blend.ts';
import { channelCount } from './motion/channels.ts';
import { overlayTake } from './motion/overlay.ts';
import { shapeTrack } from './motion/track.ts';
import type { OptionValues } from './options.ts';
import { drawPerformance } from './performance/perform.ts';
import { performanceControls } from './performance-controls.ts';
import type { Report } from './report.ts';
import { runAhead } from './run-ahead.ts';

// Motion is sampled in clips of 60 frames while frames are drawn: while one clip is drawn, the next is made.
const motionAheadFrames = 60;

export interface FilmMotionOptions {
  /** Both undefined for a silent film. */
  sound: Sound | undefined;
  measure: SoundMeasure | undefined;
  /** Absent: all motion comes from the sound. */
  driver: Driver | undefined;
  values: OptionValues;
  model: Model;
  /** [52] */
  gapRow: GapRow;
  /** Of the film. */
  frames: number;
  filmSeconds: number;
  report: Report;
  signal: AbortSignal | undefined;
}

/** Motion vectors [58] to draw, `frames` of them. */
export async function* makeMotion(options: FilmMotionOptions): AsyncGenerator<Float32Array> {
  const { sound, measure, driver, values, model, gapRow, frames, filmSeconds } = options;
  const { fps } = values;
  if (driver?.movesAll) return yield* driver.play({ fps, frames });
  const { fps: sourceFps } = model.manifest.motion;
  const sourceFrames = countFrames(filmSeconds, sourceFps);
  const taken = driver && { parts: driver.parts, frames: await gather(driver.play({ fps: sourceFps, frames: sourceFrames })) };
  const drawn = measure ? drawPerformance(measure.prosody, sourceFrames, performanceControls(values)) : stillness;
  const performance = taken ? overlayTake(drawn, taken.frames, taken.parts, sourceFps) : drawn;
  const takenLips = taken?.parts.has('lips') ? taken.frames : undefined;
  const lips = takenLips ?? (sound && measure ? sampleLips(sound, measure.gain, sourceFrames, options) : Array.from({ length: sourceFrames }, () => new Float32Array(channelCount)));
  const expression = takenLips ? 1 : values.expression; // a driver has seen to its own
  yield* shapeTrack(lips, { sourceFrames, sourceFps, fps, frames, expression, performance, gapRow });
}

/** Motion vectors [58] of the lips, as the network hears them. */
function sampleLips(sound: Sound, gain: number, frames: number, { values, model, report, signal }: FilmMotionOptions): AsyncIterable<Float32Array> {
  const { manifest, networks } = model;
  const tokens = speechTokens(sound.samples(), networks.speechEncoder, { gain, melPeakFloor: manifest.sound.melPeakFloor, signal });
  const { steps, guidance, seed } = values;
  const sampled = sampleMotion(tokens, { ...manifest.sampler, steps, guidance, seed, denoise: networks.denoiser, settings: clipSettings(manifest), frames, signal });
  return runAhead(report.counting('motion', sampled, frames), motionAheadFrames);
}

/** A face that nothing moves. */
const stillness = { read: (_index: number, out: Float32Array): void => void out.fill(0) };

async function gather(source: AsyncIterable<Float32Array>): Promise<Float32Array[]> {
  const frames: Float32Array[] = [];
  for await (const motion of source) frames.push(motion.slice());
  return frames;
}

/** Frames that cover the whole sound. */
export function countFrames(seconds: number, fps: number): number {
  return Math.max(1, Math.ceil(seconds * fps - 1e-6));
}
