/** The file that a film goes to: checked before any work, written under a temporary name beside it. */

import { randomBytes } from 'node:crypto';
import { open, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, parse, resolve } from 'node:path';
import { AnimateError } from '../errors.ts';

const endings = ['.mp4', '.m4v', '.mov'];

/** Where the film goes when nobody says: the portrait's name + .mp4, beside the sound. */
export function defaultOutput(portrait: string, sound: string): string {
  return join(dirname(sound), `${parse(portrait).name}.mp4`);
}

/**
 * Throws `bad-option` unless a film can be written to `output`: a known ending, an existing folder that can be written, no folder of that name, none of the `inputs`.
 * Returns the absolute path.
 */
export async function checkTarget(output: string, inputs: readonly string[]): Promise<string> {
  const path = resolve(output);
  const refuse = (expected: string, hint?: string): AnimateError =>
    new AnimateError('bad-option', `--output: expected ${expected}, got "${output}"`, hint === undefined ? {} : { hint });

  if (!endings.includes(extname(path).toLowerCase())) throw refuse(`a name that ends in ${endings.join(', ')}`, `Try --output ${join(dirname(output), `${parse(output).name || 'film'}.mp4`)}`);
  const folder = dirname(path);
  const folderStat = await stat(folder).catch(() => undefined);
  if (!folderStat?.isDirectory()) throw refuse(`a file in an existing folder`, `Make the folder first: mkdir -p "${folder}"`);
  if ((await stat(path).catch(() => undefined))?.isDirectory()) throw refuse('a file name, not a folder');
  for (const input of inputs) {
    if (await isSameFile(path, input)) throw refuse(`another file than the input ${input}`, 'Give another name with --output.');
  }
  // Permissions, read-only disks and quotas differ between systems: only writing tells.
  const trial = temporaryBeside(path);
  try {
    await (await open(trial, 'wx')).close();
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new AnimateError('bad-option', `--output: expected a folder that can be written, got "${folder}" (${reason})`, { cause, hint: 'Give a file in another folder with --output.' });
  } finally {
    await rm(trial, { force: true });
  }
  return path;
}

/** A hidden name in the same folder with the same ending, so that renaming it into place is one step. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path, extname(path))}.${randomBytes(4).toString('hex')}${extname(path)}`);
}

async function isSameFile(left: string, right: string): Promise<boolean> {
  const [leftStat, rightStat] = await Promise.all([left, right].map((path) => stat(path, { bigint: true }).catch(() => undefined)));
  if (!leftStat || !rightStat) return false;
  if (leftStat.ino !== 0n) return leftStat.ino === rightStat.ino && leftStat.dev === rightStat.dev;
  return (await realpath(left)) === (await realpath(right)); // file systems without inode numbers
}
