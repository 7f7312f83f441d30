/** A job: one film of a batch, as somebody wrote it. */
import { dirname, join, parse, resolve } from 'node:path';
import { byproductNames } from '../byproducts.ts';
import { AnimateError, type AnimateErrorCode } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { isPicture } from '../watermark/mark.ts';
import { type AnimateOptions, libraryNames, type OptionName, optionList, resolveOptions, usualEnding } from '../options.ts';
import { stdout } from '../video/output.ts';
import { expandFolder } from '../video/sequence.ts';

/** One film. Options that are left out are those of the batch. */
export interface BatchJob extends AnimateOptions {
  portrait: string;
  sound: string;
}

/** A job with its paths made absolute. */
export interface Job {
  /** In the job file; for jobs from elsewhere their number, 1 the first. */
  readonly line: number;
  readonly portrait: string;
  readonly sound: string;
  /** With `output`. */
  readonly options: AnimateOptions & { output: string };
}

/** Something wrong that was found before any film was made. */
export interface BatchProblem {
  /** Of the job file; 0 for what concerns the whole batch. */
  readonly line: number;
  readonly code: AnimateErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** What all jobs have unless they say otherwise. */
export interface JobDefaults {
  readonly portrait?: string | undefined;
  readonly options: AnimateOptions;
  /** Folder of the films. */
  readonly output?: string | undefined;
  /** Paths of jobs are relative to this folder. */
  readonly folder: string;
}

/** Names as they may be written: `headMotion`, `head-motion`, `head_motion`, `Head Motion`. */
const fieldNames: readonly string[] = ['portrait', 'sound', ...libraryNames];
const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_ ]/g, '');
const fieldsByPlainName = new Map(fieldNames.map((name) => [plain(name), name]));

/** The field that a column or key names. Throws `bad-option`. */
export function fieldOf(name: string): string {
  const field = fieldsByPlainName.get(plain(name));
  if (field !== undefined) return field;
  const meant = nearest(name, fieldNames);
  throw new AnimateError('bad-option', `"${name}": no such field of a job`, { hint: meant === undefined ? `Fields are: ${fieldNames.join(', ')}.` : `Did you mean ${meant}?` });
}

/** `isText`: values are read as flags are; else they are values already. An empty text is none. */
export function readJob(line: number, given: Readonly<Record<string, unknown>>, isText: boolean, defaults: JobDefaults): { job: Job } | { problems: BatchProblem[] } {
  const problems: BatchProblem[] = [];
  const collect = (error: unknown): void => void problems.push(problemOf(line, error));
  const { portrait = defaults.portrait, sound: ownSound, ...written } = given;
  const sound = isNone(ownSound) ? (written['driving'] ?? defaults.options.driving) : ownSound; // a take brings its own
  const options: Record<string, unknown> = { ...defaults.options };
  for (const [name, value] of Object.entries(written)) {
    if (isNone(value)) continue;
    try {
      const read = isText ? optionList[name as OptionName].read(value as string) : value;
      resolveOptions({ [name]: read });
      options[name] = read;
    } catch (error) {
      collect(error);
    }
  }
  for (const [name, value] of Object.entries({ portrait, sound })) {
    if (typeof value === 'string' && value !== '') continue;
    collect(new AnimateError('bad-option', `${name}: expected a file, got ${value === undefined || value === '' ? 'none' : JSON.stringify(value)}`));
  }
  if (problems.length > 0) return { problems };

  const here = (path: string): string => (isAddress(path) ? path : resolve(defaults.folder, path)); // addresses are refused later, as they are
  for (const name of ['motion', 'driving', ...byproductNames, 'sign', 'key', 'model', 'ffmpeg']) {
    const path = written[name];
    // A model, an ffmpeg may be a bare name.
    if (typeof path === 'string' && path !== '' && (!['model', 'ffmpeg'].includes(name) || /[\\/]/.test(path))) options[name] = here(path);
  }
  const watermark = written['watermark'];
  if (typeof watermark === 'string' && isPicture(watermark)) options['watermark'] = here(watermark);
  const place = defaults.output ?? defaults.folder;
  const output = typeof options['output'] === 'string' ? options['output'] : `${parse(sound as string).name}${usualEnding(resolveOptions(options).values)}`;
  return { job: { line, portrait: here(portrait as string), sound: here(sound as string), options: { ...options, output: output === stdout ? output : resolve(place, expandFolder(output)) } } };
}

const isNone = (value: unknown): boolean => value === undefined || value === null || value === '';

function isAddress(path: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(path);
}

export function problemOf(line: number, error: unknown): BatchProblem {
  if (!(error instanceof AnimateError)) throw error; // a bug
  return { line, code: error.code, message: error.message, hint: error.hint };
}

/** Where results are told of when nobody names a folder. */
export function folderOf(jobFile: string | undefined): string {
  return jobFile === undefined ? resolve('.') : dirname(resolve(jobFile));
}

/** `jobs.csv:12: size: expected ...` */
export function describeProblem({ line, message, hint }: BatchProblem, source: string): string {
  const place = line === 0 ? '' : `${source}:${line}: `;
  return `${place}${message}${hint === undefined ? '' : `\n    ${hint}`}`;
}

export const resultsName = ({ folder, shard }: { folder: string; shard?: { number: number; count: number } | undefined }): string => join(folder, shard === undefined ? 'results.jsonl' : `results.${shard.number}-of-${shard.count}.jsonl`);
