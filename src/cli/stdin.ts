/** A sound from stdin: kept in a temporary file while it is used, because it is read more than once. */
import { createWriteStream, rmSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AnimateError, cancelledError } from '../errors.ts';
import { isRunning } from '../running.ts';

export type Stdin = Readable & { isTTY?: boolean };

export interface Spooled {
  readonly path: string;
  remove(): Promise<void>;
}

const prefix = 'animate-stdin-';

/** Reads `stdin` to its end into a file that goes away with `remove`, with the process, or at the latest when the next run comes here. */
export async function spoolStdin(stdin: Stdin | undefined, signal: AbortSignal): Promise<Spooled> {
  if (stdin === undefined || stdin.isTTY) throw new AnimateError('unreadable-input', '-: expected a sound on stdin, got a terminal', { hint: 'Send one: animate face.png - < voice.wav' });
  await removeLeftovers();
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`)).catch((cause: NodeJS.ErrnoException) => {
    throw unstorable(cause);
  });
  const removeNow = (): void => rmSync(folder, { recursive: true, force: true }); // process.exit() leaves no time for promises
  process.once('exit', removeNow);
  const remove = async (): Promise<void> => {
    process.removeListener('exit', removeNow);
    await rm(folder, { recursive: true, force: true });
  };
  const path = join(folder, 'stdin');
  try {
    await pipeline(stdin, createWriteStream(path, { mode: 0o600 }), { signal });
    return { path, remove };
  } catch (error) {
    await remove();
    throw signal.aborted ? cancelledError(signal) : unstorable(error as NodeJS.ErrnoException);
  }
}

function unstorable(cause: NodeJS.ErrnoException): AnimateError {
  return new AnimateError('unreadable-input', `stdin: cannot be kept in ${tmpdir()} (${cause.code ?? cause.message})`, { cause, hint: 'Make room there, or set TMPDIR to another folder.' });
}

/** Folders of runs that were killed: their process is no longer there. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const owner = new RegExp(`^${prefix}(\\d+)-\\w+$`).exec(name)?.[1];
    if (owner !== undefined && !isRunning(Number(owner))) await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {}); // somebody else's
  }
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
