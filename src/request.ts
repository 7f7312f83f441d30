/** What callers ask for and get, frame by frame. */
import { AnimateError, cancelledError, throwIfCancelled } from './errors.ts';
import type { ProgressEvent } from './events.ts';
import { refuseAddresses } from './local-path.ts';
import type { Manifest } from './model/manifest.ts';
import type { TimedMotion } from './motion/even.ts';
import { type AnimateOptions, type OptionValues, type ResolvedOptions, resolveOptions, withPreset } from './options.ts';
import type { Session } from './session.ts';
import { isPicture } from './watermark/mark.ts';

export interface AnimateRequest extends Omit<AnimateOptions, 'motion'> {
  /** Path of a picture. */
  portrait: string;
  /** Path of anything with a sound in it. May be left out where `driving` is a take: then the film has the take's sound, or none where it has none. */
  sound?: string | undefined;
  /** A file of motion; or the frames themselves, with times that count from the beginning of the film: a running capture, a live source. */
  motion?: string | AsyncIterable<TimedMotion> | undefined;
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
export function optionsOf({ portrait: _portrait, sound: _sound, signal: _signal, onProgress: _onProgress, session: _session, motion, ...options }: AnimateRequest): AnimateOptions {
  return typeof motion === 'string' ? { ...options, motion } : options;
}

/** Motion that the caller makes frame by frame. */
export function streamOf({ motion }: Pick<AnimateRequest, 'motion'>): AsyncIterable<TimedMotion> | undefined {
  return typeof motion === 'string' ? undefined : motion;
}

/** The options as far as they are known before a model is open. Throws `bad-option` for one that is wrong or that does not go with the others, `unreadable-input` for addresses. */
export function readRequest(request: AnimateRequest): OptionValues {
  const wished = resolveOptions(optionsOf(request)).values;
  refuseAddresses({ ...request, ...wished });
  checkRequest(request, wished);
  return wished;
}

/** Throws `bad-option` where what is asked for does not go together. */
export function checkRequest(request: Pick<AnimateRequest, 'sound' | 'motion'>, { driving, motion }: Pick<AnimateOptions, 'driving' | 'motion'>): void {
  const isMoved = motion !== undefined || streamOf(request) !== undefined;
  if (driving !== undefined && isMoved) throw new AnimateError('bad-option', '--driving and --motion: expected one of them, got both', { hint: 'A take can be kept as motion with animate capture.' });
  if (request.sound === undefined && driving === undefined) throw new AnimateError('bad-option', 'sound: expected a file, got none', { hint: 'Give a sound behind the portrait, or a take with --driving.' });
}

/** The sound where it is another file than the take: a take given as the sound too is a take alone. */
export function separateSound({ sound }: Pick<AnimateRequest, 'sound'>, { driving }: Pick<AnimateOptions, 'driving'>): string | undefined {
  return sound === driving ? undefined : sound;
}

/** Where the film's place and name are taken from. */
export function soundNameOf({ sound }: Pick<AnimateRequest, 'sound'>, { driving }: Pick<AnimateOptions, 'driving'>): string {
  return sound ?? driving ?? '';
}

/** All options, now that the model's own defaults are known. */
export function completeOptions(given: AnimateOptions, { sampler: { steps, guidance } }: Pick<Manifest, 'sampler'>): ResolvedOptions {
  return resolveOptions(given, { manifest: withPreset(resolveOptions(given).values.preset, { steps, guidance }) });
}

/** The files that a film is made from, none of which it may overwrite. */
export function inputsOf({ portrait, sound }: Pick<AnimateRequest, 'portrait' | 'sound'>, { motion, driving, watermark, sign, key }: Pick<AnimateOptions, 'motion' | 'driving' | 'watermark' | 'sign' | 'key'>): string[] {
  const mark = watermark !== undefined && isPicture(watermark) ? watermark : undefined;
  return [portrait, sound, motion, driving, mark, sign, key].filter((path) => path !== undefined);
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
