/** The kinds of value an option can have: how it is checked, how it is read from text, and how its range is put in words. */

import { createRequire } from 'node:module';
import type * as Zod from 'zod';

// Loaded when the first value is checked: `--help` checks none, and zod takes longer to load than all the rest of the command.
const require = createRequire(import.meta.url);
let loaded: typeof Zod | undefined;
const zod = (): typeof Zod => {
  loaded ??= require('zod') as typeof Zod;
  return loaded;
};

export interface OptionKind<Schema extends Zod.ZodType = Zod.ZodType> {
  /** Makes what checks the value itself. */
  readonly schema: () => Schema;
  /** Completes "expected ..." in messages. */
  readonly expected: string;
  /** Turns the text of a flag or variable into a value. Text that makes no sense is handed on for the schema to refuse. */
  readonly read: (text: string) => unknown;
  /** Words that it may be, for completion in shells; perhaps among other values. */
  readonly words?: readonly string[];
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function readNumber(text: string): unknown {
  return decimal.test(text.trim()) ? Number(text) : text;
}

export function wholeNumber(minimum: number, maximum: number) {
  const range = maximum === Number.MAX_SAFE_INTEGER ? `${minimum} up` : `${minimum} to ${maximum}`;
  return { schema: () => zod().int().min(minimum).max(maximum), expected: `a whole number from ${range}`, read: readNumber } satisfies OptionKind;
}

export function realNumber(minimum: number, maximum: number) {
  return { schema: () => zod().number().min(minimum).max(maximum), expected: `a number from ${minimum} to ${maximum}`, read: readNumber } satisfies OptionKind;
}

/** Frames a second. NTSC's rates are meant exactly: 29.97 becomes 30000/1001. */
export function frameRate(minimum: number, maximum: number) {
  const schema = () => zod().number().min(minimum).max(maximum).transform(exactFps);
  return { schema, expected: `a number from ${minimum} to ${maximum}`, read: readNumber } satisfies OptionKind;
}

/** The NTSC rate (a whole rate times 1000/1001) that `fps` writes with two or more decimals; other rates as they are. */
export function exactFps(fps: number): number {
  const exact = (Math.ceil(fps) * 1000) / 1001;
  return Number.isInteger(fps) || Math.abs(fps - exact) > 0.006 ? fps : exact;
}

/** Seconds, or in text also `minutes:seconds` and `hours:minutes:seconds`. */
export function seconds(limits: { positive: boolean }) {
  const schema = () => (limits.positive ? zod().number().positive() : zod().number().min(0));
  return { schema, expected: `seconds ${limits.positive ? 'above 0' : 'from 0 up'}, or h:mm:ss`, read: readSeconds } satisfies OptionKind;
}

function readSeconds(text: string): unknown {
  const clock = /^(?:(\d+):)?([0-5]?\d):([0-5]?\d(?:\.\d+)?)$/.exec(text.trim());
  return clock ? Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]) : readNumber(text);
}

export function choice<const Names extends readonly [string, ...string[]]>(...names: Names) {
  return { schema: () => zod().enum(names), expected: `one of ${names.join(', ')}`, read: (text: string): unknown => text.trim(), words: names } satisfies OptionKind;
}

export function words(expected: string) {
  return { schema: () => zod().string().trim().min(1), expected, read: (text: string): unknown => text } satisfies OptionKind;
}

/** A switch; as a variable 1, true, yes, on or 0, false, no, off. */
export function onOff() {
  return { schema: () => zod().boolean(), expected: 'true or false', read: readBoolean } satisfies OptionKind;
}

function readBoolean(text: string): unknown {
  const word = text.trim().toLowerCase();
  if (['1', 'true', 'yes', 'on'].includes(word)) return true;
  if (['', '0', 'false', 'no', 'off'].includes(word)) return false;
  return text;
}

const colourNames = ['white', 'black', 'gray', 'grey', 'silver', 'red', 'maroon', 'orange', 'yellow', 'olive', 'lime', 'green', 'aqua', 'cyan', 'teal', 'blue', 'navy', 'fuchsia', 'magenta', 'purple', 'pink', 'brown', 'beige', 'ivory'];

/** A colour as CSS writes it: #rgb, #rrggbb or one of the common names. */
export function colour() {
  const isColour = (text: string): boolean => /^#([\da-f]{3}|[\da-f]{6})$/.test(text) || colourNames.includes(text);
  const schema = () => zod().string().trim().toLowerCase().refine(isColour);
  return { schema, expected: 'a colour like white, teal or #1a2b3c', read: (text: string): unknown => text, words: colourNames } satisfies OptionKind;
}

/** A word out of `names`, or numbers with commas between them, each within its limits. Kept as the text that it is written as, without spaces. */
export function wordOrNumbers(names: readonly string[], limits: readonly (readonly [number, number])[], expected: string) {
  const fits = (text: string): boolean => {
    if (names.includes(text)) return true;
    const parts = text.split(',');
    return parts.length === limits.length && parts.every((part, i) => decimal.test(part) && Number(part) >= limits[i][0] && Number(part) <= limits[i][1]);
  };
  const schema = () => zod().string().transform(withoutSpaces).refine(fits);
  return { schema, expected, read: (text: string): unknown => text, words: names } satisfies OptionKind;
}

/** A word out of `names`, with a strength from 0 to 1 behind a colon or none. Kept as text. */
export function wordWithStrength(names: readonly string[]) {
  const fits = (text: string): boolean => {
    const [name, strength, ...rest] = text.split(':');
    return names.includes(name) && rest.length === 0 && (strength === undefined || (decimal.test(strength) && Number(strength) >= 0 && Number(strength) <= 1));
  };
  const schema = () => zod().string().transform(withoutSpaces).refine(fits);
  return { schema, expected: `one of ${names.join(', ')}, with :0 to :1 behind it or nothing`, read: (text: string): unknown => text, words: names } satisfies OptionKind;
}

/** Some of `names`, with commas between them, each once. Kept as text. */
export function wordList(names: readonly string[]) {
  const fits = (text: string): boolean => {
    const parts = text.split(',');
    return parts.every((part, i) => names.includes(part) && parts.indexOf(part) === i);
  };
  const schema = () => zod().string().transform(withoutSpaces).refine(fits);
  return { schema, expected: `some of ${names.join(',')} with commas between them`, read: (text: string): unknown => text, words: names } satisfies OptionKind;
}

/** A word out of `names`, or seconds from 0 up, in text also h:mm:ss. */
export function wordOrSeconds<const Names extends readonly [string, ...string[]]>(...names: Names) {
  const schema = () => zod().union([zod().enum(names), zod().number().min(0)]);
  const read = (text: string): unknown => (names.includes(text.trim()) ? text.trim() : readSeconds(text));
  return { schema, expected: `${names.join(', ')}, or seconds from 0 up, or h:mm:ss`, read, words: names } satisfies OptionKind;
}

const withoutSpaces = (text: string): string => text.replaceAll(/\s/g, '').toLowerCase();

/** `1,2.5` → [1, 2.5] */
export function numbersOf(text: string): number[] {
  return text.split(',').map(Number);
}
