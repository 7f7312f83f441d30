/** Starts the victim, gives it tasks, and watches it from outside: whether it lives, how long it takes, how much memory. */
import { type ChildProcess, fork } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundledFfmpeg } from '../support/ffmpeg.ts';
import { endProcesses, markedProcesses, markName } from './processes.ts';

export interface Answer {
  readonly error?: { readonly code: string; readonly message: string };
  readonly frames?: number;
  /** Wall clock. */
  readonly seconds: number;
  /** The most that the victim, or a child of it, held. */
  readonly bytes: number;
  /** What should not be. */
  readonly faults: readonly string[];
}

export const mostBytes = 1.5e9;
/** Of processor time; a busy machine takes longer by the clock. */
const longestSeconds = 10;
const longestWallSeconds = 60;
const knownCodes = ['bad-option', 'unreadable-input', 'no-face', 'model-missing', 'model-mismatch', 'device-unavailable', 'ffmpeg-missing', 'ffmpeg-failed'];

export interface Watched {
  ask(task: Readonly<Record<string, unknown>>): Promise<Answer>;
  stop(): Promise<void>;
}

export function watchVictim(): Watched {
  let child: ChildProcess | undefined;
  let mark = '';
  let [asked, said] = [0, ''];

  const start = (): ChildProcess => {
    mark = `${process.pid}-victim-${asked}`;
    said = '';
    const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(ANIMATE_|VITEST|NODE_OPTIONS)/.test(name)));
    const started = fork(fileURLToPath(new URL('./victim.js', import.meta.url)), { env: { ...environment, ANIMATE_FFMPEG: bundledFfmpeg, [markName]: mark }, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const stream of [started.stdout, started.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => void (said = `${said}${text}`.slice(-4000)));
    return started;
  };
  const stop = async (): Promise<void> => {
    const ending = child;
    child = undefined;
    endProcesses(await markedProcesses(mark), 'SIGKILL');
    if (ending && ending.exitCode === null && ending.signalCode === null) await new Promise((resolve) => ending.once('exit', resolve));
  };

  return {
    stop,
    async ask(task) {
      child ??= start();
      const here = child;
      const id = ++asked;
      const begin = performance.now();
      await writeFile(`/proc/${here.pid}/clear_refs`, '5').catch(() => {}); // proc(5): forget the peak of resident memory
      const before = await processorSeconds(here.pid as number);
      let [isOver, childBytes] = [false, 0];
      const faults: string[] = [];
      const answer = await new Promise<Partial<Answer>>((resolve) => {
        const end = (given: Partial<Answer>): void => {
          isOver = true;
          here.removeAllListeners('message');
          here.removeAllListeners('exit');
          resolve(given);
        };
        here.on('message', (message: Answer & { id: number }) => message.id === id && end(message));
        here.on('exit', (status, signal) => {
          faults.push(`the process ended (${signal ?? status}): ${said.slice(-600)}`);
          end({});
        });
        here.send({ ...task, id });
        void (async () => {
          while (!isOver) {
            await new Promise((wait) => setTimeout(wait, 200));
            if (isOver || performance.now() - begin < 1000) continue;
            const family = await markedProcesses(mark);
            for (const { id: each, bytes } of family) if (each !== here.pid) childBytes = Math.max(childBytes, bytes);
            const used = (await processorSeconds(here.pid as number)) - before;
            const seconds = (performance.now() - begin) / 1000;
            if (used > longestSeconds || seconds > longestWallSeconds) {
              faults.push(`no answer after ${seconds.toFixed(0)} s, ${used.toFixed(1)} s of processor time`);
              end({});
            }
          }
        })();
      });
      const seconds = (performance.now() - begin) / 1000;
      const bytes = Math.max(childBytes, faults.length > 0 ? 0 : await peakBytes(here.pid as number));
      if (bytes > mostBytes) faults.push(`${Math.round(bytes / 1e6)} MB of memory`);
      if (answer.error && !knownCodes.includes(answer.error.code)) faults.push(`${answer.error.code}: ${answer.error.message}`);
      if (faults.length > 0) await stop();
      return { ...answer, seconds, bytes, faults };
    },
  };
}

/** Of the process and its children that have ended. */
async function processorSeconds(id: number): Promise<number> {
  const words = (await readFile(`/proc/${id}/stat`, 'latin1').catch(() => '')).replace(/^.*\) /s, '').split(' ');
  const ticksPerSecond = 100; // sysconf(_SC_CLK_TCK) of every Linux
  return words.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond;
}

async function peakBytes(id: number): Promise<number> {
  return 1024 * Number(/^VmHWM:\s*(\d+) kB$/m.exec(await readFile(`/proc/${id}/status`, 'latin1').catch(() => ''))?.[1] ?? 0);
}
