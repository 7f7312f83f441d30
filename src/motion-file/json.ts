/** Motion as JSON: docs/motion-files.md "JSON". */
import * as z from 'zod';
import { channel, channelCount, type ChannelName, channelNames } from '../motion/channels.ts';
import type { MotionTrack } from '../motion/play.ts';
import { holdsMore } from '../text-size.ts';
import { channelRanges, checkNumber, describeValue, cutHint, fastestFps, mostFrames, unreadable } from './values.ts';

const format = 'animate-motion';
const version = 1;

// Frames are checked below: millions of numbers, and messages that say which.
const documentSchema = z.strictObject({
  format: z.literal(format),
  version: z.literal(version),
  fps: z.number().positive().max(fastestFps),
  /** What the columns of `frames` are; any order, any of them. Those left out stay 0. */
  channels: z.array(z.enum(channelNames)).min(1),
  frames: z.array(z.array(z.unknown())).min(1),
  /** Who made it; for people. */
  source: z.record(z.string(), z.unknown()).optional(),
  /** How sure a capture is of each frame; for people and programs that cut. */
  confidence: z.array(z.number().min(0).max(1)).optional(),
});

const expectations: Record<keyof typeof documentSchema.shape, string> = {
  format: `"${format}"`,
  version: String(version),
  fps: `a number above 0, at most ${fastestFps}`,
  channels: 'a list of channel names, at least one',
  frames: 'a list of frames, at least one, each a list of numbers',
  source: 'an object',
  confidence: 'a list of numbers from 0 to 1',
};
const elements: Partial<Record<keyof typeof expectations, string>> = { channels: 'the name of a channel', confidence: 'a number from 0 to 1' };
const fieldNames = Object.keys(expectations);
const hint = 'docs/motion-files.md describes the format; --motion-out writes it.';

/** `text` without a byte order mark; `path` is named in messages. */
export function parseJsonMotion(text: string, path: string): MotionTrack {
  const { fps, channels, frames, confidence } = checkDocument(parseText(text, path), path);
  const twice = channels.find((name, index) => channels.indexOf(name) < index);
  if (twice !== undefined) throw unreadable(path, `channels: expected each name once, got "${twice}" twice`, hint);
  const places = channels.map((name) => channel[name]);
  return { fps, frames: frames.map((numbers, index) => readFrame(numbers, `frames[${index}]`, channels, places, path)), ...(confidence === undefined ? {} : { isCaptured: true }) };
}

// A value of JSON takes 8 bytes of memory and more, whatever its letters are: 30 million are 500,000 frames of all channels.
const mostValues = 30e6;

function parseText(text: string, path: string): unknown {
  if (holdsMore(text, '[', mostFrames) || holdsMore(text, ',', mostValues) || holdsMore(text, '{', mostFrames)) throw unreadable(path, `expected at most ${mostFrames} frames and ${mostValues} numbers, got more`, cutHint);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(path, `not readable as JSON (${(cause as Error).message})`, hint, cause);
  }
}

function checkDocument(document: unknown, path: string): z.infer<typeof documentSchema> {
  const checked = documentSchema.safeParse(document);
  if (checked.success) return checked.data;
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw unreadable(path, `expected an object with ${fieldNames.join(', ')}, got ${describeValue(document)}`, hint);
  const unknownName = Object.keys(document).find((name) => !fieldNames.includes(name));
  if (unknownName !== undefined) throw unreadable(path, `expected no fields but ${fieldNames.join(', ')}, got "${unknownName}"`, hint);
  const [{ path: place }] = checked.error.issues;
  const [field, index] = place as [keyof typeof expectations, number | undefined];
  const value = (document as Record<string, unknown>)[field];
  if (index === undefined || !Array.isArray(value)) throw unreadable(path, `${field}: expected ${expectations[field]}, got ${describeValue(value)}`, hint);
  throw unreadable(path, `${field}[${index}]: expected ${elements[field] ?? 'a list of numbers'}, got ${describeValue(value[index])}`, hint);
}

function readFrame(numbers: readonly unknown[], place: string, channels: readonly ChannelName[], places: readonly number[], path: string): Float32Array {
  if (numbers.length !== channels.length) throw unreadable(path, `${place}: expected ${channels.length} numbers, one a channel, got ${numbers.length}`, hint);
  const motion = new Float32Array(channelCount);
  for (let i = 0; i < places.length; i++) {
    motion[places[i]] = checkNumber(numbers[i], channelRanges[places[i]], (expected, got) => unreadable(path, `${place}[${i}] (${channels[i]}): expected ${expected}, got ${got}`, hint));
  }
  return motion;
}

/** The text of a file piece by piece: `head`, then `frame` for each frame, then `tail`. `source` says who made it. `confidence` 0..1, for every frame or for none. */
export function jsonMotionText(fps: number, source: Readonly<Record<string, unknown>>) {
  const head = { format, version, fps, source, channels: channelNames };
  const confidences: number[] = [];
  return {
    head: `${JSON.stringify(head).slice(0, -1)},"frames":[\n`,
    frame: (motion: Float32Array, index: number, confidence?: number): string => {
      if (confidence !== undefined) confidences.push(Math.round(confidence * 1e3) / 1e3);
      return `${index === 0 ? '' : ',\n'}[${Array.from(motion, (value) => Math.round(value * 1e6) / 1e6 + 0).join(',')}]`;
    },
    tail: (): string => (confidences.length === 0 ? '\n]}\n' : `\n],"confidence":${JSON.stringify(confidences)}}\n`),
  };
}
