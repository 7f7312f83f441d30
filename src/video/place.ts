/** Where a film grows until it is whole, and how it gets its name then. */
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { AnimateError } from '../errors.ts';
import { addComment } from './comments.ts';
import { removeAtExit, removeLeftovers, temporaryBeside } from './leftovers.ts';
import type { Output } from './output.ts';
import { type PicturesNote, replacePictures, writeNote } from './pictures-folder.ts';
import { escapePattern } from './sequence.ts';
import { settle } from './settle.ts';

export interface Place {
  /** For ffmpeg. */
  readonly target: string;
  /** Puts what ffmpeg wrote in its place: called once it has ended well. `seal` gets the film's file first, where it is one file: to look at it, to sign it. */
  finish(making: Omit<PicturesNote, 'isWhole' | 'pictures'>, seal: ((file: string) => Promise<void>) | undefined): Promise<void>;
  /** Removes what ffmpeg wrote. */
  remove(): Promise<void>;
}

/** Makes room for `output`. Whatever ends the process, what is unfinished goes away. */
export async function openPlace(output: Output): Promise<Place> {
  if (output.kind === 'stream') return { target: 'pipe:1', finish: async () => {}, remove: async () => {} };
  return output.sequence ? openFolder(output, output.sequence) : openFile(output);
}

async function openFile({ path, container }: Output): Promise<Place> {
  await removeLeftovers(dirname(path));
  const file = temporaryBeside(path);
  return guard(file, {
    target: `file:${file}`,
    async finish({ comment }, seal) {
      if (comment !== undefined) await addComment(file, container, comment);
      await seal?.(file);
      await settle(file, path).catch((cause: unknown) => {
        throw unplaceable(path, cause);
      });
    },
  });
}

/** Pictures grow in a hidden folder: beside one that is to be made, which it then becomes, or within one that is there. */
async function openFolder({ path }: Output, sequence: NonNullable<Output['sequence']>): Promise<Place> {
  const { folder, pattern } = sequence;
  const isMade = await stat(folder).then(() => false, () => true);
  const growing = temporaryBeside(isMade ? folder : join(folder, 'pictures'));
  await removeLeftovers(dirname(growing));
  await mkdir(growing).catch((cause: unknown) => {
    throw unplaceable(path, cause);
  });
  return guard(growing, {
    target: `file:${escapePattern({ folder: growing, pattern })}`,
    async finish(making) {
      const note = { ...making, isWhole: true, pictures: [pattern] };
      await writeNote(growing, note);
      const isPlaced = isMade && (await rename(growing, folder).then(() => true, () => false)); // somebody may have made it meanwhile
      if (isPlaced) return;
      await replacePictures(growing, folder, note).catch((cause: unknown) => {
        throw cause instanceof AnimateError ? cause : unplaceable(path, cause);
      });
    },
  });
}

/** Removes `growing` with the process, and when `finish` fails. */
function guard(growing: string, { target, finish }: Pick<Place, 'target' | 'finish'>): Place {
  const removeNow = (): void => removeAtExit(growing);
  process.once('exit', removeNow);
  const remove = async (): Promise<void> => {
    process.removeListener('exit', removeNow);
    await rm(growing, { recursive: true, force: true, maxRetries: 3 }).catch(() => {}); // a folder that nobody may write any more: the next run takes it away, and the reason is told
  };
  return {
    target,
    async finish(making, seal) {
      try {
        await finish(making, seal);
        process.removeListener('exit', removeNow);
      } catch (error) {
        await remove();
        throw error;
      }
    },
    remove,
  };
}

function unplaceable(path: string, cause: unknown): AnimateError {
  return new AnimateError('bad-option', `${path}: cannot be replaced (${String(cause)})`, { cause, hint: `Close the programs that show ${basename(path)}, or give another name with --output.` });
}
