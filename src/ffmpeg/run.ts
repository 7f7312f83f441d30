/** Runs ffmpeg with pipes and turns its failures into errors that say why. */

import { spawn } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { AnimateError, cancelledError, throwIfCancelled } from '../errors.ts';
import { guardInputs } from './inputs.ts';

export interface RunFfmpegOptions {
  /** `'pipe'` opens `stdin`; the arguments then read `pipe:0`. */
  input?: 'pipe' | undefined;
  /** `'pipe'` opens `stdout`; the arguments then write `pipe:1`. `'inherit'`: it is this process's own. */
  output?: 'pipe' | 'inherit' | undefined;
  /** Kills ffmpeg; `done` then rejects with `cancelled`. */
  signal?: AbortSignal | undefined;
}

export interface RunningFfmpeg {
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  /** Resolves, when ffmpeg exits with 0, with the complaints it printed; else rejects with `ffmpeg-failed` or `cancelled`. */
  readonly done: Promise<string[]>;
  /** Kills ffmpeg. `done` rejects with `ffmpeg-failed` unless it had already ended. */
  kill(): void;
}

/** What went into a failed run: the `cause` of an `ffmpeg-failed` error. */
export class FfmpegFailure extends Error {
  override readonly name = 'FfmpegFailure';
  /** Program and arguments. */
  readonly command: readonly string[];
  /** Exit status, or null when a signal ended it. */
  readonly status: number | null;
  /** The last lines that ffmpeg printed. */
  readonly lastLines: readonly string[];

  constructor(command: readonly string[], status: number | null, ending: string, lastLines: readonly string[]) {
    super([ending, command.join(' '), ...lastLines].join('\n'));
    this.command = command;
    this.status = status;
    this.lastLines = lastLines;
  }
}

const keptLines = 20;
// SVT-AV1 tells of itself whatever -loglevel says.
const chatter = /^Svt\[(info|warn)\]/;
// -nostdin: ffmpeg must not take keys from the terminal. error: what is printed is a complaint, not a log.
const quiet = ['-hide_banner', '-nostdin', '-loglevel', 'error'];

/** Starts ffmpeg. Never leaves it behind: it dies on `signal`, on `kill` and when this process exits. */
export function runFfmpeg(path: string, args: readonly string[], options: RunFfmpegOptions = {}): RunningFfmpeg {
  const { signal } = options;
  throwIfCancelled(signal);
  const command = [path, ...quiet, ...guardInputs(args)];
  const child = spawn(path, command.slice(1), {
    stdio: [options.input ?? 'ignore', options.output ?? 'ignore', 'pipe'],
    windowsHide: true,
    detached: process.platform !== 'win32', // Ctrl-C in a terminal reaches the whole group: ending ffmpeg is for `signal` alone
  });
  // SIGKILL: on SIGTERM ffmpeg would first finish the file it writes.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  signal?.addEventListener('abort', kill, { once: true });
  child.stdin?.on('error', () => {}); // EPIPE when ffmpeg ends early; its exit status and complaints tell more, through `done`.

  const lines: string[] = [];
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.trim() === '' || chatter.test(line)) return;
      lines.push(line.trim());
      if (lines.length > keptLines) lines.shift();
    });
  }

  const done = new Promise<string[]>((resolve, reject) => {
    const settle = (): void => {
      process.removeListener('exit', kill);
      signal?.removeEventListener('abort', kill);
    };
    child.once('error', (cause) => {
      settle();
      reject(new AnimateError('ffmpeg-failed', `${path}: does not start (${cause.message})`, { cause }));
    });
    child.once('close', (status, killedBy) => {
      settle();
      if (status === 0) resolve(lines);
      else if (signal?.aborted) reject(cancelledError(signal));
      else {
        const ending = killedBy ? `ffmpeg was ended by ${killedBy}` : `ffmpeg exited with status ${status}`;
        const cause = new FfmpegFailure(command, status, ending, lines);
        reject(new AnimateError('ffmpeg-failed', `ffmpeg: ${meaningfulLine(lines) ?? ending}`, { cause }));
      }
    });
  });
  done.catch(() => {}); // A caller that stops reading early need not also await `done`.
  return { stdin: child.stdin, stdout: child.stdout, done, kill };
}

/** The line that says most about a failure: the last that is no bare consequence of the one before. Component addresses are cut off. */
export function meaningfulLine(lines: readonly string[]): string | undefined {
  const consequence = /^(Conversion failed!|Error while (filtering|decoding)|Last message repeated|Exiting normally|Terminating|Error sending frames)/i;
  const cleaned = lines.map((line) => line.replace(/^(\[[^\]]* @ [^\]]*\]\s*)+/, '')).filter((line) => line !== '');
  return cleaned.findLast((line) => !consequence.test(line)) ?? cleaned.at(-1);
}
