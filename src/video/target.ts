/** The files that a film, and its motion, go to: checked before any work, written under a temporary name beside them. */

import { access, constants, open, realpath, rm, stat } from 'node:fs/promises';
import { dirname, extname, join, parse, resolve } from 'node:path';
import { AnimateError } from '../errors.ts';
import { temporaryBeside } from './leftovers.ts';

/** What is to be written. */
export interface TargetKind {
  /** Of the option that names it, for messages. */
  readonly flag: string;
  readonly endings: readonly string[];
  /** A name to fall back on in hints. */
  readonly example: string;
  /** The film, where the target is another file. */
  readonly film?: string | undefined;
}

export interface CheckTargetOptions {
  /** True makes nothing, not even for a moment: whether the folder can be written is asked, not tried. */
  readonly isDry?: boolean;
  /** True lets the folder be missing where it can be made. */
  readonly makesFolder?: boolean;
}

/**
 * Throws `bad-option` unless a file of that kind can be written to `target`: a known ending, an existing folder that can be written, no folder of that name, none of the `inputs`.
 * Returns the absolute path.
 */
export async function checkTarget(target: string, inputs: readonly string[], { flag, endings, example, film }: TargetKind, { isDry = false, makesFolder = false }: CheckTargetOptions = {}): Promise<string> {
  const path = resolve(target);
  const refuse = (expected: string, hint?: string): AnimateError => new AnimateError('bad-option', `${flag}: expected ${expected}, got "${target}"`, hint === undefined ? {} : { hint });

  const ending = extname(example);
  if (!endings.includes(extname(path).toLowerCase())) throw refuse(`a name that ends in ${endings.join(', ')}`, `Try ${flag} ${join(dirname(target), `${parse(target).name || parse(example).name}${ending}`)}`);
  await checkFolder(path, target, flag, { isDry, makesFolder });
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => error.code);
  if (there === 'ENAMETOOLONG') throw refuse('a shorter name');
  if (typeof there === 'object' && there.isDirectory()) throw refuse('a file name, not a folder');
  for (const input of inputs) {
    if (await isSameFile(path, input)) throw refuse(`another file than the input ${input}`, `Give another name with ${flag}.`);
  }
  if (film !== undefined && (await isSameFile(path, film))) throw refuse(`another file than the film ${film}`, `Give another name with ${flag}.`);
  return path;
}

/** Throws `bad-option` unless something can be made beside `path`, which `flag` named as `target`. */
export async function checkFolder(path: string, target: string, flag: string, { isDry = false, makesFolder = false }: CheckTargetOptions): Promise<void> {
  const folder = makesFolder ? await nearestFolder(dirname(path)) : dirname(path);
  const folderStat = await stat(folder).catch(() => undefined);
  if (!folderStat?.isDirectory()) throw new AnimateError('bad-option', `${flag}: expected a file in an existing folder, got "${target}"`, { hint: `Make the folder first: mkdir -p "${folder}"` });
  await (isDry ? access(folder, constants.W_OK | constants.X_OK) : tryWriting(path)).catch((cause: unknown) => {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new AnimateError('bad-option', `${flag}: expected a folder that can be written, got "${folder}" (${why})`, { cause, hint: `Give a file in another folder with ${flag}.` });
  });
}

/** Permissions, read-only disks and quotas differ between systems: only writing tells. */
async function tryWriting(path: string): Promise<void> {
  const trial = temporaryBeside(path);
  try {
    await (await open(trial, 'wx')).close();
  } finally {
    await rm(trial, { force: true });
  }
}

/** `folder`, or the one above it that is there. */
async function nearestFolder(folder: string): Promise<string> {
  const isThere = await stat(folder).then(() => true, (error: NodeJS.ErrnoException) => error.code !== 'ENOENT');
  return isThere || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

async function isSameFile(left: string, right: string): Promise<boolean> {
  const [leftStat, rightStat] = await Promise.all([left, right].map((path) => stat(path, { bigint: true }).catch(() => undefined)));
  if (!leftStat || !rightStat) return false;
  if (leftStat.ino !== 0n) return leftStat.ino === rightStat.ino && leftStat.dev === rightStat.dev;
  return (await realpath(left)) === (await realpath(right)); // file systems without inode numbers
}
