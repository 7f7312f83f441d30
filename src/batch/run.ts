/** Makes the films of a batch: all jobs checked, the model opened once, portraits read once, several films at a time. */
import { mkdir } from 'node:fs/promises';
import { animate } from '../animate.ts';
import { AnimateError, cancelledError, explainError } from '../errors.ts';
import { resolveOptions } from '../options.ts';
import { untilCancelled } from '../request.ts';
import { openSession, type Session } from '../session.ts';
import { threadsPerJob } from './at-once.ts';
import { checkJobs, foldersOf } from './check.ts';
import { inTurns } from './in-turns.ts';
import { describeProblem } from './job.ts';
import type { BatchCheck, BatchRequest, BatchResult, CheckedJob, JobResult } from './request.ts';
import { openResults } from './results.ts';

/** Throws when a job cannot be started and `keepGoing` is not set: nothing is made then. A job that fails later is told in the result. */
export function animateBatch(request: BatchRequest): Promise<BatchResult> {
  const { signal, keepGoing = false, onProgress = () => {} } = request;
  return untilCancelled(signal, async () => {
    const begin = performance.now();
    const session = openSession({ signal });
    try {
      const check = await checkJobs(request, session);
      onProgress({ checked: check });
      refuseProblems(check, keepGoing);
      for (const folder of foldersOf(check)) await makeFolder(folder);
      const file = await openResults(check.resultsFile);
      try {
        const { results, left } = await runJobs(check, request, session, file.append);
        const count = (status: JobResult['status']): number => results.filter((result) => result.status === status).length;
        return { jobs: results.length + left, done: count('done'), skipped: count('skipped'), failed: count('failed'), left, seconds: secondsSince(begin), resultsFile: check.resultsFile, results };
      } finally {
        await file.close();
      }
    } finally {
      await session.close();
    }
  });
}

function refuseProblems({ problems, source, jobs }: BatchCheck, keepGoing: boolean): void {
  const [first] = problems;
  if (first === undefined || (keepGoing && jobs.length > 0)) return;
  const shown = problems.slice(0, 100).map((problem) => describeProblem(problem, source));
  if (problems.length > shown.length) shown.push(`and ${problems.length - shown.length} more`);
  const bad = new Set(problems.map(({ line }) => line)).size;
  throw new AnimateError(first.code, [`${bad === 1 ? 'a job' : `${bad} jobs`} cannot be started, so none was:`, ...shown].join('\n'), keepGoing ? {} : { hint: 'Mend them, or go on without them: --keep-going.' });
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new AnimateError('bad-option', `${folder}: cannot be made (${cause.code ?? cause.message})`, { cause, hint: 'Give another folder with -o.' });
  });
}

async function runJobs(check: BatchCheck, request: BatchRequest, session: Session, append: (result: JobResult) => Promise<void>): Promise<{ results: JobResult[]; left: number }> {
  const { keepGoing = false, signal, onProgress = () => {} } = request;
  const { jobs, jobsAtOnce, problems } = check;
  const bad = new Map(problems.map((problem) => [problem.line, problem]));
  const total = jobs.length + bad.size;
  const results: JobResult[] = [];
  let [begun, hasFailed] = [0, false];
  const end = async (result: JobResult): Promise<void> => {
    results.push(result);
    hasFailed ||= result.status === 'failed';
    await append(result);
    onProgress({ ended: result, number: results.length, total });
  };
  for (const { line, code, message, hint } of bad.values()) {
    await end({ line, status: 'failed', error: { code, message, hint }, time: new Date().toISOString() });
  }
  hasFailed = false; // these were known before

  const threads = threadsPerJob(jobsAtOnce);
  await inTurns(jobs, jobsAtOnce, async (job) => {
    if (hasFailed && !keepGoing) return;
    if (job.action === 'skip') return end({ ...namesOf(job), status: 'skipped', time: new Date().toISOString() });
    onProgress({ started: job, number: ++begun, total });
    const result = await runJob(job, { threads, session, signal, onProgress });
    await end(result);
  });
  return { results, left: total - results.length };
}

interface Around extends Pick<BatchRequest, 'signal' | 'onProgress'> {
  readonly threads: number;
  readonly session: Session;
}

/** Throws only when the batch is cancelled. */
async function runJob(job: CheckedJob, { threads, session, signal, onProgress }: Around): Promise<JobResult> {
  const begin = performance.now();
  const { portrait, sound, options } = job;
  try {
    const film = await animate({ portrait, sound, ...options, threads: chosenThreads(options) ?? threads, session, signal, onProgress: (event) => onProgress?.({ running: job, event }) });
    const { fingerprint, framesSha256, frames, durationSeconds, warnings } = film;
    return { ...namesOf(job), status: 'done', fingerprint, framesSha256, frames, durationSeconds, seconds: secondsSince(begin), warnings, time: new Date().toISOString() };
  } catch (thrown) {
    if (signal?.aborted) throw cancelledError(signal);
    const error = explainError(thrown);
    const { message } = error instanceof Error ? error : new Error(String(error));
    const told = error instanceof AnimateError ? { code: error.code, message, hint: error.hint } : { code: 'bug' as const, message: error instanceof Error ? (error.stack ?? message) : message };
    return { ...namesOf(job), status: 'failed', seconds: secondsSince(begin), error: told, time: new Date().toISOString() };
  }
}

/** Undefined where nobody said. */
function chosenThreads(options: CheckedJob['options']): number | undefined {
  const { values, inUse } = resolveOptions(options);
  return inUse.find(({ name }) => name === 'threads')?.source === 'default' ? undefined : values.threads;
}

function namesOf({ line, portrait, sound, options: { output } }: CheckedJob): Pick<JobResult, 'line' | 'portrait' | 'sound' | 'output'> & { line: number } {
  return { line, portrait, sound, output };
}

/** To the millisecond. */
function secondsSince(begin: number): number {
  return Math.round(performance.now() - begin) / 1000;
}
