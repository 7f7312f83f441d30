/** How much is done: the short form unless these variables say otherwise (docs/torture.md). */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

const number = (name: string, usual: number): number => Number(process.env[name] ?? usual);

/** Numbers of the faults in time and of the spoilt inputs; `only` runs that one again. */
export const runs = number('TORTURE_RUNS', 0);
export const cases = number('TORTURE_CASES', 0);
/** Whether that which takes long is tried too. */
export const isLong = runs > 0 || cases > 0;

const only = process.env['TORTURE_ONLY'];
const first = number('TORTURE_FIRST', 0);
/** Where a line for each is kept; what it holds already is not done again. */
const logFile = process.env['TORTURE_LOG'];

export interface Line {
  readonly what: string;
  readonly index: number;
  readonly faults: readonly string[];
  readonly [more: string]: unknown;
}

/** `count` numbers, those that are still to do. */
export function toDo(what: string, count: number): number[] {
  if (only !== undefined) return [Number(only)];
  const done = new Set(readLines().filter((line) => line.what === what).map(({ index }) => index));
  return Array.from({ length: count }, (_, index) => first + index).filter((index) => !done.has(index));
}

export function note(line: Line): void {
  if (logFile === undefined) return;
  mkdirSync(dirname(logFile), { recursive: true });
  appendFileSync(logFile, `${JSON.stringify(line)}\n`);
}

function readLines(): Line[] {
  if (logFile === undefined || !existsSync(logFile)) return [];
  return readFileSync(logFile, 'utf8').split('\n').filter((text) => text !== '').map((text) => JSON.parse(text) as Line);
}
