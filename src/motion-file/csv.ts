/** Motion as Live Link Face's CSV: docs/motion-files.md "CSV". */
import { channelCount } from '../motion/channels.ts';
import type { MotionTrack } from '../motion/play.ts';
import { holdsMore } from '../text-size.ts';
import { blendShapeColumns, type Column, eyeAngles, eyeColumnNames, headColumns, placeColumns } from './columns.ts';
import { type Row, spaceRows } from './rows.ts';
import { formatTimecode, parseTimecode, type Timecode } from './timecode.ts';
import { checkNumber, cutHint, describeValue, mostFrames, unreadable } from './values.ts';

const timeName = 'Timecode';
const countName = 'BlendShapeCount';
const confidenceName = 'Confidence'; // of our own captures
const columns = [...blendShapeColumns, ...headColumns, ...placeColumns];
const columnHint = 'Columns are named as Live Link Face names them: docs/motion-files.md.';
const rowHint = 'Mend or remove that line. docs/motion-files.md describes the columns.';
const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const longestLine = 100_000; // all columns take 2,000

interface Place {
  readonly column: Column;
  /** Of the cell in a line. */
  readonly at: number;
}

/** `text` without a byte order mark; `path` is named in messages. */
export function parseCsvMotion(text: string, path: string): MotionTrack {
  if (holdsMore(text, '\n', mostFrames + 1)) throw unreadable(path, `expected at most ${mostFrames} lines, got more`, cutHint);
  const lines = text.trimEnd().split('\n');
  const longest = lines.findIndex((line) => line.length > longestLine);
  if (longest >= 0) throw unreadable(path, `line ${longest + 1}: expected at most ${longestLine} letters, got ${lines[longest].length}`, rowHint);
  const header = splitCells(lines[0]);
  const { places, timeAt, countAt } = readHeader(header, path);
  const rows: Row[] = [];
  for (let index = 1; index < lines.length; index++) {
    const cells = splitCells(lines[index]);
    const line = `line ${index + 1}`;
    const time = readTime(cells[timeAt], `${line}, column ${timeAt + 1} (${timeName})`, path);
    const hasFace = countAt < 0 || Number(cells[countAt]) !== 0; // the app writes 0, and often no numbers, where it saw none
    if (hasFace && cells.length !== header.length) throw unreadable(path, `${line}: expected ${header.length} cells, got ${cells.length}`, rowHint);
    rows.push({ line: index + 1, time, motion: hasFace ? readMotionCells(cells, places, line, path) : undefined });
  }
  const track = spaceRows(rows, path);
  return header.some((name) => name.toLowerCase() === confidenceName.toLowerCase()) ? { ...track, isCaptured: true } : track;
}

const splitCells = (line: string): string[] => line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));

function readHeader(header: readonly string[], path: string): { places: Place[]; timeAt: number; countAt: number } {
  const names = header.map((name) => name.toLowerCase()); // versions of the app differ: BlendShapeCount, BlendshapeCount
  const find = (name: string, isOptional = false): number => {
    const at = names.indexOf(name.toLowerCase());
    if (at < 0 && !isOptional) throw unreadable(path, `line 1: expected a column "${name}", got none`, columnHint);
    if (at !== names.lastIndexOf(name.toLowerCase())) throw unreadable(path, `line 1: expected one column "${name}", got two`, columnHint);
    return at;
  };
  const timeAt = find(timeName);
  const places = columns.map((column) => ({ column, at: find(column.name, column.isOptional) })).filter(({ at }) => at >= 0);
  return { places, timeAt, countAt: find(countName, true) };
}

function readTime(cell: string | undefined, place: string, path: string): Timecode {
  const time = parseTimecode(cell ?? '');
  if (!time) throw unreadable(path, `${place}: expected a timecode hh:mm:ss:ff.fff, got ${describeValue(cell)}`, rowHint);
  return time;
}

function readMotionCells(cells: readonly string[], places: readonly Place[], line: string, path: string): Float32Array {
  const motion = new Float32Array(channelCount);
  for (const { column, at } of places) {
    const cell = cells[at];
    const value = numberPattern.test(cell) ? Number(cell) : cell;
    const number = checkNumber(value, column.range, (expected, got) => unreadable(path, `${line}, column ${at + 1} (${column.name}): expected ${expected}, got ${got}`, rowHint));
    motion[column.channel] = number * column.scale;
  }
  return motion;
}

/** The text of a file piece by piece, as `jsonMotionText`. The columns of Live Link Face, then our own; `hasConfidence` adds one more. */
export function csvMotionText(fps: number, hasConfidence = false) {
  const names = [timeName, countName, ...[...blendShapeColumns, ...headColumns].map(({ name }) => name), ...eyeColumnNames, ...placeColumns.map(({ name }) => name), ...(hasConfidence ? [confidenceName] : [])];
  const count = blendShapeColumns.length + headColumns.length + eyeColumnNames.length;
  return {
    head: `${names.join(',')}\n`,
    frame: (motion: Float32Array, index: number, confidence = 0): string => {
      const read = (list: readonly Column[]): number[] => list.map(({ channel, scale }) => motion[channel] / scale);
      const values = [...read(blendShapeColumns), ...read(headColumns), ...eyeAngles(motion), ...read(placeColumns), ...(hasConfidence ? [confidence] : [])];
      return `${formatTimecode(index / fps)},${count},${values.map(formatNumber).join(',')}\n`;
    },
    tail: (): string => '',
  };
}

/** Six decimals: 6e-5 degrees. Never "-0.000000". */
function formatNumber(value: number): string {
  return (Math.round(value * 1e6) / 1e6 + 0).toFixed(6);
}
