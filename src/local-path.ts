/** Addresses are refused before anything is done with them: this program opens files, never connections. */
import { AnimateError } from './errors.ts';

/** Throws AnimateError unreadable-input for `https://...` and the like. `expected`: "a picture". */
export function refuseAddress(path: string, expected: string): void {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(path)?.[1]; // two letters and more: C:\ is a drive
  if (scheme === undefined) return;
  const hint = scheme.toLowerCase() === 'file' ? 'Give the path of the file, without file://.' : 'Download it first, then give the path of the file.';
  throw new AnimateError('unreadable-input', `${path}: expected ${expected} on this machine, got an address; nothing is ever fetched from the network`, { hint });
}

/** The same for everything that a film is made from. */
export function refuseAddresses({ portrait, sound, motion, driving, watermark }: { portrait: string; sound?: string | undefined; motion?: unknown; driving?: string | undefined; watermark?: string | undefined }): void {
  refuseAddress(portrait, 'a picture');
  if (sound !== undefined) refuseAddress(sound, 'a sound');
  if (typeof motion === 'string') refuseAddress(motion, 'a file of motion');
  if (driving !== undefined) refuseAddress(driving, 'a video');
  if (watermark !== undefined) refuseAddress(watermark, 'a picture or a text');
}
