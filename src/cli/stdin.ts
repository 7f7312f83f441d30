/** A sound from stdin: kept in a temporary file while it is used, because it is read more than once. */
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AnimateError, cancelledError } from '../errors.ts';
import { makeScratchFolder } from '../scratch-folder.ts';

export type Stdin = Readable & { isTTY?: boolean };

export interface Spooled {
  readonly path: string;
  remove(): Promise<void>;
}

/** Reads `stdin` to its end into a file that goes away with `remove`, with the process, or at the latest when the next run comes here. */
export async function spoolStdin(stdin: Stdin | undefined, signal: AbortSignal): Promise<Spooled> {
  if (stdin === undefined || stdin.isTTY) throw new AnimateError('unreadable-input', '-: expected a sound on stdin, got a terminal', { hint: 'Send one: animate face.png - < voice.wav' });
  const folder = await makeScratchFolder('stdin').catch((cause: NodeJS.ErrnoException) => {
    throw unstorable(cause);
  });
  const path = join(folder.path, 'stdin');
  try {
    await pipeline(stdin, createWriteStream(path, { mode: 0o600 }), { signal });
    return { path, remove: folder.remove };
  } catch (error) {
    await folder.remove();
    throw signal.aborted ? cancelledError(signal) : unstorable(error as NodeJS.ErrnoException);
  }
}

function unstorable(cause: NodeJS.ErrnoException): AnimateError {
  return new AnimateError('unreadable-input', `stdin: cannot be kept in ${tmpdir()} (${cause.code ?? cause.message})`, { cause, hint: 'Make room there, or set TMPDIR to another folder.' });
}

/** What is told of the sound calls it stdin: the temporary name says nothing to anybody. `value`: an event, a result or an error. */
export function withoutPath<T>(value: T, spooled: Spooled | undefined): T {
  if (spooled === undefined) return value;
  if (value instanceof AnimateError) {
    const { code, message, hint, cause } = value;
    return new AnimateError(code, withoutPath(message, spooled), { cause, ...(hint === undefined ? {} : { hint: withoutPath(hint, spooled) }) }) as T;
  }
  if (typeof value === 'string') return value.replaceAll(spooled.path, 'stdin') as T;
  if (value === null || typeof value !== 'object' || value instanceof Error) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => withoutPath(item, spooled)) as T;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutPath(item, spooled)])) as T;
}
