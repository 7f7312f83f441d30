/** `animate batch`: many films with one command. */
import { type Command, Option } from 'commander';
import { AnimateError } from '../errors.ts';
import type { BatchEvent, BatchRequest, CheckedJob } from '../index.ts';
import { flagOf, libraryNames, type OptionName, resolveSwitches } from '../options.ts';
import { describeCheck, describeEnd, describeProblems, describeResult } from './batch-text.ts';
import { type CommandContext, readOptions, useOptions } from './context.ts';
import { someFailed } from './exit.ts';
import type { Spinner } from './progress.ts';

const help = `
A job file is a table (.csv, first line: portrait,sound,output and any options), one JSON object a line (.jsonl), or an array of them (.json).
Its paths are relative to its folder, its options go before those of the command line. All jobs are checked before the first one runs.
  animate batch jobs.csv -o films --keep-going
  animate batch --portrait face.png --sounds 'dubs/*.wav' -o films --skip-existing
  animate batch jobs.jsonl --shard 2/8       on the second of eight machines
  animate batch jobs.csv --dry-run           what would be made, how long and how large
stdout: the path of each film as it is done. The folder of the films gets results.jsonl, a line for each job.
Exit status: 0 all done, ${someFailed} some failed, 2 to 5 nothing was begun, 130 interrupted; begin again with --skip-existing.`;

/** Named by each job alone. */
const ofOneFilm = ['output', 'motionOut', 'sheet', 'plot'] as const satisfies OptionName[];

type Flags = Record<string, string | boolean | string[] | undefined>;

export function addBatch(program: Command, context: CommandContext): void {
  const command = program.command('batch').argument('[jobs]', 'a job file: .csv, .jsonl or .json').description('make many films: the model is opened once, each portrait is read once').addHelpText('after', help);
  for (const [flags, text] of [
    ['-o, --output <folder>', 'where films and results.jsonl go (default: beside the job file)'],
    ['--portrait <file>', 'the portrait of jobs that name none'],
    ['--sounds <pattern...>', 'instead of a job file: a film for each of these sounds; * and ? are understood'],
    ['--jobs <count>', 'films at a time (default: as cores and free memory allow, at most 4)'],
    ['--keep-going', 'go on after a job that fails, and without those that cannot start'],
    ['--skip-existing', 'leave out films that are there already, made of the same inputs, options, model and version'],
    ['--shard <part>', 'make only a part of the jobs, like 2/8: every eighth from the second'],
  ]) {
    command.addOption(new Option(flags, text).helpGroup('Batch:'));
  }
  useOptions(command, [...libraryNames.filter((name) => !(ofOneFilm as readonly string[]).includes(name)), 'dryRun', 'json', 'quiet', 'verbose']).action((jobFile: string | undefined, own: Flags, self: Command) => makeBatch(jobFile, { ...self.parent?.opts<Flags>(), ...own }, context));
}

async function makeBatch(jobFile: string | undefined, flags: Flags, context: CommandContext): Promise<void> {
  const { around } = context;
  const { output, portrait, sounds, jobs, keepGoing, skipExisting, shard, motionOut: _motionOut, sheet: _sheet, plot: _plot, ...rest } = flags;
  const single = ofOneFilm.slice(1).find((name) => flags[name] !== undefined);
  if (single !== undefined) throw new AnimateError('bad-option', `${flagOf(single)}: expected it in a job file, one for each job`);
  const { json, options } = readOptions(rest as Record<string, string | boolean | undefined>, context);
  const { dryRun, quiet, verbose } = resolveSwitches(rest as Record<string, true | undefined>, around.environment);
  if (quiet && verbose) throw new AnimateError('bad-option', '--quiet and --verbose: expected one of them, got both');
  for (const [flag, value] of Object.entries({ '--output': output, '--portrait': portrait })) {
    if (typeof value === 'string' && value.trim() === '') throw new AnimateError('bad-option', `${flag}: expected a name, got ""`);
  }
  const spinner = quiet || dryRun ? undefined : await around.loadSpinner?.();
  const { animateBatch, checkBatch, readShard } = await import('../index.ts');
  const request: BatchRequest = {
    ...{ jobFile, options, keepGoing: keepGoing === true, skipExisting: skipExisting === true, signal: around.signal },
    ...{ output: output as string | undefined, portrait: portrait as string | undefined, sounds: sounds as string[] | undefined },
    jobsAtOnce: readCount(jobs as string | undefined),
    shard: shard === undefined ? undefined : readShard(shard as string),
  };
  if (dryRun) {
    const check = await checkBatch(request);
    around.writeError(describeProblems(check.problems, check.source));
    around.writeOut(json ? `${JSON.stringify(check)}\n` : describeCheck(check));
    if (check.problems.length > 0) context.end(2);
    return;
  }
  const progress = tellProgress({ write: around.writeError, writeOut: json ? () => {} : around.writeOut, spinner, isQuiet: quiet });
  try {
    const result = await animateBatch({ ...request, onProgress: progress.show });
    progress.stop();
    if (json) around.writeOut(`${JSON.stringify(result)}\n`);
    if (!quiet || result.failed > 0) around.writeError(describeResult(result));
    if (result.failed > 0) context.end(someFailed);
  } finally {
    progress.stop();
  }
}

function readCount(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,3}$/.test(text) || Number(text) < 1 || Number(text) > 256) throw new AnimateError('bad-option', `--jobs: expected a whole number from 1 to 256, got "${text}"`);
  return Number(text);
}

interface Telling {
  readonly write: (text: string) => void;
  readonly writeOut: (text: string) => void;
  readonly spinner: Spinner | undefined;
  readonly isQuiet: boolean;
}

/** A line for each job that ended and for each new warning; between them a spinner, where stderr is a terminal. */
function tellProgress({ write, writeOut, spinner, isQuiet }: Telling): { show: (event: BatchEvent) => void; stop: () => void } {
  const warned = new Set<string>();
  const drawn = new Map<CheckedJob, number>();
  let source = '';
  let [ended, total] = [0, 0];
  const line = (text: string): void => {
    spinner?.stop();
    write(text);
    if (spinner && spinner.text !== '') spinner.start();
  };
  const show = (event: BatchEvent): void => {
    if ('checked' in event) {
      source = event.checked.source;
      total = event.checked.jobs.length + new Set(event.checked.problems.map((problem) => problem.line)).size;
      if (!isQuiet && total > 0) line(`${total} ${total === 1 ? 'job' : 'jobs'} checked, ${event.checked.jobsAtOnce} at a time\n`);
    } else if ('started' in event) {
      drawn.set(event.started, 0);
    } else if ('running' in event) {
      const { event: inner, running } = event;
      if ('warning' in inner && !isQuiet && !warned.has(inner.warning)) {
        warned.add(inner.warning);
        line(`warning: ${inner.warning}\n`);
      }
      if ('stage' in inner && inner.stage === 'frames' && inner.done !== undefined && inner.total) drawn.set(running, inner.done / inner.total);
    } else {
      ended = event.number;
      for (const job of drawn.keys()) if (job.line === event.ended.line) drawn.delete(job);
      if (!isQuiet || event.ended.status === 'failed') line(describeEnd(event.ended, event.number, event.total, source));
      if (event.ended.status === 'done') writeOut(`${event.ended.output}\n`);
    }
    if (spinner) {
      const isNew = spinner.text === '';
      spinner.text = `${ended} of ${total} films; ${[...drawn].map(([{ line: number }, share]) => `line ${number}: ${Math.round(share * 100)} %`).join(', ')}`;
      if (isNew) spinner.start();
    }
  };
  return { show, stop: () => void spinner?.stop() };
}
