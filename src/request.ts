/** What callers ask for and get, frame by frame. */
import { cancelledError, throwIfCancelled } from './errors.ts';
import type { ProgressEvent } from './events.ts';
import type { Manifest } from './model/manifest.ts';
import { type AnimateOptions, type ResolvedOptions, resolveOptions, withPreset } from './options.ts';
import type { Session } from './session.ts';
import { isPicture } from './watermark/mark.ts';

export interface AnimateRequest extends AnimateOptions {
  /** Path of a picture. */
  portrait: string;
  /** Path of anything with a sound in it. */
  sound: string;
  /** Ends the work, which then throws AnimateError `cancelled`. */
  signal?: AbortSignal | undefined;
  onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** From `openSession`, for several films: the model is opened once and each portrait is read once. Whoever opened it closes it. */
  session?: Session | undefined;
}

/** A frame of the film, as `frames` gives them. */
export interface Frame {
  /** [height, width, channels] uint8, sRGB; overwritten when the next frame is asked for. With option `alpha` opacity is the fourth channel, and colours are not multiplied by it. */
  rgb: Uint8Array;
  /** 3, and 4 with option `alpha`. */
  channels: 3 | 4;
  width: number;
  height: number;
  /** 0 … count - 1 */
  index: number;
  count: number;
  fps: number;
}

/** The options of a request, without what is no option. */
export function optionsOf({ portrait: _portrait, sound: _sound, signal: _signal, onProgress: _onProgress, session: _session, ...options }: AnimateRequest): AnimateOptions {
  return options;
}

/** All options, now that the model's own defaults are known. */
export function completeOptions(given: AnimateOptions, { sampler: { steps, guidance } }: Pick<Manifest, 'sampler'>): ResolvedOptions {
  return resolveOptions(given, { manifest: withPreset(resolveOptions(given).values.preset, { steps, guidance }) });
}

/** The files that a film is made from, none of which it may overwrite. */
export function inputsOf({ portrait, sound }: AnimateRequest, { motion, watermark, sign, key }: Pick<AnimateOptions, 'motion' | 'watermark' | 'sign' | 'key'>): string[] {
  const files = [motion, watermark !== undefined && isPicture(watermark) ? watermark : undefined, sign, key];
  return [portrait, sound, ...files.filter((path) => path !== undefined)];
}

/** Runs `work`. Whatever breaks once the signal has fired is a consequence of it: AnimateError `cancelled`. */
export async function untilCancelled<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  throwIfCancelled(signal);
  try {
    return await work();
  } catch (error) {
    throw signal?.aborted ? cancelledError(signal) : error;
  }
}
