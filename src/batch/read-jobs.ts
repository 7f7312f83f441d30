/** Jobs from a file: CSV with a header, JSON Lines, or a JSON array. */
import { readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { AnimateError } from '../errors.ts';
import { expandPattern } from './glob.ts';
import { type BatchJob, type BatchProblem, fieldOf, folderOf, type Job, type JobDefaults, problemOf, readJob } from './job.ts';
import { parseCsv } from './csv.ts';
import { type JsonRow, parseJsonArray, parseJsonLines } from './json-lines.ts';
import type { BatchRequest } from './request.ts';
import { holdsMore } from '../text-size.ts';

export interface ReadJobs {
  /** In the order of the file. */
  readonly jobs: Job[];
  readonly problems: BatchProblem[];
}

// A million jobs with names of a hundred letters.
const mostBytes = 100e6;
const mostJobs = 1e6;
const mostValues = 20e6;

/** All jobs of a request. Throws where there are none to speak of: no file, an unknown ending, an unknown column. */
export async function readJobs({ jobFile, jobs, portrait, sounds, output, options = {} }: BatchRequest): Promise<ReadJobs> {
  const common = { portrait: portrait === undefined ? undefined : resolve(portrait), options, output: output === undefined ? undefined : resolve(output), folder: folderOf(jobFile) };
  if ([jobFile, jobs, sounds].filter((source) => source !== undefined).length !== 1) {
    throw new AnimateError('bad-option', 'batch: expected a job file, or --sounds with --portrait', { hint: 'animate batch jobs.csv, or animate batch --portrait face.png --sounds "dubs/*.wav" -o films' });
  }
  if (jobFile !== undefined) return none(await readJobFile(jobFile, common), jobFile);
  const given = jobs ?? (await soundsOf(sounds ?? [])).map((sound) => ({ sound }) as BatchJob);
  if (jobs === undefined && portrait === undefined) throw new AnimateError('bad-option', '--sounds: expected --portrait with it, got none');
  if (jobs === undefined && output === undefined) throw new AnimateError('bad-option', '--sounds: expected a folder for the films with it (-o), got none');
  return none(gather(given.map((value, index) => ({ line: index + 1, value })), common), jobs === undefined ? '--sounds' : 'jobs');
}

function none(found: ReadJobs, source: string): ReadJobs {
  if (found.jobs.length + found.problems.length === 0) throw new AnimateError('bad-option', `${source}: expected jobs, got none`);
  return found;
}

async function soundsOf(patterns: readonly string[]): Promise<string[]> {
  const found = await Promise.all(patterns.map((pattern) => expandPattern(pattern, '--sounds')));
  return [...new Set(found.flat())];
}

async function readJobFile(path: string, defaults: JobDefaults): Promise<ReadJobs> {
  const ending = extname(path).toLowerCase();
  if (!['.csv', '.jsonl', '.ndjson', '.json'].includes(ending)) throw new AnimateError('bad-option', `${path}: expected a job file that ends in .csv, .jsonl or .json`, { hint: 'docs/batch.md shows each of them.' });
  const text = await readText(path);
  if (ending === '.csv') return readTable(text, path, defaults);
  return gather(ending === '.json' ? parseJsonArray(text, path) : parseJsonLines(text), defaults);
}

async function readText(path: string): Promise<string> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AnimateError('unreadable-input', `${path}: ${cause.code === 'ENOENT' ? 'no such file (expected a job file)' : cause.message}`, { cause });
  });
  if (!found.isFile()) throw new AnimateError('unreadable-input', `${path}: expected a job file, got ${found.isDirectory() ? 'a folder' : 'a pipe or device'}`);
  if (found.size > mostBytes) throw new AnimateError('unreadable-input', `${path}: expected a job file of at most ${mostBytes / 1e6} MB, got ${Math.round(found.size / 1e6)} MB`);
  const text = await decode(path);
  if (['\n', '{', '['].some((letter) => holdsMore(text, letter, mostJobs)) || holdsMore(text, ',', mostValues)) {
    throw new AnimateError('unreadable-input', `${path}: expected at most ${mostJobs} jobs, got more`, { hint: 'Split the file.' });
  }
  return text;
}

async function decode(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
  } catch (cause) {
    throw new AnimateError('unreadable-input', `${path}: not readable as text in UTF-8 (${(cause as Error).message})`, { cause, hint: 'Save it as UTF-8.' });
  }
}

function readTable(text: string, path: string, defaults: JobDefaults): ReadJobs {
  const [header, ...rows] = parseCsv(text);
  if (header === undefined) throw new AnimateError('unreadable-input', `${path}: expected a header line, got an empty file`, { hint: 'The first line names the columns: portrait,sound,output' });
  if (header.problem !== undefined) throw new AnimateError('unreadable-input', `${path}:${header.line}: ${header.problem}`);
  const fields = header.fields.map((name) => {
    try {
      return fieldOf(name);
    } catch (error) {
      const { message, hint } = problemOf(header.line, error);
      const isSemicolon = header.fields.length === 1 && name.includes(';');
      throw new AnimateError('bad-option', `${path}:${header.line}: column ${message}`, { hint: isSemicolon ? 'Columns are separated by commas.' : (hint ?? '') });
    }
  });
  const twice = fields.find((field, index) => fields.indexOf(field) !== index);
  if (twice !== undefined) throw new AnimateError('bad-option', `${path}:${header.line}: expected each column once, got "${twice}" twice`);
  const found: ReadJobs = { jobs: [], problems: [] };
  for (const { line, fields: values, problem } of rows) {
    if (problem !== undefined || values.length !== fields.length) {
      const message = problem ?? `expected ${fields.length} columns as in the header, got ${values.length}`;
      found.problems.push({ line, code: 'unreadable-input', message, hint: problem === undefined && values.length > fields.length ? 'A comma within a value needs quotes around it.' : undefined });
    } else keep(found, readJob(line, Object.fromEntries(fields.map((field, index) => [field, values[index]])), true, defaults));
  }
  return found;
}

function gather(rows: readonly JsonRow[], defaults: JobDefaults): ReadJobs {
  const found: ReadJobs = { jobs: [], problems: [] };
  for (const { line, value, problem } of rows) {
    if (problem !== undefined) found.problems.push({ line, code: 'unreadable-input', message: problem });
    else if (typeof value !== 'object' || value === null || Array.isArray(value)) found.problems.push({ line, code: 'bad-option', message: `expected a job like { "portrait": "a.png", "sound": "a.wav" }, got ${JSON.stringify(value)?.slice(0, 60)}` });
    else {
      const named: Record<string, unknown> = {};
      const problems: BatchProblem[] = [];
      for (const [name, given] of Object.entries(value)) {
        try {
          named[fieldOf(name)] = given;
        } catch (error) {
          problems.push(problemOf(line, error));
        }
      }
      if (problems.length > 0) found.problems.push(...problems);
      else keep(found, readJob(line, named, false, defaults));
    }
  }
  return found;
}

function keep(found: ReadJobs, read: ReturnType<typeof readJob>): void {
  if ('job' in read) found.jobs.push(read.job);
  else found.problems.push(...read.problems);
}
