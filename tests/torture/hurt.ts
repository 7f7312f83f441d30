/** Hurts one run of the command at a moment that its number chooses, and looks at what it leaves. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openByproducts } from '../../src/byproducts.ts';
import { readMotion } from '../../src/motion-file/read.ts';
import { resolveOptions } from '../../src/options.ts';
import { removeLeftovers } from '../../src/video/leftovers.ts';
import { animateJs } from '../support/command.ts';
import { bundledFfmpeg } from '../support/ffmpeg.ts';
import { type Fault, faults, type Victim } from './faults.ts';
import { decodeAll, filmFrames, type OutputKind, outputKinds } from './outputs.ts';
import { makePlace, type Place } from './place.ts';
import { endProcesses, markedProcesses, markName } from './processes.ts';
import { seeded } from './random.ts';

/** Files that every run gets copies of. */
export interface Samples {
  readonly portrait: string;
  /** 0.4 s */
  readonly sound: string;
  /** A film that was there before. */
  readonly old: string;
}

export interface Hurt {
  readonly index: number;
  readonly fault: string;
  readonly isBatch: boolean;
  readonly output: string;
  readonly moment: number;
  readonly seconds: number;
  readonly ending: number | NodeJS.Signals | null;
  /** What lies under the final name: the film that was there before, a new one, nothing. */
  readonly film: string;
  /** What should not be. */
  readonly faults: string[];
  readonly stderr?: string;
}

const usualEndings: readonly unknown[] = [0, 2, 3, 4, 5, 10, 130];
// Far above what a run takes on a busy machine.
const longestMilliseconds = 90_000;
const longestAfterSignalMilliseconds = 25_000;

const batchSize = 3;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** `usualMilliseconds`: how long an unhurt run takes now. */
export async function hurt(index: number, samples: Samples, usualMilliseconds: number, only?: { fault?: string; isBatch?: boolean; output?: number }): Promise<Hurt> {
  const random = seeded(index);
  const fault = only?.fault === undefined ? faults[index % faults.length] : (faults.find(({ name }) => name === only.fault) as Fault);
  const isBatch = only?.isBatch ?? (random.next() < 0.12 && !fault.name.includes('temporary'));
  const kind = outputKinds[only?.output ?? random.below(outputKinds.length)];
  const place = makePlace(`${index}`);
  const [portrait, sound] = [join(place.folder, 'face.png'), join(place.folder, 'dubs', '1.wav')];
  await copySamples(samples, place);
  const moment = Math.floor(random.next() * 1.15 * usualMilliseconds * (isBatch ? 1.6 : 1));
  const mark = `${process.pid}-${index}-${Date.now()}`;
  const found: string[] = [];
  const victim: Victim & { end?: number } = {
    ...{ random, place, mark, portrait, sound, moment, environment: {}, nodeArguments: [], limit: '', usesStdin: false, workFolder: undefined },
    send: () => {},
    hasEnded: () => false,
  };
  try {
    await fault.arrange?.(victim);
    const hadOld = random.next() < 0.5 && !fault.name.includes('from the start') && (await copyFile(samples.old, join(place.films, kind.file)).then(() => true, () => false));
    const keepsMotion = !isBatch && random.next() < 0.3;
    const words = commandLine(victim, kind, isBatch, keepsMotion);
    const run = await makeRun(victim, fault, words, found);
    const isEnding = usualEndings.includes(run.ending) || fault.endings?.includes(run.ending as never);
    if (!isEnding) found.push(`ended with ${run.ending}`);

    await noProcessLeft(mark, found);
    let film = 'gone';
    if (!fault.losesFolder) {
      await fault.mend?.(victim);
      if (isBatch) film = await resumeBatch(victim, fault, words, samples, found);
      else film = await lookAtFilm(run.ending, join(place.films, kind.file), kind, hadOld ? samples.old : undefined, frameCount(fault), found);
      await removeLeftovers(place.films); // as the next run does
      await noStrangers(place.films, isBatch ? /^(\d\.mp4|film\.\w+|results\.jsonl)$/ : new RegExp(`^${kind.file.replace('.', '\\.')}$`), found);
    }
    if (keepsMotion) await lookAtMotion(place, run.ending, frameCount(fault), found);
    await noStrangers(place.temporary, run.ending === 'SIGKILL' || typeof run.ending !== 'number' || run.ending > 130 ? /^animate-stdin-\d+-\w+$/ : /^$/, found);
    return { index, fault: fault.name, isBatch, output: isBatch ? 'batch' : kind.file, moment, seconds: run.seconds, ending: run.ending, film, faults: found, ...(found.length > 0 ? { stderr: run.stderr.slice(-3000) } : {}) };
  } finally {
    endProcesses(await markedProcesses(mark), 'SIGKILL');
    await place.remove();
  }
}

