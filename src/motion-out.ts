/** The motion of a film into a file. */
import { basename } from 'node:path';
import { createMotionWriter, type MotionWriter } from './motion-file/write.ts';
import type { OptionValues } from './options.ts';
import { version } from './version.ts';
import { temporaryBeside } from './video/leftovers.ts';

/** The file that --motion-out names, checked. Nothing is opened before the first frame. */
export function createMotionFile(path: string, { motion, fps, seed, model }: Pick<OptionValues, 'motion' | 'fps' | 'seed' | 'model'>): MotionWriter {
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
