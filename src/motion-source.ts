/** Motion from a file in place of the model's, and motion into a file. */
import { basename, dirname } from 'node:path';
import { type MotionTrack, type PlayOptions, playTrack } from './motion/play.ts';
import { motionEndings, readMotion } from './motion-file/read.ts';
import { createMotionWriter, type MotionWriter } from './motion-file/write.ts';
import type { OptionValues } from './options.ts';
import { version } from './version.ts';
import { removeLeftovers, temporaryBeside } from './video/leftovers.ts';
import { checkTarget } from './video/target.ts';

export interface Recording {
  /** What to tell about its length against the film's. */
  warningsFor(filmSeconds: number): string[];
  /** Motion vectors [58] to draw. */
  play(options: PlayOptions): AsyncGenerator<Float32Array>;
}

/** The file that --motion names. */
export async function openRecording(path: string): Promise<Recording> {
  const track = await readMotion(path);
  return { warningsFor: (filmSeconds) => compareLengths(path, track, filmSeconds), play: (options) => playTrack(track, options) };
}

function compareLengths(path: string, { fps, frames }: MotionTrack, filmSeconds: number): string[] {
  const seconds = frames.length / fps;
  const frameSeconds = 1 / Math.min(fps, 25); // lengths are rounded up to whole frames
  const lengths = `holds ${seconds.toFixed(2)} s of motion for ${filmSeconds.toFixed(2)} s of sound`;
  if (seconds < filmSeconds - frameSeconds) return [`${path}: ${lengths}; after it the face comes to rest`];
  if (seconds > filmSeconds + frameSeconds) return [`${path}: ${lengths}; the rest is left out`];
  return [];
}

/** The file that --motion-out names, checked; undefined when none is wished for. `inputs` and `film` are not overwritten. Nothing is opened before the first frame. */
export async function createMotionFile({ motionOut, motion, fps, seed, model }: OptionValues, inputs: readonly string[], film?: string): Promise<MotionWriter | undefined> {
  if (motionOut === undefined) return undefined;
  const path = await checkTarget(motionOut, inputs, { flag: '--motion-out', endings: motionEndings, example: 'motion.json', film });
  await removeLeftovers(dirname(path));
  const source = { tool: 'animate-portrait', version, ...(motion === undefined ? { model: basename(model), seed } : {}) }; // a model's folder by its name alone: paths name people
  return createMotionWriter({ path, temporary: temporaryBeside(path), fps, source });
}

/** `track`, each frame given to `keep` before it goes on. */
export async function* keepMotion(track: AsyncIterable<Float32Array>, keep: (motion: Float32Array) => Promise<void>): AsyncGenerator<Float32Array> {
  for await (const motion of track) {
    await keep(motion);
    yield motion;
  }
}