function commandLine({ place, portrait, sound, usesStdin, random }: Victim, kind: OutputKind, isBatch: boolean, keepsMotion: boolean): string[] {
  const small = ['--size', random.pick(['64', '96', '128']), '--steps', '2', '--threads', random.pick(['1', '2'])];
  if (isBatch) return ['batch', '--portrait', portrait, '--sounds', join(place.folder, 'dubs', '*.wav'), '-o', place.films, ...small, '--jobs', random.pick(['1', '2'])];
  const motion = keepsMotion ? ['--motion-out', join(place.motions, random.pick(['motion.json', 'motion.csv']))] : [];
  return [portrait, usesStdin || random.next() < 0.1 ? '-' : sound, '-o', join(place.films, kind.file), ...kind.args, ...small, ...motion];
}

interface Run {
  readonly ending: number | NodeJS.Signals | null;
  readonly seconds: number;
  readonly stderr: string;
  readonly stdout: string;
}

async function makeRun(victim: Victim, fault: Fault, words: readonly string[], found: string[]): Promise<Run> {
  const { place, mark, environment, nodeArguments, limit, sound, moment } = victim;
  const begin = performance.now();
  const standardIn = words.includes('-') ? openSync(sound, 'r') : 'ignore';
  const command = [process.execPath, ...nodeArguments, animateJs, ...words];
  const limited = limit === '' ? command : ['bash', '-c', `${limit}; exec "$0" "$@"`, ...command];
  const usual = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(ANIMATE_|TORTURE_|VITEST|NODE_OPTIONS|ORT_)/.test(name)));
  const child = spawn(limited[0], limited.slice(1), {
    env: { ...usual, ANIMATE_FFMPEG: bundledFfmpeg, TMPDIR: place.temporary, [markName]: mark, ...environment },
    cwd: victim.workFolder,
    stdio: [standardIn, 'pipe', 'pipe'],
    detached: true, // a group of its own, as a shell makes it
  });
  if (typeof standardIn === 'number') closeSync(standardIn);
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => void (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => void (stderr += text));
  let isOver = false;
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) => child.once('exit', (status, name) => resolve(name ?? status))).finally(() => void (isOver = true));
  const send = (name: NodeJS.Signals, toGroup = false): void => {
    if (isOver || child.pid === undefined) return;
    try {
      process.kill(toGroup ? -child.pid : child.pid, name);
    } catch {
      // it ended meanwhile
    }
  };
  Object.assign(victim, { send, hasEnded: () => isOver });
  await Promise.race([exited, pause(moment)]);
  if (!isOver) await fault.strike?.(victim);
  const patience = fault.name.startsWith('SIG') ? longestAfterSignalMilliseconds : longestMilliseconds;
  await Promise.race([exited, pause(patience)]);
  if (!isOver) {
    found.push(`still there after ${patience / 1000} s`);
    send('SIGKILL', true);
  }
  const ending = await exited;
  return { ending, seconds: Math.round(performance.now() - begin) / 1000, stderr, stdout };
}

/** A child may need a moment to notice that its parent is gone. */
async function noProcessLeft(mark: string, found: string[]): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if ((await markedProcesses(mark)).length === 0) return;
    await pause(100);
  }
  found.push(`left running: ${(await markedProcesses(mark)).map(({ name }) => name).join(', ')}`);
}

async function noStrangers(folder: string, expected: RegExp, found: string[]): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) if (!expected.test(name)) found.push(`left behind in ${basename(folder)}: ${name}`);
}

