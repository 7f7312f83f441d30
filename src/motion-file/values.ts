/** Which numbers a motion file may hold, and how mistakes in it are told. */
import { AnimateError } from '../errors.ts';
import { channelNames, coefficientCount, headNames } from '../motion/channels.ts';

/** Least and greatest, both included, and what the number is. */
export interface Range {
  readonly least: number;
  readonly greatest: number;
  readonly what: string;
}

// Phones go a little over 1; a file in percent, or angles in the wrong unit, go far beyond.
const coefficient: Range = { least: -0.5, greatest: 1.5, what: 'a blend shape' };
const degrees: Range = { least: -180, greatest: 180, what: 'degrees' };
const faceHeights: Range = { least: -10, greatest: 10, what: 'face heights' };
export const radians: Range = { least: -Math.PI, greatest: Math.PI, what: 'radians' };

/** [58] */
export const channelRanges: readonly Range[] = channelNames.map((_, index) => (index < coefficientCount ? coefficient : headNames[index - coefficientCount].length === 5 ? faceHeights : degrees));

export const cutHint = 'Cut it to the length of the sound, or write it at fewer frames a second.';

/** Frames that a file may hold: nine hours at 30 a second, 340 MB of memory. */
export const mostFrames = 1e6;

/** Frames a second that a file may have. */
export const fastestFps = 240;

/** "expected a number from -0.5 to 1.5 (a blend shape), got ..." where `value` is none. */
export function checkNumber(value: unknown, { least, greatest, what }: Range, refuse: (expected: string, got: string) => AnimateError): number {
  if (typeof value === 'number' && value >= least && value <= greatest) return value;
  throw refuse(`a number from ${round(least)} to ${round(greatest)} (${what})`, describeValue(value));
}

/** As it is written in a file; long texts cut. */
export function describeValue(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

export function unreadable(path: string, what: string, hint: string, cause?: unknown): AnimateError {
  return new AnimateError('unreadable-input', `${path}: ${what}`, cause === undefined ? { hint } : { hint, cause });
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;
