/** Whether a process still runs: temporary files are named after theirs. */
import process from 'node:process';

export function isRunning(id: number): boolean {
  try {
    process.kill(id, 0); // asks, sends nothing
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it runs for another user
  }
}
