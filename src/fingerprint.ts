/** Whether two films are made of the same things: a hash over inputs, options, model and version. */
import { createHash, randomUUID } from 'node:crypto';
import type { Manifest } from './model/manifest.ts';
import type { OptionValues } from './options.ts';
import { type AnimateRequest, separateSound, streamOf } from './request.ts';
import { version } from './version.ts';
import { isPicture } from './watermark/mark.ts';

export interface Fingerprint {
  /** sha256, hexadecimal. */
  readonly fingerprint: string;
  /** The options that shape the film, without paths. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/** Options that leave the frames as they are, and those that name files: what the files hold is hashed instead. */
const leftOut: readonly string[] = ['output', 'streamFormat', 'motionOut', 'sheet', 'plot', 'threads', 'ffmpeg', 'model', 'motion', 'driving', 'sign', 'key', 'noSign', 'watermark'] satisfies (keyof OptionValues)[];

/** `hash` gives the sha256 of a file. `values` are complete: the model's own defaults are in them. Motion that a program gives frame by frame is never the same twice. */
export async function fingerprintFilm(request: Pick<AnimateRequest, 'portrait' | 'sound' | 'motion'>, values: OptionValues, manifest: Manifest, hash: (path: string) => Promise<string>): Promise<Fingerprint> {
  const options = shapingOptions(values);
  const hashIfAny = async (path: string | undefined): Promise<string | null> => (path === undefined ? null : hash(path));
  const motion = streamOf(request) ? randomUUID() : await hashIfAny(values.motion);
  const inputs = { portrait: await hash(request.portrait), sound: await hashIfAny(separateSound(request, values)), motion, ...(values.driving === undefined ? {} : { driving: await hash(values.driving) }) };
  const { watermark } = values;
  const marks = watermark === undefined ? [] : [isPicture(watermark) ? await hash(watermark) : watermark];
  // A manifest holds the sha256 of every file of its model.
  const text = JSON.stringify([version, inputs, options, manifest, ...marks]);
  return { fingerprint: createHash('sha256').update(text).digest('hex'), options };
}

/** In the order of their names, so that a new option's place in the list changes nothing. */
function shapingOptions(values: OptionValues): Fingerprint['options'] {
  const entries = Object.entries(values).filter(([name, value]) => value !== undefined && !leftOut.includes(name));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))) as Fingerprint['options'];
}
