/** What a run has started, found from outside by a mark in the environment, which every child inherits. Linux only. */
import { readdir, readFile } from 'node:fs/promises';

export const markName = 'TORTURE_MARK';

export interface Marked {
  readonly id: number;
  readonly name: string;
  /** Resident memory. */
  readonly bytes: number;
}

/** Running processes whose environment holds the mark; those that ended and wait for their parent have none. */
export async function markedProcesses(mark: string): Promise<Marked[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    ids.map(async (id): Promise<Marked | undefined> => {
      const environment = await readFile(`/proc/${id}/environ`, 'latin1').catch(() => '');
      if (!environment.includes(`${markName}=${mark}\0`)) return undefined;
      const status = await readFile(`/proc/${id}/status`, 'latin1').catch(() => '');
      return { id: Number(id), name: /^Name:\s*(.*)$/m.exec(status)?.[1] ?? '', bytes: 1024 * Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) };
    }),
  );
  return found.filter((each) => each !== undefined);
}

/** Ends them; processes that are gone already do not matter. */
export function endProcesses(processes: readonly Marked[], signal: NodeJS.Signals): void {
  for (const { id } of processes) {
    try {
      process.kill(id, signal);
    } catch {
      // gone
    }
  }
}