/** `old`: the film that was there before. */
async function lookAtFilm(ending: Run['ending'], path: string, kind: OutputKind, old: string | undefined, frames: number | undefined, found: string[]): Promise<string> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) {
    if (old !== undefined) found.push('the film that was there before is gone');
    if (ending === 0) found.push('ended with 0 and no film');
    return 'none';
  }
  if (old !== undefined && bytes.equals(await readFile(old))) {
    if (ending === 0) found.push('ended with 0 and the old film');
    return 'old';
  }
  await isWhole(path, kind.countFrames, frames, found);
  if (typeof ending === 'number' && ending > 0 && ending < 131) found.push(`ended with ${ending} and a new film`);
  return 'new';
}

/** `frames` undefined: one or more. */
async function isWhole(path: string, countFrames: OutputKind['countFrames'], frames: number | undefined, found: string[]): Promise<void> {
  const count = await countFrames(path).catch((error: unknown) => String(error));
  if (frames === undefined ? !(Number(count) > 0) : count !== frames) found.push(`${basename(path)} is not whole: ${count} frames`);
}

async function lookAtMotion({ motions, folder }: Place, ending: Run['ending'], expected: number | undefined, found: string[]): Promise<void> {
  for (const name of (await readdir(motions)).filter((each) => !each.startsWith('.'))) {
    const frames = await readMotion(join(motions, name)).then((track) => track.frames.length, (error: unknown) => String(error));
    if (expected === undefined ? !(Number(frames) > 0) : frames !== expected) found.push(`${name} is not whole: ${frames} frames`);
  }
  if (ending === 0 && (await readdir(motions)).length !== 1) found.push('ended with 0 and no motion');
  // The next run that writes motion there takes away what a kill left.
  await (await openByproducts(resolveOptions({ motionOut: join(motions, 'motion.json') }).values, [join(folder, 'face.png')])).abort();
  await noStrangers(motions, /^motion\.(json|csv)$/, found);
}

/** The same batch again must end whole, without doing again what was done. */
async function resumeBatch(victim: Victim, fault: Fault, words: readonly string[], samples: Samples, found: string[]): Promise<string> {
  const { place } = victim;
  await copySamples(samples, place);
  const timesOf = async (): Promise<Map<string, number>> => {
    const names = (await readdir(place.films)).filter((name) => /^\d\.mp4$/.test(name));
    return new Map(await Promise.all(names.map(async (name) => [name, (await stat(join(place.films, name))).mtimeMs] as const)));
  };
  const before = await timesOf();
  for (const name of before.keys()) await isWhole(join(place.films, name), decodeAll, frameCount(fault), found);
  const again = await makeRun({ ...victim, environment: {}, nodeArguments: [], limit: '' }, { name: 'none' }, [...words, '--skip-existing'], found);
  if (again.ending !== 0) found.push(`the batch begun again ended with ${again.ending}: ${again.stderr.slice(-500)}`);
  const after = await timesOf();
  if (after.size !== batchSize) found.push(`the batch begun again leaves ${after.size} films`);
  for (const [name, time] of before) if (after.get(name) !== time && frameCount(fault) !== undefined) found.push(`${name} was made again`);
  for (const name of after.keys()) await isWhole(join(place.films, name), decodeAll, filmFrames, found);
  const lines = (await readFile(join(place.films, 'results.jsonl'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  if (!fault.name.startsWith('disk full')) for (const line of lines) if (!isJson(line)) found.push(`results.jsonl holds ${JSON.stringify(line.slice(0, 60))}`);
  return `${before.size} before`;
}

async function copySamples({ portrait, sound }: Samples, { folder }: Place): Promise<void> {
  await mkdir(join(folder, 'dubs'), { recursive: true });
  await copyFile(portrait, join(folder, 'face.png'));
  for (let number = 1; number <= batchSize; number++) await copyFile(sound, join(folder, 'dubs', `${number}.wav`));
}

/** A sound that is cut off before it is read gives a shorter film. */
const frameCount = ({ name }: Fault): number | undefined => (name === 'sound cut off' ? undefined : filmFrames);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
