/** results.jsonl: a line for each job that ended, written in one piece, so that a kill leaves whole lines and the next run goes on behind them. */
import { type FileHandle, open } from 'node:fs/promises';
import { AnimateError } from '../errors.ts';
import type { JobResult } from './request.ts';

export interface ResultsFile {
  append(result: JobResult): Promise<void>;
  close(): Promise<void>;
}

/** Lines of earlier runs stay. */
export async function openResults(path: string): Promise<ResultsFile> {
  const telling = (cause: NodeJS.ErrnoException): never => {
    throw new AnimateError('bad-option', `${path}: cannot be written (${cause.code ?? cause.message})`, { cause, hint: 'Make room on the disk, or give another folder with -o.' });
  };
  const file = await open(path, 'a+').catch(telling);
  let waiting: Promise<unknown> = mendEnd(file).catch(() => {}); // one write at a time; on a full disk the next one tells
  return {
    append(result) {
      const written = waiting.then(() => file.appendFile(`${JSON.stringify(result)}\n`)); // opened for appending: it goes to the end whoever else writes
      waiting = written.catch(() => {});
      return written.catch(telling);
    },
    async close() {
      await waiting;
      await file.close();
    },
  };
}

/** A line that a full disk cut off must not swallow the next one. */
async function mendEnd(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  if (size === 0) return;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer[0] !== 0x0a) await file.appendFile('\n');
}
