/** Writes motion to a file, frame by frame: memory is one frame, however long the film. */
import { rmSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import process from 'node:process';
import { AnimateError } from '../errors.ts';
import { csvMotionText } from './csv.ts';
import { jsonMotionText } from './json.ts';

export interface MotionWriterOptions {
  /** Where the motion goes in the end; `.csv` or else JSON. An existing file is replaced. */
  readonly path: string;
  /** Where it grows until then, in the same folder. */
  readonly temporary: string;
  readonly fps: number;
  /** Who made it: goes into JSON, CSV has no place for it. */
  readonly source: Readonly<Record<string, unknown>>;
}

export interface MotionWriter {
  /** Takes the next motion vector [58]. The first one opens the file. */
  write(motion: Float32Array): Promise<void>;
  /** After the last frame: everything is on the disk, under the temporary name. */
  close(): Promise<void>;
  /** Puts the file in its place. */
  finish(): Promise<void>;
  /** Gives up: removes the temporary file. Does nothing after `finish`. */
  abort(): Promise<void>;
}

export function createMotionWriter({ path, temporary, fps, source }: MotionWriterOptions): MotionWriter {
  const text = extname(path).toLowerCase() === '.csv' ? csvMotionText(fps) : jsonMotionText(fps, source);
  // process.exit() leaves no time for promises, and none for a disk that has become read-only.
  const removeNow = (): void => {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // the next run takes it away
    }
  };
  let file: FileHandle | undefined;
  let written = 0;
  let isClosed = false; // takes no more frames
  let isDone = false;

  const close = async (): Promise<void> => {
    isClosed = true;
    const opened = file;
    file = undefined;
    await opened?.close();
  };
  return {
    write: (motion) =>
      telling(path, async () => {
        if (isClosed) return; // given up while frames were on their way
        if (!file) {
          process.once('exit', removeNow);
          file = await open(temporary, 'wx');
          await file.write(text.head);
        }
        await file.write(text.frame(motion, written++));
      }),
    close: () =>
      telling(path, async () => {
        await file?.write(text.tail);
        await close();
      }),
    finish: () =>
      telling(path, async () => {
        await rename(temporary, path);
        isDone = true;
        process.removeListener('exit', removeNow);
      }),
    async abort() {
      if (isDone) return;
      await close().catch(() => {}); // whatever it says, the file goes
      await rm(temporary, { force: true }).catch(() => {});
      process.removeListener('exit', removeNow);
    },
  };
}

async function telling<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new AnimateError('bad-option', `${path}: cannot be written (${code ?? message})`, { cause, hint: 'Make room on the disk, or give another file with --motion-out.' });
  }
}
