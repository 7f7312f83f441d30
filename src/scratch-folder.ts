/** Folders for what a run has to lay aside: they go away with it, or at the latest when the next run needs one. */
import { rmSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { isRunning } from './running.ts';

export interface ScratchFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** A new folder among the system's temporary files, for this user alone; `purpose` is part of its name. Throws what the file system says. */
export async function makeScratchFolder(purpose: string): Promise<ScratchFolder> {
  const prefix = `animate-${purpose}-`;
  await removeLeftovers(prefix);
  const path = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`)); // mode 0700
  const removeNow = (): void => rmSync(path, { recursive: true, force: true }); // process.exit() leaves no time for promises
  process.once('exit', removeNow);
  return {
    path,
    async remove() {
      process.removeListener('exit', removeNow);
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** Folders of runs that were killed: their process is no longer there. */
async function removeLeftovers(prefix: string): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const owner = name.startsWith(prefix) ? /^(\d+)-\w+$/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (owner !== undefined && !isRunning(Number(owner))) await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {}); // somebody else's
  }
}
