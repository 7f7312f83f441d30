/** JSON with line numbers: an array of jobs, or one job a line. */
import { AnimateError } from '../errors.ts';

export interface JsonRow {
  readonly line: number;
  readonly value: unknown;
  readonly problem?: string;
}

/** One value a line; empty lines are left out. */
export function parseJsonLines(text: string): JsonRow[] {
  const lines = withoutMark(text).split('\n');
  return lines.flatMap((content, index) => {
    if (content.trim() === '') return [];
    try {
      return [{ line: index + 1, value: JSON.parse(content) as unknown }];
    } catch (error) {
      return [{ line: index + 1, value: undefined, problem: `not readable as JSON (${(error as Error).message})` }];
    }
  });
}

/** The values of an array, each with the line that it begins on. Throws `unreadable-input` for anything else; `path` names it. */
export function parseJsonArray(text: string, path: string): JsonRow[] {
  const json = withoutMark(text);
  let values: unknown;
  try {
    values = JSON.parse(json);
  } catch (cause) {
    throw new AnimateError('unreadable-input', `${path}: not readable as JSON (${(cause as Error).message})`, { cause, hint: 'One job a line is .jsonl; .json is an array of jobs.' });
  }
  if (!Array.isArray(values)) throw new AnimateError('unreadable-input', `${path}: expected an array of jobs, got ${values === null ? 'null' : typeof values}`, { hint: 'Like [{ "portrait": "a.png", "sound": "a.wav" }]' });
  const lines = linesOfElements(json);
  return values.map((value: unknown, index) => ({ line: lines[index] ?? 1, value }));
}

/** On which line each element of the outermost array begins. */
function linesOfElements(json: string): number[] {
  const lines: number[] = [];
  let [line, depth] = [1, 0];
  let isExpected = false; // an element of the outermost array
  for (let at = 0; at < json.length; at++) {
    const letter = json[at];
    if (letter === '\n') line++;
    if (/\s/.test(letter)) continue;
    if (isExpected && letter !== ']') {
      lines.push(line);
      isExpected = false;
    }
    if (letter === '"') at = endOfString(json, at);
    else if (letter === '[' || letter === '{') {
      depth++;
      if (depth === 1) isExpected = true;
    } else if (letter === ']' || letter === '}') depth--;
    else if (letter === ',' && depth === 1) isExpected = true;
  }
  return lines;
}

function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at;
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
