/** What an opened sound is, and what can be wrong with one. */

import { AnimateError } from '../errors.ts';

export interface OpenSoundOptions {
  /** The program to use; found by itself when left out, and only when one is needed. */
  readonly ffmpegPath?: string | undefined;
  /** Seconds from the first decoded sample. */
  readonly startSeconds?: number | undefined;
  /** To the end unless told. */
  readonly durationSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Sound {
  readonly path: string;
  /** What decodes it. */
  readonly reader: 'wavefile' | 'ffmpeg';
  /** Of the section that was asked for: exact for `wavefile`; for `ffmpeg` what the header says, undefined when it says nothing. */
  readonly durationSeconds: number | undefined;
  /** Hz, of the source. */
  readonly sampleRate: number;
  /** Of the source; 0 when unknown. */
  readonly channels: number;
  /** The section, mono at 16 kHz, full scale at -1 and 1, in blocks. Each call reads the file anew. */
  samples(): AsyncGenerator<Float32Array>;
  /** What was wrong but usable, each thing once; complete when `samples()` has ended. */
  readonly warnings: readonly string[];
}

/** Hz, of the samples that a `Sound` gives. */
export const speechRate = 16_000;

export function emptySoundError(path: string): AnimateError {
  return new AnimateError('unreadable-input', `${path}: expected a sound, got one of 0 s`, { hint: 'Play the file to see whether it is whole.' });
}

export function lateStartError(path: string, startSeconds: number, lengthSeconds: number | undefined): AnimateError {
  const limit = lengthSeconds === undefined ? `a time within ${path}` : `less than the ${formatSeconds(lengthSeconds)} of ${path}`;
  return new AnimateError('bad-option', `--start: expected ${limit}, got ${formatSeconds(startSeconds)}`, { hint: 'Choose an earlier --start.' });
}

/** Samples that are no numbers become 0, in place: one of them would spoil everything after it. */
export function dropNonNumbers(block: Float32Array, path: string, warnings: Set<string>): Float32Array {
  for (let i = 0; i < block.length; i++) {
    if (Number.isFinite(block[i])) continue;
    block[i] = 0;
    warnings.add(`${path}: holds samples that are no numbers; they count as silence`);
  }
  return block;
}

/** 3.14159 → `3.14 s` */
export function formatSeconds(seconds: number): string {
  return `${Math.round(seconds * 100) / 100} s`;
}
