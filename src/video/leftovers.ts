/** Temporary names that tell whose they are, so that files of a run that was killed can go when the next one comes. */
import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync, rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import process from 'node:process';
import { isRunning } from '../running.ts';

// Names end at 255 bytes on common file systems.
const longestName = 120;

const temporaryForm = /^\..*\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}(?:\.\w+)?$/s;

/** Whether a file is one that a run is writing, or was. */
export const isTemporary = (name: string): boolean => temporaryForm.test(name);

/** A hidden name in the same folder with the same ending, so that renaming it into place is one step. */
export function temporaryBeside(path: string): string {
  const ending = extname(path);
  const name = shorten(basename(path, ending), longestName);
  return join(dirname(path), `.${name}.${machine()}-${process.pid}-${randomBytes(4).toString('hex')}${ending}`);
}

/** Removes temporary files, and folders of pictures, in `folder` whose process on this machine is no more. Those of other machines are left alone. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, owner, id] = temporaryForm.exec(name) ?? [];
    if (owner === machine() && !isRunning(Number(id))) await rm(join(folder, name), { recursive: true, force: true }).catch(() => {}); // somebody else's
  }
}

/** For the end of the process, which leaves no time for promises and must not fail. */
export function removeAtExit(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // a disk that has become read-only
  }
}

/** This machine, and on Linux this container: process numbers mean something only there. */
function machine(): string {
  let space = '';
  try {
    space = readlinkSync('/proc/self/ns/pid');
  } catch {
    // other systems have one space of process numbers
  }
  return createHash('sha256').update(`${hostname()}\n${space}`).digest('hex').slice(0, 8);
}

/** At most `bytes` of UTF-8, cut between letters. */
function shorten(text: string, bytes: number): string {
  let [short, length] = ['', 0];
  for (const letter of text) {
    length += Buffer.byteLength(letter);
    if (length > bytes) break;
    short += letter;
  }
  return short;
}
