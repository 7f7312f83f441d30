/** The folder of a film's pictures, and the file in it that says what they are: what makes it ours to replace. */
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AnimateError } from '../errors.ts';
import { isTemporary, temporaryBeside } from './leftovers.ts';
import { matchPattern, sequenceOf } from './sequence.ts';

/** animate.json. */
export interface PicturesNote {
  /** Where the film came from: as the tag `comment` of other films. */
  readonly comment?: string | undefined;
  /** False while pictures are being put in their place. */
  readonly isWhole: boolean;
  /** Patterns of their names; more than one only while new ones replace others. */
  readonly pictures: readonly string[];
  readonly frames: number;
  readonly fps: number;
  readonly width: number;
  readonly height: number;
}

export const noteName = 'animate.json';

/** Undefined where there is none that can be read. */
export async function readNote(folder: string): Promise<PicturesNote | undefined> {
  try {
    const note = JSON.parse(await readFile(join(folder, noteName), 'utf8')) as PicturesNote;
    const isOne = Array.isArray(note.pictures) && note.pictures.every((pattern) => typeof pattern === 'string' && sequenceOf(pattern)?.folder === '.');
    return isOne ? note : undefined;
  } catch {
    return undefined;
  }
}

export async function writeNote(folder: string, note: PicturesNote): Promise<void> {
  const path = join(folder, noteName);
  const temporary = temporaryBeside(path);
  await writeFile(temporary, `${JSON.stringify(note, null, 2)}\n`);
  await rename(temporary, path);
}

/** Whether all its pictures are there. */
export async function hasAllPictures(folder: string, { isWhole, pictures, frames }: PicturesNote): Promise<boolean> {
  const isPicture = pictures.map(matchPattern);
  return isWhole === true && (await readdir(folder)).filter((name) => isPicture.some((fits) => fits(name))).length === frames;
}

/** The names of pictures in `folder` that may go. Throws `bad-option` when there is anything that no film of ours left there. */
export async function listOwnPictures(folder: string, told = folder): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => !isTemporary(name));
  const note = await readNote(folder);
  const isPicture = note?.pictures.map(matchPattern) ?? [];
  const stranger = names.find((name) => !(note && name === noteName) && !isPicture.some((fits) => fits(name)));
  if (stranger === undefined) return names.filter((name) => name !== noteName);
  throw new AnimateError('bad-option', `--output: expected a folder that is new, empty, or holds nothing but the pictures of an earlier film, got "${told}" (it holds ${stranger})`, { hint: 'Give a new folder: --output frames/' });
}

/** Puts the pictures of the folder `from` into `folder`, which is there, in place of those of an earlier film. Whoever is interrupted here leaves a note that says so. */
export async function replacePictures(from: string, folder: string, note: PicturesNote): Promise<void> {
  const old = await listOwnPictures(folder);
  const before = (await readNote(folder))?.pictures ?? [];
  await writeNote(folder, { ...note, comment: undefined, isWhole: false, pictures: [...new Set([...before, ...note.pictures])] });
  for (const name of old) await rm(join(folder, name), { force: true });
  for (const name of await readdir(from)) if (name !== noteName) await rename(join(from, name), join(folder, name));
  await rm(from, { recursive: true, force: true });
  await writeNote(folder, note);
}
