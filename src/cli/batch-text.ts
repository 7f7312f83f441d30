/** What is told of a batch: the plan, each job as it ends, and the summary. */
import { relative } from 'node:path';
import process from 'node:process';
import type { BatchCheck, BatchProblem, BatchResult, JobResult } from '../index.ts';
import { describeBytes, describeLength, describeTime, layTable } from './plan-text.ts';

// More rows than these are not read; results.jsonl has them all.
const mostRows = 40;

export function describeProblems(problems: readonly BatchProblem[], source: string): string {
  return problems.map(({ line, message, hint }) => `${line === 0 ? source : `${source}:${line}`}: ${message}\n${hint === undefined ? '' : `    ${hint}\n`}`).join('');
}

export function describeCheck({ jobs, jobsAtOnce, estimate, resultsFile }: BatchCheck): string {
  const rows = jobs.slice(0, mostRows).map(({ line, action, options, durationSeconds, width, height, estimate: { seconds, bytes } }) => [
    String(line),
    action,
    short(options.output),
    durationSeconds === undefined ? '?' : describeLength(durationSeconds),
    `${width}x${height}`,
    ...(action === 'skip' ? ['', ''] : [describeTime(seconds), describeBytes(bytes)]),
  ]);
  const table = rows.length === 0 ? '' : layTable(['>line', 'what', 'film', '>length', '>pixels', '>about', '>about'], rows);
  const more = jobs.length > rows.length ? `and ${jobs.length - rows.length} more\n` : '';
  const skipped = jobs.filter(({ action }) => action === 'skip').length;
  const count = jobs.length - skipped;
  return `${table}${more}${count} ${count === 1 ? 'film' : 'films'} to make, ${skipped} there already; ${jobsAtOnce} at a time, about ${describeTime(estimate.seconds)} and ${describeBytes(estimate.bytes)}; results would go to ${short(resultsFile)}\n`;
}

/** `[3/20] films/a.mp4: done in 3.2 s` */
export function describeEnd(result: JobResult, number: number, total: number, source: string): string {
  const { line, output, status, seconds, error } = result;
  const name = output === undefined ? `${source}:${line}` : short(output);
  const ending = status === 'failed' ? `failed (${error?.message})${error?.hint === undefined ? '' : `\n    ${error.hint}`}` : status === 'skipped' ? 'there already' : `done in ${seconds?.toFixed(1)} s`;
  return `[${number}/${total}] ${name}: ${ending}\n`;
}

export function describeResult({ jobs, done, skipped, failed, left, seconds, resultsFile, results }: BatchResult): string {
  const told = results.length <= mostRows ? [...results] : results.filter(({ status }) => status === 'failed').slice(0, mostRows);
  const rows = told.sort((a, b) => a.line - b.line).map(({ line, status, output, durationSeconds, seconds: own, error }) => [String(line), status, output === undefined ? '' : short(output), durationSeconds === undefined ? '' : describeLength(durationSeconds), own === undefined ? '' : `${own.toFixed(1)} s`, error?.message.split('\n')[0] ?? '']);
  const table = rows.length === 0 ? '' : layTable(['>line', 'status', 'film', '>length', '>took', ''], rows);
  const parts = [`${done} done`, ...(skipped > 0 ? [`${skipped} there already`] : []), ...(failed > 0 ? [`${failed} failed`] : []), ...(left > 0 ? [`${left} not begun`] : [])];
  return `${table}${parts.join(', ')} of ${jobs} in ${describeTime(seconds)}; results in ${short(resultsFile)}\n`;
}

/** From the working folder, where that is no longer. */
function short(path: string): string {
  const from = relative(process.cwd(), path);
  return from.length < path.length && from !== '' ? from : path;
}
