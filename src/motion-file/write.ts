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
  /** Each frame is given with its confidence. Default false. */
  readonly hasConfidence?: boolean;
  /** Of the option that names the file, for messages. Default --motion-out. */
  readonly flag?: string;
}

export interface MotionWriter {
  /** Takes the next motion vector [58], and where the file has it how sure it is, 0..1. The first one opens the file. */
  write(motion: Float32Array, confidence?: number): Promise<void>;
  /** After the last frame: everything is on the disk, under the temporary name. */
  close(): Promise<void>;
  /** Puts the file in its place. */
  finish(): Promise<void>;
  /** Gives up: removes the temporary file. Does nothing after `finish`. */
  abort(): Promise<void>;
}

export function createMotionWriter({ path, temporary, fps, source, hasConfidence = false, flag = '--motion-out' }: MotionWriterOptions): MotionWriter {
  const text = extname(path).toLowerCase() === '.csv' ? csvMotionText(fps, hasConfidence) : jsonMotionText(fps, source);
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
    write: (motion, confidence) =>
      telling(path, flag, async () => {
        if (isClosed) return; // given up while frames were on their way
        if (!file) {
          process.once('exit', removeNow);
          file = await open(temporary, 'wx');
          await file.write(text.head);
        }
        await file.write(text.frame(motion, written++, hasConfidence ? confidence : undefined));
      }),
    close: () =>
      telling(path, flag, async () => {
        await file?.write(text.tail());
        await close();
      }),
    finish: () =>
      telling(path, flag, async () => {
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

async function telling<T>(path: string, flag: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new AnimateError('bad-option', `${path}: cannot be written (${code ?? message})`, { cause, hint: `Make room on the disk, or give another file with ${flag}.` });
  }
}
