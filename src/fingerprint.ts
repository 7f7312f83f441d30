/** Whether two films are made of the same things: a hash over inputs, options, model and version. */
import { createHash } from 'node:crypto';
import type { Manifest } from './model/manifest.ts';
import type { OptionValues } from './options.ts';
import { version } from './version.ts';

export interface Fingerprint {
  /** sha256, hexadecimal. */
  readonly fingerprint: string;
  /** The options that shape the film, without paths. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/** Options that leave the frames as they are, and those that name files: what the files hold is hashed instead. */
const leftOut: readonly string[] = ['output', 'streamFormat', 'motionOut', 'threads', 'ffmpeg', 'model', 'motion'] satisfies (keyof OptionValues)[];

/** `hash` gives the sha256 of a file. `values` are complete: the model's own defaults are in them. */
export async function fingerprintFilm({ portrait, sound }: { portrait: string; sound: string }, values: OptionValues, manifest: Manifest, hash: (path: string) => Promise<string>): Promise<Fingerprint> {
  const options = shapingOptions(values);
  const inputs = { portrait: await hash(portrait), sound: await hash(sound), motion: values.motion === undefined ? null : await hash(values.motion) };
  // A manifest holds the sha256 of every file of its model.
  const text = JSON.stringify([version, inputs, options, manifest]);
  return { fingerprint: createHash('sha256').update(text).digest('hex'), options };
}

/** In the order of their names, so that a new option's place in the list changes nothing. */
function shapingOptions(values: OptionValues): Fingerprint['options'] {
  const entries = Object.entries(values).filter(([name, value]) => value !== undefined && !leftOut.includes(name));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))) as Fingerprint['options'];
}
