/** What can go wrong while a film is made. */
import { rename, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcesses, markedProcesses } from './processes.ts';
import { canMount, type Place } from './place.ts';
import type { Random } from './random.ts';

/** A run that is being hurt. */
export interface Victim {
  readonly random: Random;
  readonly place: Place;
  readonly mark: string;
  /** Its own copies. */
  readonly portrait: string;
  readonly sound: string;
  /** Milliseconds after which `strike` comes. */
  readonly moment: number;
  environment: Record<string, string>;
  /** Of node. */
  nodeArguments: string[];
  /** In front of the command: `ulimit -f 4`. */
  limit: string;
  /** True sends the sound through stdin. */
  usesStdin: boolean;
  workFolder: string | undefined;
  /** Sends a signal to it, or to its whole group as a terminal does. */
  send(signal: NodeJS.Signals, toGroup?: boolean): void;
  hasEnded(): boolean;
}

export interface Fault {
  readonly name: string;
  readonly isPossible?: boolean;
  /** Before the start. */
  readonly arrange?: (victim: Victim) => Promise<void> | void;
  /** At the moment. */
  readonly strike?: (victim: Victim) => Promise<void> | void;
  /** After the end: whatever keeps the next run from its work goes away. */
  readonly mend?: (victim: Victim) => Promise<void> | void;
  /** Exit statuses, or the signal that ends it, besides 0 and those of docs/errors.md for users' mistakes, ffmpeg and interruptions. */
  readonly endings?: readonly (number | NodeJS.Signals)[];
  /** True where the folder of the films is gone afterwards, so that nothing is left to look at. */
  readonly losesFolder?: boolean;
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const nativeAbort = [134, 'SIGABRT', 139, 'SIGSEGV', 133, 'SIGTRAP', 'SIGILL', 132] as const; // V8's and the system's answers to no memory

/** Again where the program makes a file in it meanwhile. */
const removeFolder = (path: string): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 5 });

const signal = (name: NodeJS.Signals): Fault => ({ name, strike: ({ send, random }) => send(name, random.next() < 0.3), endings: [name, 'SIGINT'] }); // the signal itself before the program listens; SIGINT after its grace

const all: readonly Fault[] = [
  { name: 'kill -9', strike: ({ send }) => send('SIGKILL'), endings: ['SIGKILL'] },
  signal('SIGINT'),
  signal('SIGTERM'),
  signal('SIGHUP'),
  {
    name: 'SIGINT twice',
    async strike({ send, random }) {
      send('SIGINT');
      await pause(random.below(400));
      send('SIGINT');
    },
    endings: ['SIGINT'],
  },
  {
    name: 'ffmpeg killed',
    async strike({ mark, hasEnded, random }) {
      for (let tries = 0; tries < 400 && !hasEnded(); tries++) {
        const found = (await markedProcesses(mark)).filter(({ name }) => name.startsWith('ffmpeg'));
        endProcesses(found, random.pick(['SIGKILL', 'SIGTERM', 'SIGSEGV']));
        if (found.length > 0) return;
        await pause(10);
      }
    },
  },
  ...(['render', 'model'] as const).map((whose): Fault => ({
    name: `a thread of ${whose}/ ended`,
    arrange(victim: Victim) {
      victim.nodeArguments.push('--import', new URL('./end-thread.js', import.meta.url).href);
      victim.environment['TORTURE_THREAD'] = `${whose} ${victim.moment}`;
    },
    endings: whose === 'model' ? [...nativeAbort, 1] : [1], // ONNX Runtime aborts when its thread goes in the middle of a call
  })),
  {
    name: 'disk full',
    isPossible: canMount,
    arrange: ({ place, random }) => place.mount(place.films, 4 * (1 + random.below(12))),
    mend: async ({ place }) => void (await place.remount(place.films, 'size=8m')),
  },
  { name: 'disk full (limit of a file)', arrange: (victim) => void (victim.limit = `ulimit -f ${1 + victim.random.below(30)}`), endings: ['SIGXFSZ', 153] },
  {
    name: 'folder read-only from the start',
    isPossible: canMount,
    async arrange({ place }) {
      await place.mount(place.films, 8192);
      await place.remount(place.films, 'ro');
    },
    mend: async ({ place }) => void (await place.remount(place.films, 'rw')),
  },
  {
    name: 'folder turns read-only',
    isPossible: canMount,
    arrange: ({ place }) => place.mount(place.films, 8192),
    async strike({ place, hasEnded }) {
      for (let tries = 0; tries < 200 && !hasEnded() && !(await place.remount(place.films, 'ro')); tries++) await pause(20); // refused while a file is being written
    },
    mend: async ({ place }) => void (await place.remount(place.films, 'rw')),
  },
  { name: 'folder removed', strike: ({ place }) => removeFolder(place.films), losesFolder: true },
  { name: 'current folder removed', arrange: (victim) => void (victim.workFolder = victim.place.films), strike: ({ place }) => removeFolder(place.films), losesFolder: true, endings: [1] }, // 1: Node itself does not start there
  { name: 'folder renamed', strike: ({ place }) => rename(place.films, `${place.films}-elsewhere`), losesFolder: true },
  {
    name: 'no temporary folder',
    arrange(victim) {
      victim.usesStdin = true;
      victim.environment['TMPDIR'] = join(victim.place.temporary, 'none');
    },
  },
  {
    name: 'temporary folder full',
    isPossible: canMount,
    async arrange(victim) {
      victim.usesStdin = true;
      await victim.place.mount(victim.place.temporary, 4);
    },
    mend: async ({ place }) => void (await place.remount(place.temporary, 'size=8m')),
  },
  { name: 'memory limit of the program', arrange: (victim) => void victim.nodeArguments.push(`--max-old-space-size=${6 + victim.random.below(60)}`), endings: [...nativeAbort] },
  { name: 'memory limit of the system', arrange: (victim) => void (victim.limit = `ulimit -v ${600_000 + victim.random.below(4_000_000)}`), endings: [...nativeAbort, 1, 127, 126] }, // 1: Node's own start,
  { name: 'portrait removed', strike: ({ portrait }) => rm(portrait, { force: true }) },
  { name: 'sound cut off', strike: ({ sound, random }) => truncate(sound, random.below(6000)) },
];

export const faults = all.filter(({ isPossible = true }) => isPossible);
