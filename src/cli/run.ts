/** From a command line to an exit status. */

import { parse } from 'node:path';
import type { Command, CommanderError } from 'commander';
import { AnimateError, cancelledError, explainError } from '../errors.ts';
import type { AnimateResult, ProgressEvent } from '../events.ts';
import { nearest } from '../nearest.ts';
import { type AnimateOptions, readFlags, resolveOptions, resolveSwitches, usualEnding } from '../options.ts';
import type { FilmPlan } from '../index.ts';
import { addCommands } from './commands.ts';
import { describeError, errorJson, exitStatus } from './exit.ts';
import { type CommandLine, createProgram } from './program.ts';
import { describePlan } from './plan-text.ts';
import { createProgress, type Spinner } from './progress.ts';
import { type Stdin, spoolStdin, withoutPath } from './stdin.ts';

/** The part of the library that the command uses. */
export interface Library {
  animate(request: FilmRequest): Promise<AnimateResult>;
  planFilm(request: FilmRequest): Promise<FilmPlan>;
}

type FilmRequest = AnimateOptions & { portrait: string; sound?: string; signal?: AbortSignal; onProgress?: (event: ProgressEvent) => void };

/** What the command needs of the process it runs in. */
export interface Surroundings {
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Opened only when the sound is `-`. */
  readonly openStdin?: (() => Stdin) | undefined;
  /** Loaded only when a film is made: `--help` must be quick. */
  readonly loadLibrary: () => Promise<Library>;
  /** Absent where stderr is no terminal. */
  readonly loadSpinner?: (() => Promise<Spinner>) | undefined;
}

/** Runs `animate` with `words`, the command line without program names. Returns the exit status; never throws. */
export async function runCommandLine(words: readonly string[], around: Surroundings): Promise<number> {
  // Known before the switches are read, so that mistakes in the command line are told as asked for too.
  const asked: Asked = { json: words.includes('--json'), verbose: words.includes('--verbose'), isStream: /(^|\n)(-o\n|-o|--output\n|--output=)-(\n|$)/.test(words.join('\n')) };
  const writeResult = (text: string): void => (asked.isStream ? around.writeError : around.writeOut)(text);
  const program = createProgram((commandLine) => makeFilm(commandLine, around, asked));
  program.configureOutput({ writeOut: around.writeOut, writeErr: around.writeError });
  let status = 0;
  const end = (ending: number): void => {
    status = ending;
  };
  addCommands(program, { around, asked, end });
  try {
    await program.parseAsync(words, { from: 'user' });
    return status;
  } catch (error) {
    if (isCommanderError(error)) {
      if (error.exitCode === 0) return 0; // --help, --version
      const meant = error.code === 'commander.missingArgument' ? meantCommand(program) : undefined;
      if (meant !== undefined) around.writeError(`(Did you mean animate ${meant}?)\n`);
      if (asked.json) writeResult(`${errorJson(new AnimateError('bad-option', error.message.replace(/^error: /, '')))}\n`);
      return 2;
    }
    const told = around.signal.aborted ? cancelledError(around.signal) : explainError(error); // whatever broke on the way down, the reason is the signal
    if (asked.json && !asked.isStream) around.writeOut(`${errorJson(told)}\n`);
    around.writeError(describeError(told, asked.verbose));
    if (asked.json && asked.isStream) around.writeError(`${errorJson(told)}\n`);
    return exitStatus(told);
  }
}

interface Asked {
  json: boolean;
  verbose: boolean;
  /** The film goes to stdout: all else to stderr, the JSON object as the last line. */
  isStream: boolean;
}

async function makeFilm({ portrait, sound, flags, refuseMissingSound }: CommandLine, around: Surroundings, asked: Asked): Promise<void> {
  const given = readFlags(flags);
  const { dryRun, json, quiet, verbose } = resolveSwitches(given, around.environment);
  Object.assign(asked, { json, verbose });
  if (quiet && verbose) throw new AnimateError('bad-option', '--quiet and --verbose: expected one of them, got both');
  const { json: _json, quiet: _quiet, verbose: _verbose, dryRun: _dryRun, ...options } = given;
  const { values } = resolveOptions(options, { environment: around.environment }); // wrong variables too are told before anything is loaded
  if (sound === undefined && values.driving === undefined) refuseMissingSound();
  asked.isStream = values.output === '-' && !dryRun;

  if (portrait === '-') throw new AnimateError('bad-option', 'portrait: expected a picture file, got -', { hint: 'Only the sound can come from stdin: animate face.png - < voice.wav' });

  const spinner = quiet ? undefined : await around.loadSpinner?.();
  const progress = createProgress({ write: around.writeError, spinner, isQuiet: quiet, isVerbose: verbose });
  const spooled = sound === '-' ? await spoolStdin(around.openStdin?.(), around.signal) : undefined;
  try {
    const { animate, planFilm } = await around.loadLibrary();
    const input = spooled ? { sound: spooled.path, ...besidePortrait(portrait, options, around) } : sound === undefined ? {} : { sound };
    const request: FilmRequest = { portrait, ...options, ...input, signal: around.signal, onProgress: (event) => progress.show(withoutPath(event, spooled)) };
    const readable = async <T>(work: Promise<T>): Promise<T> => withoutPath(await work.catch((error: unknown) => Promise.reject(withoutPath(error, spooled))), spooled);
    if (dryRun) {
      const plan = await readable(planFilm(request));
      progress.stop();
      around.writeOut(json ? `${JSON.stringify(plan)}\n` : describePlan(plan));
      return;
    }
    const result = await readable(animate(request));
    progress.stop();
    if (verbose) around.writeError(describeTimes(result));
    const told = json ? `${JSON.stringify(result)}\n` : `${result.path}\n`;
    if (!asked.isStream) around.writeOut(told);
    else if (json) around.writeError(told);
  } finally {
    progress.stop();
    await spooled?.remove();
  }
}

/** Where a film goes whose sound has no folder of its own: into the current one. */
function besidePortrait(portrait: string, options: AnimateOptions, { environment }: Surroundings): { output: string } {
  const { values } = resolveOptions(options, { environment });
  return { output: values.output ?? `${parse(portrait).name}${usualEnding(values)}` };
}

function describeTimes(result: AnimateResult): string {
  const times = Object.entries(result.seconds).map(([name, seconds]) => `${name} ${seconds.toFixed(2)} s`);
  return `${result.frames} frames of ${result.width}x${result.height}; ${times.join(', ')}\n`;
}

/** `animate docter` is no portrait without a sound. */
function meantCommand(program: Command): string | undefined {
  return program.args.length === 1 ? nearest(program.args[0], program.commands.map((command) => command.name())) : undefined;
}

function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && 'exitCode' in error && 'code' in error && String(error.code).startsWith('commander.');
}
