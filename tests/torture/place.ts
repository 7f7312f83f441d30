/** A folder for one run, and small or read-only disks where this user may mount them. Linux only. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Place {
  readonly folder: string;
  /** Where films go. */
  readonly films: string;
  /** Another folder, for --motion-out. */
  readonly motions: string;
  /** TMPDIR of the run. */
  readonly temporary: string;
  /** Makes one of the folders a disk of its own. */
  mount(path: string, kilobytes: number): Promise<void>;
  remount(path: string, options: string): Promise<boolean>;
  unmount(path: string): Promise<void>;
  remove(): Promise<void>;
}

const run = promisify(execFile);

/** Whether small disks can be had here: as root, mostly. */
export const canMount = ((): boolean => {
  if (process.platform !== 'linux') return false;
  const folder = mkdtempSync(join(tmpdir(), 'torture-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
})();

export function makePlace(name: string): Place {
  const folder = mkdtempSync(join(tmpdir(), `torture-${name}-`));
  const [films, motions, temporary] = ['films', 'motions', 'temporary'].map((each) => join(folder, each));
  for (const each of [films, motions, temporary]) mkdirSync(each);
  const mounted = new Set<string>();
  const unmount = async (path: string): Promise<void> => {
    if (!mounted.delete(path)) return;
    await run('umount', ['-l', path]);
  };
  return {
    ...{ folder, films, motions, temporary, unmount },
    async mount(path, kilobytes) {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', path]);
      mounted.add(path);
    },
    remount: (path, options) => run('mount', ['-o', `remount,${options}`, path]).then(() => true, () => false),
    async remove() {
      for (const path of [...mounted]) await unmount(path);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
